"""Import Iceberg tables: every snapshot that their metadata files still hold, and the moves of branches and tags.

Source: https://iceberg.apache.org/spec. Only metadata files are read, never manifests or data.
"""

from __future__ import annotations

import os
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.live.commit_properties import writer_of
from whence_emitters.names import dataset_name
from whence_emitters.systems.iceberg.mapping import Table, commit_of, made_current, move_event, stamp_of, table_event
from whence_emitters.systems.iceberg.metadata import is_count, read_history
from whence_emitters.systems.iceberg.snapshots import origin_of, parent_of, summary_of
from whence_emitters.systems.iceberg.sources import tables_of
from whence_emitters.systems.table_commits import events_of, not_before, untold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from whence_emitters.systems.iceberg.metadata import Move, TableHistory
    from whence_emitters.systems.iceberg.sources import Found

    _Planned: TypeAlias = tuple[int, int, Callable[[], Record | None]]


def identify(reading: Reading) -> str:
    """The name of the folder or of the catalog's file."""
    named = dataset_name(os.path.normpath(reading.location))
    return f"{named.namespace} {named.name}"


def read(reading: Reading) -> Iterator[Record]:
    """Each table's history, table by table. Raises `SourceError`."""
    for found in tables_of(reading):
        try:
            history = read_history(found.folder, found.newest, reading.cannot_tell)
        except (DamagedError, OSError) as error:
            reading.cannot_read(found.folder.name, str(error))
            continue
        named = dataset_name(_called(found, history.location, reading))
        yield from _records(Table(named.namespace, named.name, history, found.catalog), reading)


def _called(found: Found, location: str, reading: Reading) -> str:
    """The location that the table states, where it was written; `--name` for one table that has another."""
    return str(reading.options.get("name") or location.rstrip("/") or os.path.normpath(found.folder))


def _records(table: Table, reading: Reading) -> Iterator[Record]:
    """Snapshots and what was put on them, oldest first; a snapshot before the names that it was given at the same time."""
    history = table.history
    planned: list[_Planned] = [
        (time, 0, partial(_snapshot, table, number, time, reading))
        for number, time in _times(history.snapshots).items()
    ]
    planned += [
        (at * 1000, 1, partial(_current, table, number, at))
        for at, number in history.current
        if number in history.snapshots and not _is_own(history, number, at)
    ]
    seen: set[str] = set()
    for move in history.moves:
        key = f"{table.native} {move.ref} {move.snapshot}"
        planned.append(
            (move.at * 1000, 2, partial(_move, table, move, f"{key} {move.at}" if key in seen else key, reading))
        )
        seen.add(key)
    created = history.latest.get("last-updated-ms")
    if not history.snapshots and is_count(created):
        planned.append((created * 1000, 0, partial(_empty, table, created)))
    for _time, _rank, make in sorted(planned, key=itemgetter(0, 1)):
        try:
            record = make()
        except OverflowError:
            reading.cannot_read(table.name, "a time in it is beyond the year 9999")
            continue
        if record is not None:
            yield record


def _snapshot(table: Table, number: int, time: int, reading: Reading) -> Record | None:
    snapshot = table.history.snapshots[number]
    key, stamp = f"{table.native}@{number}", stamp_of(snapshot)
    # A snapshot is immutable: when its parent has expired since it was imported, what is known of it stays.
    if reading.unchanged(key, stamp):
        return None
    origin = origin_of(snapshot, table.history.snapshots)
    for what, why in untold(origin.missing, writer_of(summary_of(snapshot))).items():
        reading.cannot_tell(what, why)
    if origin.truncated:
        reading.cannot_tell(f"snapshots of {table.name} before {number}", "they have expired; the history is truncated")
    on_main = _is_own(table.history, number, snapshot["timestamp-ms"])
    return Record(key, events_of(commit_of(table, snapshot, time, on_main=on_main)), stamp)


def _current(table: Table, number: int, at: int) -> Record:
    return Record(f"{table.native} current {number} {at}", events_of(made_current(table, number, at)))


def _move(table: Table, move: Move, key: str, reading: Reading) -> Record | None:
    # The exact time was known when older metadata files were still there: the snapshot's is no better.
    if not move.exact and reading.known(key) is not None:
        reading.skipped += 1
        return None
    stamp = str(move.at) if move.exact else "some time after the snapshot"
    return None if reading.unchanged(key, stamp) else Record(key, (move_event(table, move),), stamp)


def _empty(table: Table, created: int) -> Record:
    return Record(table.native, (table_event(table, created),))


def _is_own(history: TableHistory, number: int, at: int) -> bool:
    """Whether the snapshot became the current one at a time, and that by its own commit."""
    if not history.current:
        return number == history.latest.get("current-snapshot-id")
    return (at, number) in history.current and history.snapshots[number]["timestamp-ms"] == at


def _times(snapshots: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """The time of each snapshot in microseconds, later than its parent's: an overwrite makes two in one millisecond."""
    times: dict[int, int] = {}
    for start in snapshots:
        chain: dict[int, None] = {}
        at: int | None = start
        while at is not None and at in snapshots and at not in times and at not in chain:
            chain[at] = None
            at = parent_of(snapshots[at])
        for number in reversed(chain):
            parent = parent_of(snapshots[number])
            times[number] = not_before(
                snapshots[number]["timestamp-ms"], times.get(parent) if parent is not None else None
            )
    return times


IMPORTER = Importer(
    system="iceberg",
    source="the folder of an Iceberg table, a warehouse folder, or the SQLite file of a catalog",
    example="whence-emit import iceberg ./warehouse/catalog.db",
    identify=identify,
    read=read,
    options=(
        Option(
            "warehouse", "where the files of a catalog's tables are, when not below the catalog's own folder", "FOLDER"
        ),
        Option("catalog", "the catalog's address, as other producers name it", "URI"),
        Option(
            "name",
            "what the one table is called, when not by the location that it states: s3://bucket/risk/loans",
            "URI",
        ),
    ),
)
