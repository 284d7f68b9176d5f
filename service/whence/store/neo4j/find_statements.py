"""The Cypher of searches. Each begins with what one index knows and goes on with everything else that must hold.

PAGES and COUNTS are made of the same three parts, all of them constant: a beginning, the conditions, an end. In the conditions a parameter that is
null asks for nothing. Beginnings that compare one value and then the age read an index in the order of ages: a page costs what it shows.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, LiteralString


class By(Enum):
    """What a search begins with."""

    NAME = "name"
    WHOLE = "whole"
    DIGEST = "digest"
    TAG = "tag"
    OWNER = "owner"
    TEXT = "text"
    STATE = "state"
    NAMESPACE = "namespace"
    KIND = "kind"

    @property
    def is_in_order(self) -> bool:
        """Whether it comes newest first, so that the first nodes are had without the rest."""
        return self in _ORDERS


_BEGINNINGS: Final[dict[By, LiteralString]] = {
    By.NAME: """
CALL () {
  MATCH (n:Entity) USING INDEX SEEK n:Entity(named, age)
  WHERE n.named = $asked.named AND n.age >= $least AND n.age <= $most
  WITH n""",
    By.WHOLE: """
UNWIND $asked.wholes AS whole
CALL (whole) {
  MATCH (n:Entity) USING INDEX SEEK n:Entity(whole, age)
  WHERE n.whole = whole AND n.age >= $least AND n.age <= $most
  WITH n""",
    By.DIGEST: """
CALL () {
  MATCH (f:Fingerprint) USING INDEX SEEK f:Fingerprint(value) WHERE f.value >= $asked.digest[0] AND f.value <= $asked.digest[1]
    AND coalesce(f.full, f.value) >= $asked.digest[2] AND coalesce(f.full, f.value) < $asked.digest[3]
    AND ($asked.algorithm IS NULL OR f.algorithm = $asked.algorithm)
  MATCH (n)-[:KNOWN_BY]->(f)
  WITH DISTINCT n""",
    By.TAG: """
CALL () {
  MATCH (n)-[:TAGGED]->(t:Tag {id: $asked.tagged}) USING INDEX SEEK t:Tag(id)
  WITH n""",
    By.OWNER: """
CALL () {
  MATCH (n)-[:OWNED_BY]->(o:Owner {id: $asked.owned}) USING INDEX SEEK o:Owner(id)
  WITH n""",
    By.TEXT: """
CALL () {
  CALL () {
    MATCH (n:Entity) USING TEXT INDEX n:Entity(search) WHERE n.search CONTAINS $asked.text RETURN n
    UNION
    MATCH (n:LongText) WHERE n.searchLong CONTAINS $asked.text RETURN n
    UNION
    MATCH (f:Fingerprint) USING INDEX SEEK f:Fingerprint(value) WHERE f.value >= $asked.prefix[0] AND f.value <= $asked.prefix[1]
      AND coalesce(f.full, f.value) >= $asked.prefix[2] AND coalesce(f.full, f.value) < $asked.prefix[3]
    MATCH (n)-[:KNOWN_BY]->(f) RETURN n
  }
  WITH n""",
    By.STATE: """
CALL () {
  MATCH (n:Entity) USING INDEX SEEK n:Entity(state, age)
  WHERE n.state = $asked.state AND n.age >= $least AND n.age <= $most
  WITH n""",
    By.NAMESPACE: """
UNWIND $asked.kinds AS kind
CALL (kind) {
  MATCH (n:Entity) USING INDEX SEEK n:Entity(namespace, kind, age)
  WHERE n.namespace = $asked.namespace AND n.kind = kind AND n.age >= $least AND n.age <= $most
  WITH n""",
    By.KIND: """
UNWIND $asked.kinds AS kind
CALL (kind) {
  MATCH (n:Entity) USING INDEX SEEK n:Entity(kind, age)
  WHERE n.kind = kind AND n.age >= $least AND n.age <= $most
  WITH n""",
}

_CONDITIONS: Final[LiteralString] = """
  WHERE n.age >= $least AND n.age <= $most AND n.kind IN $asked.kinds
    AND ($asked.named IS NULL OR n.named = $asked.named) AND ($asked.wholes IS NULL OR n.whole IN $asked.wholes)
    AND ($asked.state IS NULL OR n.state = $asked.state) AND ($asked.namespace IS NULL OR n.namespace = $asked.namespace)
    AND ($asked.tag IS NULL OR $asked.tag IN n.tags) AND ($asked.owner IS NULL OR $asked.owner IN n.owners)
    AND ($asked.digest IS NULL OR EXISTS {
      (n)-[:KNOWN_BY]->(f:Fingerprint) WHERE coalesce(f.full, f.value) >= $asked.digest[2] AND coalesce(f.full, f.value) < $asked.digest[3]
        AND ($asked.algorithm IS NULL OR f.algorithm = $asked.algorithm) })
    AND ($asked.text IS NULL OR coalesce(n.search, n.searchLong) CONTAINS $asked.text OR ($asked.prefix IS NOT NULL AND EXISTS {
      (n)-[:KNOWN_BY]->(f:Fingerprint) WHERE coalesce(f.full, f.value) >= $asked.prefix[2] AND coalesce(f.full, f.value) < $asked.prefix[3] }))"""

_AFTER: Final[LiteralString] = """
    AND CASE WHEN n.age > $age THEN true ELSE n.uid > $asked.uid END
  RETURN n """

# What a beginning compares is named again, or Neo4j does not see that the index has this order.
_ORDERS: Final[dict[By, LiteralString]] = {
    By.NAME: "ORDER BY n.named, n.age, n.uid",
    By.WHOLE: "ORDER BY n.whole, n.age, n.uid",
    By.STATE: "ORDER BY n.state, n.age, n.uid",
    By.NAMESPACE: "ORDER BY n.namespace, n.kind, n.age, n.uid",
    By.KIND: "ORDER BY n.kind, n.age, n.uid",
}
_NO_ORDER: Final[LiteralString] = "ORDER BY n.age, n.uid"

_PAGE: Final[LiteralString] = """ LIMIT $limit
}
WITH n ORDER BY n.age, n.uid LIMIT $limit
RETURN collect([n.age, n.uid, n.doc])"""

_COUNT: Final[LiteralString] = """
  RETURN n LIMIT $limit
}
WITH n LIMIT $limit
RETURN count(n)"""

PAGES: Final[dict[By, LiteralString]] = {
    by: text + _CONDITIONS + _AFTER + _ORDERS.get(by, _NO_ORDER) + _PAGE for by, text in _BEGINNINGS.items()
}
COUNTS: Final[dict[By, LiteralString]] = {by: text + _CONDITIONS + _COUNT for by, text in _BEGINNINGS.items()}
