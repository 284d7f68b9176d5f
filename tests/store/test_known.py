"""What the merge reads is the same from every store: records, and entries in order between bounds."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence.merge.records import RunRecord
from whence.merge.state import Changes, Entry
from whence.store.memory_known import MemoryKnown
from whence.store.sqlite import schema
from whence.store.sqlite.connections import transaction
from whence.store.sqlite.known import RecordCache, SqliteKnown
from whence.store.sqlite.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = st.sampled_from([-(2**63), -1, 0, 1, 2**63 - 1])
PLACES = st.tuples(
    TIMES, st.integers(0, 2), st.sampled_from(["", "a", "ä", "b", "\U0001f600"]), st.sampled_from(["", "x"])
)
ENTRIES = st.builds(lambda key, place: Entry("row", key, *place), st.sampled_from(["one", "two"]), PLACES)
BOUNDS = st.one_of(st.none(), PLACES)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection)
    yield connection
    connection.close()


def entries_only(added: list[Entry], removed: list[Entry]) -> Changes:
    return Changes({}, added, removed, {}, [], [], [])


@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(ENTRIES), st.lists(ENTRIES, max_size=4), st.lists(st.tuples(BOUNDS, BOUNDS, st.booleans()), max_size=8))
def test_entries_between_bounds_come_in_order(
    added: list[Entry],
    removed: list[Entry],
    scans: list[tuple[tuple[int, int, str, str] | None, tuple[int, int, str, str] | None, bool]],
) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection)
    memory = MemoryKnown()
    for changes in (entries_only(added, []), entries_only([], removed), entries_only(added[:2], [])):
        memory.apply(changes)
        Writer().apply(connection, changes)
    stored = SqliteKnown(connection, RecordCache())
    kept = (set(added) - set(removed)) | set(added[:2])
    for low, high, reverse in scans:
        expected = sorted(
            entry
            for entry in kept
            if entry.key == "one" and (low is None or entry[2:] >= low) and (high is None or entry[2:] <= high)
        )
        for known in (memory, stored):
            found = list(known.scan("row", "one", low=low, high=high, reverse=reverse))
            assert found == (expected[::-1] if reverse else expected)
    connection.close()


def test_records_come_back_from_the_file_as_from_the_cache(connection: sqlite3.Connection) -> None:
    writer = Writer()
    records = {f"run {number}": RunRecord(str(number), ()) for number in range(3)}
    writer.apply(connection, Changes({**records}, [], [], {}, [], [], []))
    writer.apply(connection, Changes({"run 1": None}, [], [], {}, [], [], []))
    del records["run 1"]
    for cache in (writer.records, RecordCache()):
        with transaction(connection, "BEGIN"):
            known = SqliteKnown(connection, cache)
            assert known.records(["run 0", "run 1", "run 2", "run 3"]) == records
            assert known.records([]) == {}
