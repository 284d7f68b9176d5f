"""Pages of the log: the seqs wanted are gathered first, then one page of them is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from whence.model import uid as uids
from whence.model.answers import LogEntry, LogFilter, Position, RejectedEntry, Stat
from whence.model.kinds import Kind, RunState
from whence.store.intake import bucket_starts
from whence.store.log_pages import in_all, page_of
from whence.store.order import age
from whence.store.port import Buckets, LogPage, LogState
from whence.store.sqlite.aliases import current
from whence.store.sqlite.schema import meta
from whence.store.sqlite.touches import TOUCHING

_MIN, _MAX = -(2**63), 2**63 - 1

_HEAD: Final = "SELECT seq, lower(hex(head)) FROM events ORDER BY seq DESC LIMIT 1"
_LAST_REJECTED: Final = "SELECT coalesce(max(id), 0) FROM rejected"
_OF_RUN: Final = "SELECT seq FROM events WHERE run = ?"
_BETWEEN: Final = "SELECT seq FROM events WHERE time BETWEEN ? AND ?"
_ENTRIES: Final = """
SELECT e.seq, lower(hex(e.key)), e.time, e.event_time, e.received_at, e.producer, e.event_type, e.run, e.job, b.body, e.sender
FROM json_each(?) AS asked JOIN events AS e ON e.seq = asked.value JOIN bodies AS b ON b.seq = e.seq ORDER BY asked.key"""
_ENTRIES_BARE: Final = """
SELECT e.seq, lower(hex(e.key)), e.time, e.event_time, e.received_at, e.producer, e.event_type, e.run, e.job, x'', e.sender
FROM json_each(?) AS asked JOIN events AS e ON e.seq = asked.value ORDER BY asked.key"""
_REJECTED: Final = """
SELECT r.id, r.received_at, r.code, r.reason, r.retriable, r.body, r.sender, r.became
FROM json_each(?) AS asked JOIN rejected AS r ON r.id = asked.value ORDER BY asked.key"""
_STILL_REJECTED: Final = "SELECT id FROM rejected INDEXED BY rejected_still WHERE became IS NULL ORDER BY id"
"""Read only where some were replayed: otherwise all are, and ids are dense."""

_EVENTS_BY_BUCKET: Final = """
SELECT (time - :origin) / :width, count(*) FROM events WHERE time >= :since AND time < :until GROUP BY 1"""
_NODES_BY_BUCKET: Final = """
SELECT (~age - :origin) / :width, state, count(*) FROM nodes
WHERE kind = :kind AND age > ~:until AND age <= ~:since AND age < :unknown GROUP BY 1, 2"""


def position(connection: sqlite3.Connection) -> Position:
    row = connection.execute(_HEAD).fetchone()
    return Position() if row is None else Position(*row)


def last_rejected(connection: sqlite3.Connection) -> int:
    number: int = connection.execute(_LAST_REJECTED).fetchone()[0]
    return number


def state(connection: sqlite3.Connection) -> LogState:
    rejected = last_rejected(connection) - meta(connection, "replayed")
    return LogState(position(connection), rejected, meta(connection, "projection"))


def accepted_page(connection: sqlite3.Connection, wanted: LogFilter, first: int, after: str | None) -> LogPage:
    log = state(connection)
    seqs = _wanted_seqs(connection, wanted, log.position.seq)
    page, told = page_of(log, seqs, ascending=wanted.ascending, first=first, after=after)
    rows = connection.execute(_ENTRIES if wanted.bodies else _ENTRIES_BARE, (_json(list(page)),))
    return msgspec.structs.replace(told, entries=tuple(LogEntry(*row) for row in rows))


def rejected_page(
    connection: sqlite3.Connection, wanted: LogFilter, ids: Sequence[str], first: int, after: str | None
) -> LogPage:
    log = state(connection)
    found = numbered(connection, ids) if ids else _still_rejected(connection, log)
    page, told = page_of(log, found, ascending=wanted.ascending, first=first, after=after)
    rows = connection.execute(_REJECTED, (_json(list(page)),)).fetchall()
    return msgspec.structs.replace(
        told,
        rejected=tuple(
            RejectedEntry(str(number), received, code, reason, bool(retriable), body if wanted.bodies else b"", sender)
            for number, received, code, reason, retriable, body, sender, _ in rows
        ),
        became={str(number): became for number, *_, became in rows if became is not None},
    )


_DIGITS: Final = 19
"""Those of the largest integer that SQLite holds."""


def numbered(connection: sqlite3.Connection, ids: Collection[str]) -> Sequence[int]:
    """The numbers of those refused events that there are, ascending."""
    every = range(1, last_rejected(connection) + 1)
    numbers = {number for each in ids if (number := number_of(each)) is not None}
    return [number for number in sorted(numbers) if number in every]


def number_of(rejected_id: str) -> int | None:
    """None for a text that is the id of no refused event."""
    if not (rejected_id.isascii() and rejected_id.isdecimal() and len(rejected_id) < _DIGITS):
        return None
    return int(rejected_id) if str(int(rejected_id)) == rejected_id else None


def _still_rejected(connection: sqlite3.Connection, log: LogState) -> Sequence[int]:
    last = last_rejected(connection)
    if log.rejected == last:
        return range(1, last + 1)
    return [number for (number,) in connection.execute(_STILL_REJECTED)]


def _wanted_seqs(connection: sqlite3.Connection, wanted: LogFilter, last: int) -> Sequence[int]:
    """The positions of all events that the filter means, ascending. Positions are dense, so all of them are a range."""
    sets: list[Collection[int]] = []

    def among(statement: str, *parameters: Any) -> None:
        sets.append({seq for (seq,) in connection.execute(statement, parameters)})

    if wanted.touching is not None:
        asked = _json([wanted.touching, current(connection, wanted.touching)])
        among(TOUCHING, asked, asked)
    if wanted.run_id is not None:
        among(_OF_RUN, uids.run(wanted.run_id))
    if wanted.seqs:
        sets.append(set(wanted.seqs))
    if wanted.since is not None or wanted.until is not None:
        since = _MIN if wanted.since is None else wanted.since
        among(_BETWEEN, since, _MAX if wanted.until is None else wanted.until - 1)
    every = range((wanted.after_seq or 0) + 1, last + 1)
    return in_all(every, sets)


def stats_page(connection: sqlite3.Connection, buckets: Buckets) -> LogPage:
    starts = bucket_starts(buckets)
    found = [Stat(start, 0, {}, {}) for start in starts]
    bounds = {"origin": starts.start, "width": starts.step, "since": buckets.since, "until": buckets.until}
    for number, count in connection.execute(_EVENTS_BY_BUCKET, bounds):
        found[number] = msgspec.structs.replace(found[number], events=count)
    for kind in Kind if buckets.nodes else ():
        of_kind = {**bounds, "unknown": age(None), "kind": kind.value}
        for number, run_state, count in connection.execute(_NODES_BY_BUCKET, of_kind):
            kinds = found[number].new_by_kind
            kinds[kind] = kinds.get(kind, 0) + count
            if run_state is not None:
                found[number].runs_by_state[RunState(run_state)] = count
    return LogPage(state(connection), stats=tuple(found))


def _json(values: list[Any]) -> str:
    return msgspec.json.encode(values).decode()
