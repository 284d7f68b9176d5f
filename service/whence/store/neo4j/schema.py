"""Constraints, indexes and the few nodes that there is one of; `schema/cypher/` is written from here.

graph     (:Entity) with a readable label beside, edges by the names of their types; found by (:Tag), (:Owner), (:Fingerprint)
log       (:Log), (:Turn) once each; (:Event), (:Rejected)
merge     (:Record), (:Entry), (:Touch), (:Text): nobody's business but the merge's
"""

from __future__ import annotations

from typing import Final, LiteralString

import neo4j

from whence.errors import StoreUnusable
from whence.model.answers import Position
from whence.store.neo4j.connecting import rows
from whence.store.port import PROJECTION, NotMigrated

SCHEMA: Final = 2
"""Number of the layout: raised with every change of it, with a step in `migrate`."""

CONSTRAINTS: Final[tuple[LiteralString, ...]] = (
    "CREATE CONSTRAINT whence_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT whence_tag_id IF NOT EXISTS FOR (n:Tag) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT whence_owner_id IF NOT EXISTS FOR (n:Owner) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT whence_fingerprint_id IF NOT EXISTS FOR (n:Fingerprint) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT whence_text_name IF NOT EXISTS FOR (n:Text) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT whence_log_name IF NOT EXISTS FOR (n:Log) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT whence_turn_name IF NOT EXISTS FOR (n:Turn) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT whence_event_seq IF NOT EXISTS FOR (n:Event) REQUIRE n.seq IS UNIQUE",
    "CREATE CONSTRAINT whence_event_key IF NOT EXISTS FOR (n:Event) REQUIRE n.key IS UNIQUE",
    "CREATE CONSTRAINT whence_rejected_id IF NOT EXISTS FOR (n:Rejected) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT whence_record_key IF NOT EXISTS FOR (n:Record) REQUIRE n.key IS UNIQUE",
)
INDEXES: Final[tuple[LiteralString, ...]] = (
    "CREATE INDEX whence_entity_kind IF NOT EXISTS FOR (n:Entity) ON (n.kind, n.age)",
    "CREATE INDEX whence_entity_namespace IF NOT EXISTS FOR (n:Entity) ON (n.namespace, n.kind, n.age)",
    "CREATE INDEX whence_entity_state IF NOT EXISTS FOR (n:Entity) ON (n.state, n.age)",
    "CREATE INDEX whence_entity_whole IF NOT EXISTS FOR (n:Entity) ON (n.whole, n.age)",
    "CREATE INDEX whence_entity_named IF NOT EXISTS FOR (n:Entity) ON (n.named, n.age)",
    "CREATE TEXT INDEX whence_entity_search IF NOT EXISTS FOR (n:Entity) ON (n.search)",
    "CREATE INDEX whence_fingerprint_value IF NOT EXISTS FOR (n:Fingerprint) ON (n.value)",
    "CREATE INDEX whence_event_time IF NOT EXISTS FOR (n:Event) ON (n.time)",
    "CREATE INDEX whence_event_run IF NOT EXISTS FOR (n:Event) ON (n.runKey)",
    "CREATE INDEX whence_rejected_became IF NOT EXISTS FOR (n:Rejected) ON (n.became)",
    "CREATE INDEX whence_entry_k IF NOT EXISTS FOR (n:Entry) ON (n.k)",
    "CREATE INDEX whence_touch_k IF NOT EXISTS FOR (n:Touch) ON (n.k)",
)
"""What many rows may share. A composite one gives a page of nodes in order, newest first (`order.age`).

Entries are the most of what a put writes, and to look in a unique index first is more than half of what one costs. So one may be there twice,
where the merge adds it again: who reads them takes it as one (`known.entries_of`).
"""
STEPS: Final[dict[int, tuple[LiteralString, ...]]] = {1: ("DROP CONSTRAINT whence_entry_k IF EXISTS",)}
"""What has to go on the way from a layout to the next, before what is lacking is made."""

AWAIT: Final = "CALL db.awaitIndexes(300)"
_ONES: Final = """
MERGE (t:Turn {name: 'turn'}) ON CREATE SET t.taken = true
MERGE (l:Log {name: 'log'})
ON CREATE SET l.seq = 0, l.head = $head, l.rejected = 0, l.replayed = 0, l.schema = $schema, l.projection = $projection,
  l.taken = true"""
_STEPPED: Final = "MATCH (l:Log {name: 'log'}) SET l.schema = $schema"
_FOUND: Final = "OPTIONAL MATCH (l:Log {name: 'log'}) RETURN l.schema"
_USED: Final = "MATCH (n) RETURN true LIMIT 1"


def migrate(session: neo4j.Session) -> None:
    """Give an empty database what it lacks, an earlier release's too; leave a current store as it is. Raises StoreUnusable for what is none of these."""
    with session.begin_transaction() as transaction:
        found = rows(transaction, _FOUND)[0][0]
        try:
            checked(transaction, found)
            return
        except NotMigrated:
            pass
    gone = [statement for step in range(found or SCHEMA, SCHEMA) for statement in STEPS[step]]
    for statement in (*gone, *CONSTRAINTS, *INDEXES, AWAIT):
        session.run(statement).consume()
    session.run(_ONES, head=Position().head_hash, schema=SCHEMA, projection=PROJECTION).consume()
    session.run(_STEPPED, schema=SCHEMA).consume()


def checked(transaction: neo4j.Session | neo4j.Transaction, found: int | None) -> None:
    """`found`: the layout that the log's node names, None without one. Raises NotMigrated for an empty database or an earlier release's,
    StoreUnusable for one that is no whence store, or a newer release's."""
    if found == SCHEMA:
        return
    if found is not None and found < SCHEMA:
        raise NotMigrated(
            f"this store has the layout {found} of an earlier release; this one reads {SCHEMA}",
            hint="Bring it up to date with: whence migrate",
        )
    if found is not None and found > SCHEMA:
        raise StoreUnusable(
            f"this store has the layout {found} of a newer release; this one reads up to {SCHEMA}",
            hint="Use the release that wrote it, or a later one.",
        )
    if rows(transaction, _USED):
        raise StoreUnusable(
            "this is a Neo4j database, but not a whence store", hint="Name an empty database: ?database=NAME"
        )
    raise NotMigrated("this store is still empty", hint="Make it with: whence migrate, or send it an event.")
