"""Which models were evaluated on what: the runs that tested on something of a downstream walk, and what else they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.queries.instants import all_as_they_were
from whence.queries.model_uses import testing_runs
from whence.queries.same import state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence.model.answers import Hop
    from whence.queries.model_uses import Reach
    from whence.store.port import Store


class Evaluations(msgspec.Struct, frozen=True):
    """What `model_uses.evaluated` is told. `nodes`: those of the walk, with what the testing runs read; `hops`: what was asked of the store."""

    inputs: Mapping[str, tuple[Edge, ...]]
    nodes: dict[str, Node]
    states: Mapping[str, str]
    hops: tuple[Hop, ...] = ()


async def evaluations(store: Store, down: Reach, as_of: int | None) -> Evaluations:
    """All that the testing runs of a downstream walk read, the least name of each state of it, and the nodes. `as_of` in ns UTC."""
    nodes = dict(down.nodes)
    tests = testing_runs(down)
    if not tests:
        return Evaluations({}, nodes, {})
    inputs = await store.expand(tests, Direction.UPSTREAM, [EdgeType.USED], as_of=as_of)
    read = sorted({edge.target for edges in inputs.edges.values() for edge in edges})
    names = await store.expand(read, Direction.UPSTREAM, [EdgeType.SAME_STATE], as_of=as_of)
    states = state_of(edge for edges in names.edges.values() for edge in edges)
    missing = sorted({*read, *states.values()} - nodes.keys())
    nodes |= {node.uid: node for node in all_as_they_were((await store.get(missing, facets=False)).values(), as_of)}
    return Evaluations(inputs.edges, nodes, states, (inputs, names))
