"""Which models used each of several versions, in short: how, without the paths. One walk for all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from whence.model.answers import ModelInShort, ModelsInShort
from whence.model.kinds import DOWNSTREAM_EDGES, Direction, How
from whence.queries.evaluations import evaluations
from whence.queries.instants import all_as_they_were
from whence.queries.model_uses import evaluated, reach, trained
from whence.queries.models import makers
from whence.queries.pages import newest_first
from whence.queries.walked import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence.model.graph import Edge
    from whence.store.port import Store


async def models_of_each(store: Store, versions: Sequence[str], as_of: int | None = None) -> dict[str, ModelsInShort]:
    """The models that `models_using` finds for each of these versions (uids), newest first. `as_of` in ns UTC.

    Not complete when the walk from all of them together was cut.
    """
    closure = await store.closure(versions, Direction.DOWNSTREAM, DOWNSTREAM_EDGES, as_of=as_of, max_nodes=WHOLE)
    nodes = all_as_they_were(closure.nodes, as_of)
    everything = reach(nodes, closure.edges, versions)
    made = await makers(store, everything.models(), as_of)
    tests = await evaluations(store, everything, as_of)
    incoming: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in closure.edges:
        incoming[edge.target].append(edge)
    known = {node.uid: node for node in nodes}
    found = {}
    for version in versions:
        below = _below(version, incoming)
        edges = [edge for edge in closure.edges if edge.target in below]
        down = reach((known[uid] for uid in below if uid in known), edges, (version,))
        uses = (*trained(down, made.edges), *evaluated(down, tests.inputs, tests.nodes, tests.states))
        hows: defaultdict[str, set[How]] = defaultdict(set)
        for use in uses:
            hows[use.version].add(use.how)
        models = sorted((tests.nodes[uid] for uid in hows), key=newest_first)
        found[version] = ModelsInShort(
            tuple(ModelInShort(node, tuple(how for how in How if how in hows[node.uid])) for node in models),
            complete=not closure.cut_by,
        )
    return found


def _below(version: str, incoming: Mapping[str, Sequence[Edge]]) -> set[str]:
    """All that a walk downstream from one version reaches, itself among it."""
    found = {version}
    waiting = [version]
    while waiting:
        for edge in incoming.get(waiting.pop(), ()):
            if edge.source not in found:
                found.add(edge.source)
                waiting.append(edge.source)
    return found
