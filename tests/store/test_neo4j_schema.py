"""Constraints, indexes and plans of writing: what is published is what the code makes, and every look-up goes by an index."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from export_cypher import FOLDER, files

from whence.store.neo4j import aliases, graph_writing, known, log, putting, statements
from whence.store.neo4j.connecting import Connecting, Login, address_of
from whence.store.neo4j.schema import CONSTRAINTS, INDEXES, migrate
from whence.store.neo4j.snapshot import LastSeen, ask
from whence.store.port import NotMigrated

if TYPE_CHECKING:
    from collections.abc import Iterator

    import neo4j
    from neo4j_sources import Endpoint

BY_KEY = [
    *(text for text, _ in statements.IN_ORDER),
    *(putting.OPEN, putting.LOGGED, putting.REJECTED, graph_writing.NODES, graph_writing.EDGES, aliases.THERE),
    *(known.RECORDS, known.SCAN, known.SCAN_BACK, known.RUN_EVENTS),
    *(log.TOUCHING, log.OF_RUN, log.BETWEEN, log.ENTRIES, log.REPLAYED, log.REJECTED),
    *(log.EVENTS_BY_BUCKET, log.NODES_BY_BUCKET, log.LAST_REJECTED),
]
READS_EVERYTHING = {"AllNodesScan", "NodeByLabelScan", "AllRelationshipsScan", "DirectedAllRelationshipsScan"}


def test_the_published_schema_is_the_code_s() -> None:
    published = {file.name: file.read_text("utf-8") for file in FOLDER.iterdir()}
    assert published == files(), "write it again: scripts/export_cypher.py"


@pytest.fixture
def session(neo4j_database: Endpoint) -> Iterator[neo4j.Session]:
    connecting = Connecting(address_of(neo4j_database.url), Login(neo4j_database.user, neo4j_database.password))
    with connecting.session() as session:
        migrate(session)
        yield session
    connecting.close()


def operators(plan: dict[str, Any]) -> list[str]:
    own = plan["operatorType"].partition("@")[0]
    return [own, *(each for child in plan.get("children", ()) for each in operators(child))]


def test_every_constraint_and_index_is_there_and_nothing_is_scanned(session: neo4j.Session) -> None:
    migrate(session)
    made = {row["name"] for row in session.run("SHOW INDEXES YIELD name")}
    assert {text.partition(" IF NOT EXISTS")[0].rpartition(" ")[2] for text in (*CONSTRAINTS, *INDEXES)} <= made
    for text in BY_KEY:
        plan = session.run(f"EXPLAIN {text}").consume().plan
        assert plan is not None
        found = operators(plan)
        assert not READS_EVERYTHING.intersection(found), text
        if text in (known.SCAN, known.SCAN_BACK):
            assert "NodeIndexSeekByRange" in found
            assert not {"Sort", "Top", "PartialTop"}.intersection(found), (
                "entries are read in the order of the index, no more than asked for"
            )


def test_a_store_of_an_earlier_layout_is_brought_up_to_date_and_asked_for_until_then(session: neo4j.Session) -> None:
    indexes = "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint AS owner RETURN *"
    fresh = sorted(session.run(indexes).values(), key=str)
    session.run("DROP INDEX whence_entry_k").consume()
    session.run("CREATE CONSTRAINT whence_entry_k FOR (n:Entry) REQUIRE n.k IS UNIQUE").consume()
    session.run("MATCH (l:Log) SET l.schema = 1, l.seq = 7").consume()
    with pytest.raises(NotMigrated, match="layout 1 of an earlier release"):
        ask(session, lambda reading: reading.position, LastSeen())
    migrate(session)
    assert sorted(session.run(indexes).values(), key=str) == fresh
    assert ask(session, lambda reading: reading.position.seq, LastSeen()) == 7
    migrate(session)


def test_reading_writes_nothing(session: neo4j.Session) -> None:
    """The lock that makes answers exact costs no transaction in the log of the database."""

    last_seen = LastSeen()

    def question() -> frozenset[str]:
        ask(session, lambda reading: reading.position, last_seen)
        return session.last_bookmarks().raw_values

    session.run("CALL db.awaitIndexes(120)").consume()
    seen = [question() for _ in range(12)]  # the server may still settle the schema meanwhile, but not each time
    assert any(one == next_ for one, next_ in pairwise(seen))
    before = question()
    session.run("CREATE (:Marker)").consume()
    assert session.last_bookmarks().raw_values != before
