"""What must hold for the graph that a store makes of events: the same as the oracle's, in batches of any size and in any order."""

from __future__ import annotations

import random

from whence.model.answers import NodeFilter
from whence.model.graph import Edge, Node
from whence.model.kinds import Direction, EdgeType
from whence.store.memory import MemoryStore
from whence.store.port import Store
from whence.testing.events import dataset, dataset_event, job_event, run_event
from whence.testing.harness import StoreSuite, on_a_store, put

EVENTS = (
    run_event("fetch", "START", "2024-05-01T09:00:00Z", job="fetch"),
    run_event("fetch", "COMPLETE", "2024-05-01T09:05:00Z", job="fetch", outputs=["raw"]),
    run_event("clean", "START", "2024-05-01T10:00:00Z", job="clean", inputs=["raw"]),
    run_event("clean", "COMPLETE", "2024-05-01T10:05:00Z", job="clean", inputs=["raw"], outputs=["clean@1"]),
    run_event("again", "START", "2024-05-01T11:00:00Z", job="clean", inputs=["raw"]),
    run_event("again", "FAIL", "2024-05-01T11:05:00Z", job="clean", inputs=["raw"], outputs=["clean@2"]),
    run_event("train", "START", "2024-05-01T12:00:00Z", inputs=["clean"]),
    run_event("train", "COMPLETE", "2024-05-01T12:30:00Z", inputs=["clean"], outputs=["model@a", "model@b"]),
    run_event("train", "START", "2024-05-01T13:00:00Z", inputs=["clean@1"]),
    run_event("train", "COMPLETE", "2024-05-01T13:30:00Z", inputs=["clean@1"], outputs=["model@c"]),
    dataset_event(dataset("clean@1", ownership={"owners": [{"name": "ana"}]}), "2024-05-01T14:00:00Z"),
    job_event("train", "2024-05-01T08:00:00Z", inputs=["clean"], outputs=["model"]),
)


class ProjectionTests(StoreSuite):
    @on_a_store
    async def test_one_by_one_is_the_same_as_in_one_batch(self, store: Store) -> None:
        for body in EVENTS:
            await put(store, body)
        assert await whole_graph(store) == await _oracle()

    @on_a_store
    async def test_any_order_and_any_repeats_give_the_same_graph(self, store: Store) -> None:
        shuffled = [*EVENTS, *EVENTS[::3]]
        random.Random(7).shuffle(shuffled)  # noqa: S311  a fixed order, not a secret
        for start in range(0, len(shuffled), 4):
            await put(store, *shuffled[start : start + 4])
        assert await whole_graph(store) == await _oracle()


async def _oracle() -> tuple[list[Node], list[Edge]]:
    store = MemoryStore()
    await put(store, *EVENTS)
    return await whole_graph(store)


async def whole_graph(store: Store) -> tuple[list[Node], list[Edge]]:
    """All nodes with facets and all edges, ordered, without the positions of events, which depend on arrival."""
    found = await store.find(NodeFilter(), first=10_000)
    uids = sorted(node.uid for node in found.items)
    nodes = await store.get(uids)
    hop = await store.expand(uids, Direction.UPSTREAM, tuple(EdgeType))
    edges = sorted((edge for each in hop.edges.values() for edge in each), key=lambda edge: edge.key)
    return [nodes[uid] for uid in uids], [_without_seqs(edge) for edge in edges]


def _without_seqs(edge: Edge) -> Edge:
    return Edge(
        edge.type,
        edge.source,
        edge.target,
        edge.at,
        edge.evidence,
        edge.role,
        edge.subset,
        edge.relation,
        edge.run,
    )
