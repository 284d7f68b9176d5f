"""A put: log, merge and graph in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from whence.merge.batch import merge_batch
from whence.merge.state import Changes
from whence.store.intake import Admission, admit
from whence.store.port import Incoming, Receipt, Refused, check_projection
from whence.store.sqlite.connections import transaction
from whence.store.sqlite.graph_writing import GraphWriter
from whence.store.sqlite.known import RecordCache, SqliteKnown
from whence.store.sqlite.log import last_rejected, numbered, position
from whence.store.sqlite.schema import meta

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
_REPLAYED: Final = "UPDATE meta SET value = value + ? WHERE name = 'replayed'"


class Writer:
    """What the writing thread remembers between puts: only what is committed, so it forgets everything when a put fails."""

    def __init__(self) -> None:
        self.records = RecordCache()
        self.graph = GraphWriter(self.records)

    def put(self, connection: sqlite3.Connection, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        with self._all_or_nothing(connection):
            check_projection(meta(connection, "projection"))
            admission = admit(batch, position(connection), _known_seqs(connection, batch), last_rejected(connection))
            if admission.logged:
                changes = merge_batch(SqliteKnown(connection, self.records), admission.logged)
                _log(connection, admission)
                self.graph.apply(connection, changes)
            _reject(connection, admission)
            if admission.refused_again or admission.became:
                _note_replays(connection, admission)
        return admission.receipts

    def apply(self, connection: sqlite3.Connection, changes: Changes) -> None:
        """Write a difference without an event."""
        with self._all_or_nothing(connection):
            self.graph.apply(connection, changes)

    @contextmanager
    def _all_or_nothing(self, connection: sqlite3.Connection) -> Iterator[None]:
        try:
            with transaction(connection, "BEGIN IMMEDIATE"):
                yield
        except BaseException:
            self.records.clear()
            self.graph.forget()
            raise


def _known_seqs(connection: sqlite3.Connection, batch: Sequence[Incoming | Refused]) -> dict[str, int]:
    """Positions of what is in the log already."""
    found: dict[str, int] = {}
    for item in batch:
        if isinstance(item, Incoming):
            row = connection.execute(_SEQ, (item.facts.time, bytes.fromhex(item.facts.key))).fetchone()
            if row is not None:
                found[item.facts.key] = row[0]
    return found


def _log(connection: sqlite3.Connection, admission: Admission) -> None:
    connection.executemany(
        _ADD_EVENT,
        [
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
        ],
    )
    connection.executemany(_ADD_BODY, [(entry.seq, entry.body) for entry in admission.entries])


def _reject(connection: sqlite3.Connection, admission: Admission) -> None:
    connection.executemany(
        _ADD_REJECTED,
        [
            (int(each.id), each.received_at, each.code, each.reason, each.retriable, each.sender, each.body)
            for each in admission.rejected
        ],
    )


def _note_replays(connection: sqlite3.Connection, admission: Admission) -> None:
    again = {each.id: each for each in admission.refused_again}
    for number in numbered(connection, again):
        entry = again[str(number)]
        connection.execute(_REFUSED_AGAIN, (entry.received_at, entry.code, entry.reason, entry.retriable, number))
    for number in numbered(connection, admission.became):
        marked = connection.execute(_BECAME, (admission.became[str(number)], number))
        connection.execute(_REPLAYED, (marked.rowcount,))
