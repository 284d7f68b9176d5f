"""One page of ascending positions: of the log, or of the refused events."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from whence.store.intake import COUNT_LIMIT
from whence.store.order import seq_cursor
from whence.store.port import LogPage, LogState


def page_of(
    log: LogState, found: Sequence[int], *, ascending: bool, first: int, after: str | None
) -> tuple[Sequence[int], LogPage]:
    """The positions of the page, in the order asked for, and the answer without its entries. BadRequest for a cursor that is none."""
    seen = None if after is None else seq_cursor(after)
    if ascending:
        rest = found if seen is None else found[bisect_right(found, seen) :]
        page = rest[:first]
    else:
        rest = found if seen is None else found[: bisect_left(found, seen)]
        page = rest[max(len(rest) - first, 0) :][::-1]
    return page, LogPage(
        log,
        has_next=len(rest) > first,
        total=min(len(found), COUNT_LIMIT),
        total_exact=len(found) <= COUNT_LIMIT,
    )


def in_all(every: range, sets: Sequence[Collection[int]]) -> Sequence[int]:
    """The positions of `every` that are in each of the sets, ascending; without sets all of them."""
    if not sets:
        return every
    return sorted(seq for seq in min(sets, key=len) if seq in every and all(seq in others for others in sets))
