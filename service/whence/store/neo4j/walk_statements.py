"""The Cypher of walks: constant texts, by direction and by whether they look at an instant (`dated`). What hop_statements.py says holds here too.

A walk's pattern is a single relationship with its conditions on it, which Neo4j plans as VarLengthExpand(Pruning,BFS): linear in what it finds.
"""

from __future__ import annotations

from typing import Final, LiteralString

from whence.model.kinds import Direction
from whence.store.neo4j.hop_statements import DOWN, UP, Statements

# Starting at a unique index makes the depth a projection, not an aggregation: so the limit ends the walk.
REACHED: Final[Statements] = {
    (UP, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()-[e WHERE type(e) IN $types]->())* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
RETURN collect(id(n)), collect(depth)""",
    (DOWN, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()<-[e WHERE type(e) IN $types]-())* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
RETURN collect(id(n)), collect(depth)""",
    (UP, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()-[e WHERE type(e) IN $types AND e.age >= $least]->(x WHERE x.age >= $least))* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
RETURN collect(id(n)), collect(depth)""",
    (DOWN, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()<-[e WHERE type(e) IN $types AND e.age >= $least]-(x WHERE x.age >= $least))* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
RETURN collect(id(n)), collect(depth)""",
}
"""What each root reaches, nearest first and up to `$limit` nodes a root, with the distance from it."""

WHOLE: Final[Statements] = {
    (UP, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()-[e WHERE type(e) IN $types]->())* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
WITH n, min(depth) AS depth
WITH collect(n) AS nodes, collect(depth) AS depths
WITH nodes, depths, size(nodes) < $limit AS whole
CALL (nodes, whole) {
  UNWIND CASE WHEN whole THEN nodes ELSE [] END AS near
  MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least
  RETURN collect(id(near)) AS sources, collect(id(far)) AS targets, collect(e.age) AS ages, collect(e.doc) AS docs
}
RETURN whole, [n IN nodes | id(n)], CASE WHEN whole THEN [n IN nodes | n.doc] ELSE [] END, depths, sources, targets, ages, docs""",
    (DOWN, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()<-[e WHERE type(e) IN $types]-())* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
WITH n, min(depth) AS depth
WITH collect(n) AS nodes, collect(depth) AS depths
WITH nodes, depths, size(nodes) < $limit AS whole
CALL (nodes, whole) {
  UNWIND CASE WHEN whole THEN nodes ELSE [] END AS near
  MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least
  RETURN collect(id(far)) AS sources, collect(id(near)) AS targets, collect(e.age) AS ages, collect(e.doc) AS docs
}
RETURN whole, [n IN nodes | id(n)], CASE WHEN whole THEN [n IN nodes | n.doc] ELSE [] END, depths, sources, targets, ages, docs""",
    (UP, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()-[e WHERE type(e) IN $types AND e.age >= $least]->(x WHERE x.age >= $least))* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
WITH n, min(depth) AS depth
WITH collect(n) AS nodes, collect(depth) AS depths
WITH nodes, depths, size(nodes) < $limit AS whole
CALL (nodes, whole) {
  UNWIND CASE WHEN whole THEN nodes ELSE [] END AS near
  MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least
  RETURN collect(id(near)) AS sources, collect(id(far)) AS targets, collect(e.age) AS ages, collect(e.doc) AS docs
}
RETURN whole, [n IN nodes | id(n)], CASE WHEN whole THEN [n IN nodes | n.doc] ELSE [] END, depths, sources, targets, ages, docs""",
    (DOWN, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH p = (root) (()<-[e WHERE type(e) IN $types AND e.age >= $least]-(x WHERE x.age >= $least))* (n)
  WITH n, min(length(p)) AS depth LIMIT $limit
  RETURN n, depth
}
WITH n, min(depth) AS depth
WITH collect(n) AS nodes, collect(depth) AS depths
WITH nodes, depths, size(nodes) < $limit AS whole
CALL (nodes, whole) {
  UNWIND CASE WHEN whole THEN nodes ELSE [] END AS near
  MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least
  RETURN collect(id(far)) AS sources, collect(id(near)) AS targets, collect(e.age) AS ages, collect(e.doc) AS docs
}
RETURN whole, [n IN nodes | id(n)], CASE WHEN whole THEN [n IN nodes | n.doc] ELSE [] END, depths, sources, targets, ages, docs""",
}
"""Less than `$limit` nodes with their documents, distances and the edges between them; of more, the nearest `$limit` and their distances alone."""

COUNTED: Final[Statements] = {
    (UP, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH (root) (()-[e WHERE type(e) IN $types]->())* (n)
  WITH DISTINCT n LIMIT $limit
  RETURN n
}
RETURN count(DISTINCT n)""",
    (DOWN, False): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH (root) (()<-[e WHERE type(e) IN $types]-())* (n)
  WITH DISTINCT n LIMIT $limit
  RETURN n
}
RETURN count(DISTINCT n)""",
    (UP, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH (root) (()-[e WHERE type(e) IN $types AND e.age >= $least]->(x WHERE x.age >= $least))* (n)
  WITH DISTINCT n LIMIT $limit
  RETURN n
}
RETURN count(DISTINCT n)""",
    (DOWN, True): """
UNWIND $asked.keys AS key
CALL (key) {
  MATCH (root:Entity {id: key}) USING INDEX SEEK root:Entity(id)
  MATCH (root) (()<-[e WHERE type(e) IN $types AND e.age >= $least]-(x WHERE x.age >= $least))* (n)
  WITH DISTINCT n LIMIT $limit
  RETURN n
}
RETURN count(DISTINCT n)""",
}
"""How many nodes the roots reach, themselves included; at least `$limit` when one root alone reaches so many."""

NEXT_LAYER: Final[Statements] = {
    (UP, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types
WITH DISTINCT far LIMIT $limit
RETURN collect(id(far))""",
    (DOWN, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types
WITH DISTINCT far LIMIT $limit
RETURN collect(id(far))""",
    (UP, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
WITH DISTINCT far LIMIT $limit
RETURN collect(id(far))""",
    (DOWN, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
WITH DISTINCT far LIMIT $limit
RETURN collect(id(far))""",
}
"""One hop from many nodes at once."""

DOCUMENTS: Final[LiteralString] = """
UNWIND $asked.ids AS handle
MATCH (n) WHERE id(n) = handle
RETURN collect(id(n)), collect(n.doc)"""

EDGES_FROM: Final[dict[Direction, LiteralString]] = {
    UP: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least
RETURN collect(id(near)), collect(id(far)), collect(e.age), collect(e.doc)""",
    DOWN: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least
RETURN collect(id(far)), collect(id(near)), collect(e.age), collect(e.doc)""",
}
"""All edges that leave some nodes on the way of a walk, as (source, target, …)."""

EDGES_AMONG: Final[LiteralString] = """
UNWIND $asked.ids AS handle
MATCH (source) WHERE id(source) = handle
WITH DISTINCT source
MATCH (source)-[e]->(target) WHERE type(e) IN $types AND id(target) IN $kept AND e.age >= $least
RETURN collect(id(source)), collect(id(target)), collect(e.age), collect(e.doc)"""
"""All edges with both ends among some nodes. From the source: what a node depends on is few, what depends on it may be a hundred thousand."""

FRONTIER: Final[dict[Direction, LiteralString]] = {
    UP: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
  AND EXISTS { (near)-[e]->(far) WHERE type(e) IN $types AND NOT id(far) IN $kept AND e.age >= $least AND far.age >= $least }
RETURN collect(id(near))""",
    DOWN: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
  AND EXISTS { (near)<-[e]-(far) WHERE type(e) IN $types AND NOT id(far) IN $kept AND e.age >= $least AND far.age >= $least }
RETURN collect(id(near))""",
}
"""Which of some nodes have a neighbour that was not kept."""
