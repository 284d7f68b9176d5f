"""The completeness of an answer, and the one sentence that sums it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model import instant
from whence.model.answers import Closure, Completeness, Gap
from whence.model.kinds import CutBy, GapKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORT: dict[GapKind, tuple[str, str]] = {
    GapKind.UNVERSIONED_READ: ("unknown state", "unknown states"),
    GapKind.INFERRED_READ: ("read bound by time", "reads bound by time"),
    GapKind.CONFLICT: ("conflict of digests", "conflicts of digests"),
    GapKind.HISTORY_TRUNCATED: ("truncated history", "truncated histories"),
    GapKind.CAPTURE_INCOMPLETE: ("incomplete capture", "incomplete captures"),
    GapKind.RUN_NOT_ENDED: ("run that has not ended", "runs that have not ended"),
    GapKind.REJECTED_EVENTS: ("refused event", "refused events"),
}
_CUT: dict[CutBy, str] = {
    CutBy.DEPTH: "the depth asked for",
    CutBy.NODES: "the limit on nodes",
    CutBy.POLICY: "what the key may see",
}


def completeness(
    closure: Closure, gaps: tuple[Gap, ...], *, remarks: Sequence[str] = (), as_of: int | None = None
) -> Completeness:
    """Completeness of an answer that is a walk. `remarks` are full sentences that come first: why it is empty, say."""
    return Completeness(
        complete=not closure.cut_by,
        cut_by=closure.cut_by,
        frontier=closure.frontier,
        remaining=closure.remaining,
        remaining_exact=closure.remaining_exact,
        gaps=gaps,
        sentence=" ".join((*remarks, _summary(closure, gaps), *_dated(as_of))),
    )


def whole(gaps: tuple[Gap, ...], *, remarks: Sequence[str] = (), as_of: int | None = None) -> Completeness:
    """Completeness of an answer that nothing was cut from: a list, or a path that was found."""
    sentence = " ".join((*remarks, f"Complete{_with(gaps)}.", *_dated(as_of)))
    return Completeness(gaps=gaps, sentence=sentence)


def _summary(closure: Closure, gaps: tuple[Gap, ...]) -> str:
    if not closure.cut_by:
        return f"Complete{_with(gaps)}."
    cuts = " and ".join(_CUT[cut] for cut in closure.cut_by)
    number = f"{closure.remaining:,}" if closure.remaining_exact else f"at least {closure.remaining:,}"
    more = "node lies" if closure.remaining == 1 else "nodes lie"
    return f"Not complete: cut by {cuts}, {number} more {more} beyond{_with(gaps)}."


def _with(gaps: tuple[Gap, ...]) -> str:
    told = (f"{gap.count:,} {_SHORT[gap.kind][gap.count != 1]}" for gap in gaps)
    return f", with gaps: {', '.join(told)}" if gaps else ", without known gaps"


def _dated(as_of: int | None) -> tuple[str, ...]:
    if as_of is None:
        return ()
    return (f"As of {instant.format(as_of)}; facets, tags and owners are the latest.",)
