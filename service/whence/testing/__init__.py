"""For tests of whence and of whatever is built on it: the conformance suite of stores, events and graphs made by short words.

    class TestMyStore(StoreTests):
        async def make_store(self, folder): return MyStore(folder / "store")
        async def apply(self, store, changes): await store.apply(changes)

A store that passes the suite answers as every other store does; one that keeps what it was given passes DurableStoreTests too. It needs pytest and hypothesis.
"""

from whence.store.memory import graph_changes
from whence.testing.events import dataset, dataset_event, incoming, job_event, run_event
from whence.testing.graphs import Graph, graph
from whence.testing.suite import DurableStoreTests, StoreTests

__all__ = [
    "DurableStoreTests",
    "Graph",
    "StoreTests",
    "dataset",
    "dataset_event",
    "graph",
    "graph_changes",
    "incoming",
    "job_event",
    "run_event",
]
