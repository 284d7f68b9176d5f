"""The Cypher of hops: constant texts, by direction and by whether they look at an instant (`dated`).

`id()` is Neo4j's own number of a node: a handle that is good inside one answer and never leaves the adapter. `$least` is the least age of what
exists at an instant (store/order.py). Lists come back whole, in one record: a record for each row takes the driver several times as long.
Handles are unwound and looked up one by one, apart from the hop that follows, and indexes are named: planned while the store is empty, all else
becomes a scan of everything, and Neo4j keeps its plans.
"""

from __future__ import annotations

from typing import Final, LiteralString

from whence.model.kinds import Direction

UP: Final = Direction.UPSTREAM
DOWN: Final = Direction.DOWNSTREAM

Statements = dict[tuple[Direction, bool], LiteralString]

ROOTS: Final[LiteralString] = """
MATCH (n:Entity) USING INDEX SEEK n:Entity(id) WHERE n.id IN $asked.keys
RETURN collect([n.id, id(n), n.uid, n.age])"""

EDGES_OF: Final[dict[Direction, LiteralString]] = {
    UP: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
RETURN collect([id(near), far.uid, e.age, e.q, e.doc])""",
    DOWN: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
RETURN collect([id(near), far.uid, e.age, e.q, e.doc])""",
}
"""All edges of some nodes, one hop."""

DEGREES: Final[Statements] = {
    (UP, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
CALL (near) {
  MATCH (near)-[e]->() WHERE type(e) IN $types
  WITH e LIMIT $limit
  RETURN count(*) AS degree
}
RETURN collect([handle, degree])""",
    (DOWN, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
CALL (near) {
  MATCH (near)<-[e]-() WHERE type(e) IN $types
  WITH e LIMIT $limit
  RETURN count(*) AS degree
}
RETURN collect([handle, degree])""",
    (UP, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
CALL (near) {
  MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
  WITH e LIMIT $limit
  RETURN count(*) AS degree
}
RETURN collect([handle, degree])""",
    (DOWN, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
CALL (near) {
  MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
  WITH e LIMIT $limit
  RETURN count(*) AS degree
}
RETURN collect([handle, degree])""",
}
"""How many edges each of some nodes has, up to `$limit`."""

NEWEST: Final[Statements] = {
    (UP, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types
WITH far, e, e.age AS age WHERE CASE
  WHEN age > $age THEN true
  WHEN age < $age THEN false
  WHEN far.uid <> $asked.uid THEN far.uid > $asked.uid
  ELSE type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q)
END
WITH far, e, age ORDER BY age LIMIT $limit
RETURN collect([id(far), far.uid, age, e.q, e.doc])""",
    (DOWN, False): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types
WITH far, e, e.age AS age WHERE CASE
  WHEN age > $age THEN true
  WHEN age < $age THEN false
  WHEN far.uid <> $asked.uid THEN far.uid > $asked.uid
  ELSE type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q)
END
WITH far, e, age ORDER BY age LIMIT $limit
RETURN collect([id(far), far.uid, age, e.q, e.doc])""",
    (UP, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
WITH far, e, e.age AS age WHERE CASE
  WHEN age > $age THEN true
  WHEN age < $age THEN false
  WHEN far.uid <> $asked.uid THEN far.uid > $asked.uid
  ELSE type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q)
END
WITH far, e, age ORDER BY age LIMIT $limit
RETURN collect([id(far), far.uid, age, e.q, e.doc])""",
    (DOWN, True): """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age >= $least AND far.age >= $least
WITH far, e, e.age AS age WHERE CASE
  WHEN age > $age THEN true
  WHEN age < $age THEN false
  WHEN far.uid <> $asked.uid THEN far.uid > $asked.uid
  ELSE type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q)
END
WITH far, e, age ORDER BY age LIMIT $limit
RETURN collect([id(far), far.uid, age, e.q, e.doc])""",
}
"""The edges after a place (age, uid of the far end, type, qualifier), in the order of their ages alone: names are read for those few only."""

OF_ONE_AGE: Final[dict[Direction, LiteralString]] = {
    UP: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)-[e]->(far) WHERE type(e) IN $types AND e.age = $age AND far.age >= $least
  AND (far.uid > $asked.uid OR (far.uid = $asked.uid AND (type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q))))
WITH far, e ORDER BY far.uid, type(e), e.q LIMIT $limit
RETURN collect([id(far), far.uid, e.age, e.q, e.doc])""",
    DOWN: """
UNWIND $asked.ids AS handle
MATCH (near) WHERE id(near) = handle
WITH DISTINCT near
MATCH (near)<-[e]-(far) WHERE type(e) IN $types AND e.age = $age AND far.age >= $least
  AND (far.uid > $asked.uid OR (far.uid = $asked.uid AND (type(e) > $asked.type OR (type(e) = $asked.type AND e.q > $asked.q))))
WITH far, e ORDER BY far.uid, type(e), e.q LIMIT $limit
RETURN collect([id(far), far.uid, e.age, e.q, e.doc])""",
}
"""The edges of one age after a place, in order."""
