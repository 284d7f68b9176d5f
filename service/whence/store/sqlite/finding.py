"""Nodes by uid and by filter."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from whence.model.answers import NodeFilter, Page
from whence.model.graph import Node
from whence.model.kinds import Kind
from whence.store.documents import unpack_facets, unpack_node, with_facets
from whence.store.intake import COUNT_LIMIT
from whence.store.matching import digest_range, hex_prefix, searchable
from whence.store.order import UNKNOWN_AGE, cutoff, from_cursor, to_cursor
from whence.store.sqlite.aliases import successor
from whence.store.sqlite.log import position

_BY_UID: Final = """
SELECT asked.value, n.doc, NULL FROM json_each(?) AS asked
JOIN ids AS i ON i.uid = asked.value JOIN nodes AS n ON n.id = i.id"""
_BY_UID_WITH_FACETS: Final = """
SELECT asked.value, n.doc, f.doc FROM json_each(?) AS asked
JOIN ids AS i ON i.uid = asked.value JOIN nodes AS n ON n.id = i.id LEFT JOIN facets AS f ON f.node = n.id"""

_NAMED: Final = "SELECT id FROM nodes WHERE name = ?"
_TAGGED: Final = "SELECT node FROM tags WHERE tag = ?"
_OWNED: Final = "SELECT node FROM owners WHERE owner = ?"
_PARTS: Final = "SELECT n.id FROM json_each(?) AS asked JOIN nodes AS n ON n.whole = asked.value"
_WITH_TEXT: Final = "SELECT node FROM search WHERE instr(text, ?) > 0"
_WITH_FINGERPRINT: Final = """
SELECT node FROM fingerprints WHERE value >= ? AND value < ? AND (?3 IS NULL OR algorithm = ?3)"""

_PAGE_OF_KIND: Final = """
SELECT age, uid, doc FROM nodes
WHERE kind = :kind AND age BETWEEN :least AND :most AND (age, uid) > (:after_age, :after_uid)
  AND (:namespace IS NULL OR namespace = :namespace)
ORDER BY age, uid LIMIT :limit"""
_COUNT_OF_KIND: Final = """
SELECT count(*) FROM (
  SELECT 1 FROM nodes
  WHERE kind = :kind AND age BETWEEN :least AND :most AND (:namespace IS NULL OR namespace = :namespace)
  LIMIT :limit)"""
_PAGE_IN_STATE: Final = """
SELECT age, uid, doc FROM nodes
WHERE state = :state AND age BETWEEN :least AND :most AND (age, uid) > (:after_age, :after_uid)
  AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
  AND (:namespace IS NULL OR namespace = :namespace)
ORDER BY age, uid LIMIT :limit"""
_COUNT_IN_STATE: Final = """
SELECT count(*) FROM (
  SELECT 1 FROM nodes
  WHERE state = :state AND age BETWEEN :least AND :most
    AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
    AND (:namespace IS NULL OR namespace = :namespace)
  LIMIT :limit)"""
_PAGE_AMONG: Final = """
SELECT n.age, n.uid, n.doc FROM json_each(:among) AS a CROSS JOIN nodes AS n ON n.id = a.value
WHERE n.age BETWEEN :least AND :most AND (n.age, n.uid) > (:after_age, :after_uid)
  AND (:kinds IS NULL OR n.kind IN (SELECT value FROM json_each(:kinds)))
  AND (:namespace IS NULL OR n.namespace = :namespace) AND (:state IS NULL OR n.state = :state)
ORDER BY n.age, n.uid LIMIT :limit"""
_COUNT_AMONG: Final = """
SELECT count(*) FROM (
  SELECT 1 FROM json_each(:among) AS a CROSS JOIN nodes AS n ON n.id = a.value
  WHERE n.age BETWEEN :least AND :most
    AND (:kinds IS NULL OR n.kind IN (SELECT value FROM json_each(:kinds)))
    AND (:namespace IS NULL OR n.namespace = :namespace) AND (:state IS NULL OR n.state = :state)
  LIMIT :limit)"""


_TEXTS: Final = "SELECT t.name, t.text FROM json_each(?) AS asked JOIN texts AS t ON t.name = asked.value"


def nodes_by_uid(connection: sqlite3.Connection, uids: Sequence[str], *, facets: bool) -> dict[str, Node]:
    """By the uid asked for; one that was replaced is answered by its successor's node."""
    found = _nodes(connection, uids, facets)
    replaced = {uid: new for uid in uids if uid not in found and (new := successor(connection, uid)) != uid}
    if replaced:
        successors = _nodes(connection, list(replaced.values()), facets)
        found |= {uid: successors[new] for uid, new in replaced.items() if new in successors}
    return found


def _nodes(connection: sqlite3.Connection, uids: Sequence[str], facets: bool) -> dict[str, Node]:
    rows = connection.execute(_BY_UID_WITH_FACETS if facets else _BY_UID, (_json(uids),))
    if not facets:
        return {uid: unpack_node(doc) for uid, doc, _ in rows}
    found = [(uid, unpack_node(doc), unpack_facets(own)) for uid, doc, own in rows]
    wanted = sorted({text for _, _, names in found for text in names.values()})
    texts = dict(connection.execute(_TEXTS, (_json(wanted),)))
    return {uid: with_facets(node, names, texts) for uid, node, names in found}


def find_page(connection: sqlite3.Connection, wanted: NodeFilter, first: int, after: str | None) -> Page[Node]:
    among = _candidates(connection, wanted)
    after_age, after_uid = from_cursor(after, tuple[int, str]) if after is not None else (cutoff(None), "")
    bounds = _bounds(wanted)
    place = bounds | {"after_age": after_age, "after_uid": after_uid, "limit": first + 1}
    counted = bounds | {"limit": COUNT_LIMIT + 1}
    if among is not None:
        nodes = {"among": _json(among)}
        rows = connection.execute(_PAGE_AMONG, place | nodes).fetchall()
        total: int = connection.execute(_COUNT_AMONG, counted | nodes).fetchone()[0]
    elif wanted.state is not None:
        rows = connection.execute(_PAGE_IN_STATE, place).fetchall()
        total = connection.execute(_COUNT_IN_STATE, counted).fetchone()[0]
    else:
        kinds = [kind.value for kind in dict.fromkeys(wanted.kinds or Kind)]
        rows = _page_of_kinds(connection, kinds, place)
        total = sum(connection.execute(_COUNT_OF_KIND, counted | {"kind": kind}).fetchone()[0] for kind in kinds)
    return Page(
        items=tuple(unpack_node(doc) for _, _, doc in rows[:first]),
        cursors=tuple(to_cursor(age, uid) for age, uid, _ in rows[:first]),
        has_next=len(rows) > first,
        total=min(total, COUNT_LIMIT),
        total_exact=total <= COUNT_LIMIT,
        position=position(connection),
    )


def _page_of_kinds(
    connection: sqlite3.Connection, kinds: Sequence[str], place: Mapping[str, Any]
) -> list[tuple[int, str, bytes]]:
    """Each kind lies in order; of several the first are taken as they come."""
    pages = [connection.execute(_PAGE_OF_KIND, {**place, "kind": kind}) for kind in kinds]
    return list(islice(heapq.merge(*pages), place["limit"]))


def _bounds(wanted: NodeFilter) -> dict[str, Any]:
    """What is compared while reading nodes in order. Ages run backwards: `since` is the greatest, `until` the least but one."""
    dated = wanted.since is not None or wanted.until is not None
    youngest = cutoff(wanted.as_of)
    return {
        "least": youngest if wanted.until is None else max(youngest, ~wanted.until + 1),
        "most": ~wanted.since if wanted.since is not None else UNKNOWN_AGE - dated,
        "kinds": _json(wanted.kinds) if wanted.kinds else None,
        "namespace": wanted.namespace,
        "state": wanted.state,
    }


def _candidates(connection: sqlite3.Connection, wanted: NodeFilter) -> list[int] | None:
    """The ids that meet all conditions that an index answers; None when there is no such condition."""
    sets = list(_candidate_sets(connection, wanted))
    return sorted(set.intersection(*sets)) if sets else None


def _candidate_sets(connection: sqlite3.Connection, wanted: NodeFilter) -> Iterator[set[int]]:
    def ids(statement: str, *parameters: Any) -> set[int]:
        return {number for (number,) in connection.execute(statement, parameters)}

    if wanted.name is not None:
        yield ids(_NAMED, wanted.name)
    if wanted.tag is not None:
        yield ids(_TAGGED, wanted.tag)
    if wanted.owner is not None:
        yield ids(_OWNED, wanted.owner)
    if wanted.job is not None:
        yield ids(_PARTS, _json([uid for uid in (wanted.job,) if uid.startswith("job/")]))
    if wanted.versions_of:
        yield ids(_PARTS, _json([uid for uid in wanted.versions_of if uid.startswith("asset/")]))
    if wanted.digest is not None:
        yield ids(_WITH_FINGERPRINT, *digest_range(wanted.digest))
    if wanted.text is not None:
        prefix = hex_prefix(wanted.text)
        known_by = ids(_WITH_FINGERPRINT, *prefix) if prefix else set()
        yield ids(_WITH_TEXT, searchable(wanted.text)) | known_by


def _json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()
