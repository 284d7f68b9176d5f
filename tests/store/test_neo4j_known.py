"""What the merge reads from Neo4j is what memory gives: entries in order between bounds, however long their names, records, keys in that order."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from whence.merge.records import RunRecord
from whence.merge.state import LAST, MAX_TIME, MIN_TIME, Changes, Entry, Place, Scan
from whence.store.memory_known import MemoryKnown
from whence.store.neo4j import known
from whence.store.neo4j.connecting import Connecting, Login, address_of
from whence.store.neo4j.keys import cut_uid, entry_key, key_of, order_of
from whence.store.neo4j.known import Neo4jKnown
from whence.store.neo4j.putting import Writer
from whence.store.neo4j.schema import migrate
from whence.store.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import neo4j
    from neo4j_sources import Endpoint

LONG = "version/" + "n" * 500
UIDS = st.sampled_from(["", "a", "ab", "ä", "b", "\U0001f600", LONG, LONG + "a", LONG + "b"])
TIMES = st.sampled_from([MIN_TIME, -1, 0, 1, MAX_TIME])
PLACES = st.tuples(TIMES, st.integers(0, 2), UIDS, st.sampled_from(["", "x"]))
BOUNDS = st.one_of(st.none(), PLACES, st.tuples(TIMES, st.just(9), st.just(LAST), st.just(LAST)))
NUMBERS = itertools.count()


@pytest.fixture
def session(neo4j_database: Endpoint) -> Iterator[neo4j.Session]:
    connecting = Connecting(address_of(neo4j_database.url), Login(neo4j_database.user, neo4j_database.password))
    with connecting.session() as session:
        migrate(session)
        yield session
    connecting.close()


def entries_only(added: list[Entry], removed: list[Entry]) -> Changes:
    return Changes({}, added, removed, {}, [], [], [])


@given(PLACES, PLACES)
@example((0, 1, LONG + "b", ""), (0, 1, LONG + "a", ""))
def test_keys_are_in_the_order_of_entries_as_far_as_they_hold_it(one: Place, other: Place) -> None:
    keys = [entry_key(Entry("row", "key", *place)) for place in (one, other)]
    assert all(order_of(key) == (*place[:2], cut_uid(place[2])) for key, place in zip(keys, (one, other), strict=True))
    kept = [order_of(key) for key in keys]
    if kept[0] != kept[1]:
        assert (keys[0].encode() < keys[1].encode()) is (kept[0] < kept[1])
    assert (keys[0] == keys[1]) is (one == other)
    assert len(key_of(LONG * 1000)) < 100


def test_entries_between_bounds_come_in_order(session: neo4j.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_FIRST_PAGE", 2)
    monkeypatch.setattr(known, "_NEXT_PAGE", 3)

    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(PLACES, max_size=12),
        st.lists(PLACES, max_size=3),
        st.lists(st.tuples(BOUNDS, BOUNDS, st.booleans()), max_size=6),
        st.booleans(),
    )
    def agree(
        added: list[Place], removed: list[Place], scans: list[tuple[Place | None, Place | None, bool]], ahead: bool
    ) -> None:
        key = f"key {next(NUMBERS)}"
        memory, writer = MemoryKnown(), Writer()
        own = [Entry("row", key, *place) for place in added]
        gone = [Entry("row", key, *place) for place in removed]
        for changes in (entries_only(own, []), entries_only([], gone), entries_only(own[:2], [])):
            memory.apply(changes)
            writer.apply(session, changes)
        with session.begin_transaction() as transaction:
            stored = Neo4jKnown(transaction, Recent(10))
            if ahead:
                stored.expect([Scan("row", key, *each) for each in scans])
            for low, high, reverse in scans:
                expected = list(memory.scan("row", key, low=low, high=high, reverse=reverse))
                assert list(stored.scan("row", key, low=low, high=high, reverse=reverse)) == expected

    agree()


def test_records_come_back_from_the_database_as_from_memory(session: neo4j.Session) -> None:
    writer = Writer()
    names = ["run 0", "run 1", f"run {LONG * 10}"]
    records = {name: RunRecord(name, ()) for name in names}
    writer.apply(session, Changes({**records}, [], [], {}, [], [], []))
    writer.apply(session, Changes({"run 1": None}, [], [], {}, [], [], []))
    del records["run 1"]
    with session.begin_transaction() as transaction:
        stored = Neo4jKnown(transaction, Recent(10))
        assert stored.records([*names, "run 9"]) == records == stored.records(names)
        assert stored.absent == {"run 1", "run 9"}
        assert stored.records([]) == {}
