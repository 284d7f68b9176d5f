"""Nodes by uid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from whence.model.graph import Node
from whence.store.documents import unpack_facets, unpack_node, with_facets
from whence.store.neo4j.aliases import successors
from whence.store.neo4j.keys import key_of
from whence.store.neo4j.snapshot import Reading

BY_KEY: Final[LiteralString] = """
MATCH (n:Entity) USING INDEX SEEK n:Entity(id) WHERE n.id IN $asked.keys
RETURN collect([n.id, n.doc])"""
BY_KEY_WITH_FACETS: Final[LiteralString] = """
MATCH (n:Entity) USING INDEX SEEK n:Entity(id) WHERE n.id IN $asked.keys
RETURN collect([n.id, n.doc, n.facets])"""
TEXTS: Final[LiteralString] = """
MATCH (t:Text) USING INDEX SEEK t:Text(name) WHERE t.name IN $asked.names
RETURN collect([t.name, t.text])"""


def nodes_by_uid(reading: Reading, uids: Sequence[str], *, facets: bool) -> dict[str, Node]:
    """By the uid asked for; one that was replaced is answered by its successor's node."""
    look_up = _with_facets if facets else _without_facets
    found = look_up(reading, uids)
    missing = [uid for uid in dict.fromkeys(uids) if uid not in found]
    if missing and (replaced := successors(reading, missing)):
        by_successor = look_up(reading, list(replaced.values()))
        found |= {uid: by_successor[new] for uid, new in replaced.items() if new in by_successor}
    return found


def _without_facets(reading: Reading, uids: Sequence[str]) -> dict[str, Node]:
    asked = {key_of(uid): uid for uid in uids}
    [[found]] = reading.rows(BY_KEY, asked={"keys": list(asked)})
    return {asked[key]: unpack_node(doc) for key, doc in found}


def _with_facets(reading: Reading, uids: Sequence[str]) -> dict[str, Node]:
    asked = {key_of(uid): uid for uid in uids}
    [[found]] = reading.rows(BY_KEY_WITH_FACETS, asked={"keys": list(asked)})
    nodes = [(asked[key], unpack_node(doc), unpack_facets(own)) for key, doc, own in found]
    wanted = sorted({text for _, _, names in nodes for text in names.values()})
    texts = dict(reading.rows(TEXTS, asked={"names": wanted})[0][0]) if wanted else {}
    return {uid: with_facets(node, names, texts) for uid, node, names in nodes}
