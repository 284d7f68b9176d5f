"""How far one thing depends on another: so that who asks for the path walks no farther."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from whence.store.neo4j.hops import located
from whence.store.neo4j.snapshot import Reading
from whence.store.order import cutoff

PAIRS: Final = 100
"""Pairs of ends that one statement looks between. Among more, a walk from all of them at once is cheaper."""

# The edges of an upstream walk (rule 23): a path follows no others.
SHORTEST: Final[dict[bool, LiteralString]] = {
    False: """
MATCH (a:Entity) USING INDEX SEEK a:Entity(id) WHERE a.id IN $asked.sources
MATCH (b:Entity) USING INDEX SEEK b:Entity(id) WHERE b.id IN $asked.targets
MATCH p = shortestPath((a)-[:USED|GENERATED_BY|DERIVED_FROM|AT_COMMIT|IN_ENVIRONMENT|SAME_STATE|SAME_BYTES*]->(b))
RETURN min(length(p))""",
    True: """
MATCH (a:Entity) USING INDEX SEEK a:Entity(id) WHERE a.id IN $asked.sources
MATCH (b:Entity) USING INDEX SEEK b:Entity(id) WHERE b.id IN $asked.targets
MATCH p = shortestPath((a)-[:USED|GENERATED_BY|DERIVED_FROM|AT_COMMIT|IN_ENVIRONMENT|SAME_STATE|SAME_BYTES*]->(b))
WHERE all(e IN relationships(p) WHERE e.age >= $least) AND all(n IN nodes(p) WHERE n.age >= $least)
RETURN min(length(p))""",
}


def distance(reading: Reading, sources: Sequence[str], targets: Sequence[str], as_of: int | None) -> int | None:
    """Hops of a shortest chain, upstream, from any of `sources` to any of `targets`; None: there is none, or finding it is no cheaper than a walk."""
    least = cutoff(as_of)
    starts, ends = (
        {node.key for node in located(reading, uids).values() if node.age >= least} for uids in (sources, targets)
    )
    if starts & ends:
        return 0
    if not 0 < len(starts) * len(ends) <= PAIRS:
        return None
    asked = {"sources": sorted(starts), "targets": sorted(ends)}
    [[found]] = reading.rows(SHORTEST[as_of is not None], asked=asked, least=least)
    hops: int | None = found
    return hops
