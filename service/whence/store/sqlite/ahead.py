"""What a put changes that is not committed yet, for the put that is merged meanwhile.

What is read from the file may have it already: laid over that, it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from whence.merge.records import Record
from whence.merge.state import Changes, Entry
from whence.model.answers import Position
from whence.model.facts import Facts
from whence.store.intake import Admission


@dataclass(frozen=True, slots=True)
class Ahead:
    """One put. Where it ends in the log, and everything that the merge and the writing of the next may ask for."""

    position: Position
    last_rejected: int
    seqs: Mapping[str, int]
    """Positions by event key."""
    events: Mapping[str, list[tuple[int, Facts]]]
    """By run id."""
    records: Mapping[str, Record | None] = field(default_factory=dict)
    added: Mapping[tuple[str, str], list[Entry]] = field(default_factory=dict)
    """Entries by space and key, ascending."""
    removed: Mapping[tuple[str, str], frozenset[Entry]] = field(default_factory=dict)
    ids: Mapping[str, int] = field(default_factory=dict)
    """Numbers that it gave to new uids."""
    docs: Mapping[int, bytes | None] = field(default_factory=dict)
    """Documents of nodes by number; None: it is gone."""


class Written(NamedTuple):
    """What becomes of changes when they are written."""

    changes: Changes
    ids: dict[str, int]
    """Numbers of new uids."""
    docs: dict[int, bytes | None]
    """Documents of the nodes that change, by number; None: it goes."""


def ahead_of(admission: Admission, last_rejected: int, written: Written | None) -> Ahead:
    """`last_rejected`: before the put. `written` is None where all of it is refused or known."""
    seqs = {entry.key: entry.seq for entry in admission.entries}
    events: dict[str, list[tuple[int, Facts]]] = defaultdict(list)
    for seq, facts in admission.logged:
        if facts.run is not None:
            events[facts.run.run_id].append((seq, facts))
    rejected = int(admission.rejected[-1].id) if admission.rejected else last_rejected
    if written is None:
        return Ahead(admission.position, rejected, seqs, events)
    changes = written.changes
    return Ahead(
        admission.position,
        rejected,
        seqs,
        events,
        changes.records,
        _by_place(changes.entries_added),
        {place: frozenset(entries) for place, entries in _by_place(changes.entries_removed).items()},
        written.ids,
        written.docs,
    )


def _by_place(entries: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry[:2]].append(entry)
    return found
