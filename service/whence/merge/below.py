"""What the descendants of a run wrote and read, found by run and asset: however many there are, an ancestor's claims look at few (rule 9a).

Entries: `below-write`: key = run id of an ancestor and asset uid, else as the row; `below-read`: the same key, uid = run id of the descendant.
They are kept for ancestors that mention data themselves: no other looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from whence.merge import attempts as att
from whence.merge.attempts import AttemptRef
from whence.merge.overlay import Overlay
from whence.merge.records import Attempt, Row, RunDerived, RunRecord
from whence.merge.state import Entry, Scan
from whence.merge.timelines import WRITE
from whence.model import uid
from whence.model.facts import Explicit, Role

_WRITE: Final = "below-write"
_READ: Final = "below-read"


def mentions_data(record: RunRecord | None) -> bool:
    """Whether the run speaks of any dataset."""
    for attempt in record.attempts if record is not None else ():
        if attempt.mentions or "job.lineage" in attempt.facets or "lineage" in attempt.facets:
            return True
    return False


def looking_down(overlay: Overlay, run_id: str) -> tuple[str, ...]:
    """Run ids above this one that mention data."""
    return tuple(sorted([above for above in att.ancestors(overlay, run_id) if mentions_data(overlay.run(above))]))


def entries(run_id: str, derived: RunDerived) -> set[Entry]:
    """What a run is found by from above."""
    if not derived.above:
        return set()
    found = {Entry(_READ, f"{above} {asset}", 0, 0, run_id, "") for above in derived.above for asset in derived.assets}
    rows = [row for row in derived.rows if row.rank == WRITE]
    return found | {
        Entry(_WRITE, f"{above} {row.asset}", row.time, row.rank, row.version, row.writer)
        for above in derived.above
        for row in rows
    }


def first_and_last_row(overlay: Overlay, ref: AttemptRef, members: Iterable[str]) -> tuple[Row, Row] | None:
    """The earliest and the newest row of a group by (time, rank, version) that descendants of an attempt wrote."""
    names = list(members)
    firsts = [row for asset in names if (row := _row(overlay, ref, asset, reverse=False)) is not None]
    if not firsts:
        return None
    lasts = [row for asset in names if (row := _row(overlay, ref, asset, reverse=True)) is not None]
    return min(firsts, key=_order), max(lasts, key=_order)


def is_read(overlay: Overlay, ref: AttemptRef, members: Iterable[str]) -> bool:
    """Whether a descendant of the attempt mentions the group as input, or explicit lineage makes it one."""
    names = set(members)
    return any(
        not names.isdisjoint(_read_by(attempt)) and _is_below(overlay, AttemptRef(entry.uid, place), ref)
        for asset in sorted(names)
        for entry in overlay.scan(_READ, f"{ref.run_id} {asset}")
        if (record := overlay.run(entry.uid)) is not None
        for place, attempt in enumerate(record.attempts)
    )


def explicit_lineage(attempt: Attempt) -> tuple[Explicit, ...]:
    """Targets of the latest whole `lineage` facet of the attempt (rule 20)."""
    value = att.latest_said(attempt, "job.lineage", "lineage")
    return value.said.lineage or () if value is not None and value.said is not None else ()


def _row(overlay: Overlay, ref: AttemptRef, asset: str, *, reverse: bool) -> Row | None:
    for entry in overlay.ask(Scan(_WRITE, f"{ref.run_id} {asset}", reverse=reverse)):
        writer = _attempt_named(overlay, entry.extra)
        if writer is not None and _is_below(overlay, writer, ref):
            return Row(asset, entry.time, entry.rank, entry.uid, entry.extra)
    return None


def _attempt_named(overlay: Overlay, attempt_uid: str) -> AttemptRef | None:
    run_id, _ = uid.parse_run(attempt_uid)
    record = overlay.run(run_id)
    places: Iterator[int] = (
        place
        for place, attempt in enumerate(record.attempts if record else ())
        if att.attempt_uid(run_id, attempt) == attempt_uid
    )
    place = next(places, None)
    return None if place is None else AttemptRef(run_id, place)


def _is_below(overlay: Overlay, ref: AttemptRef, above: AttemptRef) -> bool:
    seen: set[AttemptRef] = set()
    current = att.parent_of(overlay, ref)
    while current is not None and current not in seen:
        if current == above:
            return True
        seen.add(current)
        current = att.parent_of(overlay, current)
    return False


def _read_by(attempt: Attempt) -> set[str]:
    mentioned = {fold.what.asset for fold in attempt.mentions if fold.what.role is Role.INPUT}
    return mentioned.union(*(explicit.sources for explicit in explicit_lineage(attempt)))


def _order(row: Row) -> tuple[int, int, str]:
    return (row.time, row.rank, row.version)
