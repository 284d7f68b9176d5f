"""A put: log, merge and graph, planned here and written in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from whence.merge.batch import merge_batch
from whence.merge.state import Changes
from whence.model.answers import Position
from whence.store.intake import Admission, admit
from whence.store.port import Incoming, Receipt, Refused, check_projection
from whence.store.sqlite.ahead import Ahead, ahead_of
from whence.store.sqlite.graph_steps import GraphSteps
from whence.store.sqlite.known import RecordCache, SqliteKnown
from whence.store.sqlite.log import last_rejected, number_of, position
from whence.store.sqlite.schema import meta
from whence.store.sqlite.steps import ONCE, Step, run

_SEQ: Final = "SELECT seq FROM events WHERE time = ? AND key = ?"
_ADD_EVENT: Final = """
INSERT INTO events (seq, key, head, time, event_time, received_at, producer, event_type, run, job, sender)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_BODY: Final = "INSERT INTO bodies (seq, body) VALUES (?, ?)"
_ADD_REJECTED: Final = """
INSERT INTO rejected (id, received_at, code, reason, retriable, sender, body) VALUES (?, ?, ?, ?, ?, ?, ?)"""
_REFUSED_AGAIN: Final = """
UPDATE rejected SET received_at = ?, code = ?, reason = ?, retriable = ? WHERE id = ? AND became IS NULL"""
_BECAME: Final = "UPDATE rejected SET became = ? WHERE id = ? AND became IS NULL"
_COUNT_REPLAYED: Final = "UPDATE meta SET value = value + changes() WHERE name = 'replayed'"
"""Right after _BECAME: changes() is the number of rows that this one changed."""


class Planned(NamedTuple):
    """A put that is merged, and not written yet."""

    receipts: list[Receipt]
    """The answer, as soon as the steps are done."""
    steps: list[Step]


class Writer:
    """Merges puts into what they take to be written. One may be planned while the one before is being written: it sees what that changes."""

    def __init__(self) -> None:
        self.records = RecordCache()
        self._graph = GraphSteps(self.records)
        self._ahead: Ahead | None = None

    def forget(self) -> None:
        """What was planned last will not be written: only what is committed counts."""
        self.records.clear()
        self._graph.forget()
        self._ahead = None

    def plan(self, connection: sqlite3.Connection, batch: Sequence[Incoming | Refused]) -> Planned:
        """All that was planned before is written, but for the last, which may be under way. When this raises, `forget` once that is written too."""
        ahead = self._ahead
        check_projection(meta(connection, "projection"))
        position, rejected = _end_of_log(connection, ahead)
        admission = admit(batch, position, _known_seqs(connection, batch, ahead), rejected)
        steps, written = [*_reject(admission), *_note_replays(admission)], None
        if admission.logged:
            changes = merge_batch(SqliteKnown(connection, self.records, ahead), admission.logged)
            drawn, written = self._graph.of(connection, changes, ahead)
            steps += _log(admission) + drawn
        self._ahead = ahead_of(admission, rejected, written)
        return Planned(admission.receipts, steps)

    def put(self, connection: sqlite3.Connection, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        """Plan it and write it."""
        with self._all_or_nothing():
            planned = self.plan(connection, batch)
            run(connection, planned.steps)
        return planned.receipts

    def apply(self, connection: sqlite3.Connection, changes: Changes) -> None:
        """Write a difference without an event."""
        with self._all_or_nothing():
            steps, _ = self._graph.of(connection, changes, None)
            run(connection, steps)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.forget()
            raise
        self._ahead = None


def _end_of_log(connection: sqlite3.Connection, ahead: Ahead | None) -> tuple[Position, int]:
    if ahead is not None:
        return ahead.position, ahead.last_rejected
    return position(connection), last_rejected(connection)


def _known_seqs(
    connection: sqlite3.Connection, batch: Sequence[Incoming | Refused], ahead: Ahead | None
) -> dict[str, int]:
    """Positions of what is in the log already."""
    found: dict[str, int] = {}
    for item in batch:
        if isinstance(item, Incoming):
            row = connection.execute(_SEQ, (item.facts.time, bytes.fromhex(item.facts.key))).fetchone()
            if row is not None:
                found[item.facts.key] = row[0]
    return found if ahead is None else {**ahead.seqs, **found}


def _log(admission: Admission) -> list[Step]:
    events = [
        (
            entry.seq,
            bytes.fromhex(entry.key),
            bytes.fromhex(head),
            entry.time,
            entry.event_time,
            entry.received_at,
            entry.producer,
            entry.event_type,
            entry.run,
            entry.job,
            entry.sender,
        )
        for entry, head in zip(admission.entries, admission.heads, strict=True)
    ]
    return [(_ADD_EVENT, events), (_ADD_BODY, [(entry.seq, entry.body) for entry in admission.entries])]


def _reject(admission: Admission) -> list[Step]:
    rows = [
        (int(each.id), each.received_at, each.code, each.reason, each.retriable, each.sender, each.body)
        for each in admission.rejected
    ]
    return [(_ADD_REJECTED, rows)] if rows else []


def _note_replays(admission: Admission) -> list[Step]:
    """Of those refused events that there are; a number that was never given concerns no row."""
    again = {each.id: each for each in admission.refused_again}
    refused = [
        (each.received_at, each.code, each.reason, each.retriable, number)
        for number, each in ((number_of(name), each) for name, each in again.items())
        if number is not None
    ]
    steps: list[Step] = [(_REFUSED_AGAIN, refused)] if refused else []
    for name, seq in admission.became.items():
        number = number_of(name)
        if number is not None:
            steps += [(_BECAME, [(seq, number)]), (_COUNT_REPLAYED, ONCE)]
    return steps
