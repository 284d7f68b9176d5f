"""The graph taken in by a store, and questions of it: by query function, by networkx and by a bare recursive CTE."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import bench_graph as graph
import networkx as nx
from bench_process import MeasuringError
from bench_rows import Row

from whence import queries
from whence.facts import read
from whence.model.answers import Walk
from whence.store import open_store
from whence.store.port import Incoming, Store

_BATCH = 500
_UPSTREAM = """
WITH RECURSIVE closure (id) AS (
  VALUES (:root) UNION SELECT edges.target FROM closure CROSS JOIN edges ON edges.source = closure.id)
SELECT count(*) FROM closure"""


@dataclass(frozen=True, slots=True)
class Built:
    """What a store has taken in, and how long that took in seconds: the reading of events and the putting of their facts."""

    events: int
    nodes: int
    body_bytes: int
    read_seconds: float
    put_seconds: float


async def build(store: Store, pipelines: Sequence[graph.Pipeline], say: Callable[[str], None]) -> Built:
    """Put all events, in event-time order and big batches, without HTTP."""
    await store.migrate()
    bodies = [graph.event(execution, place) for place, execution in enumerate(graph.executions(pipelines))]
    reading = putting = 0.0
    nodes: set[str] = set()
    for start in range(0, len(bodies), _BATCH):
        began = time.perf_counter()
        batch = [Incoming(body, read(body), 0) for body in bodies[start : start + _BATCH]]
        halfway = time.perf_counter()
        await store.put(batch)
        putting += time.perf_counter() - halfway
        reading += halfway - began
        if start // _BATCH % 10 == 9:
            say(f"  {start + len(batch):,} of {len(bodies):,} events")
    for execution in graph.executions(pipelines):
        nodes.update(end for edge in graph.edges(execution) for end in edge)
    return Built(len(bodies), len(nodes), sum(map(len, bodies)), reading, putting)


async def closures(
    url: str, asked: int, pipelines: Sequence[graph.Pipeline], scale: str, rounds: int, file: Path
) -> list[Row]:
    """Everything upstream of the outputs of the first `asked` pipelines, warm; `file` is made for the CTE and removed.

    Raises MeasuringError when the query function answers with other nodes than networkx.
    """
    edges = [edge for execution in graph.executions(pipelines) for edge in graph.edges(execution)]
    bare = nx.DiGraph(edges)
    rows: list[Row] = []
    with _Cte(edges, file) as cte:
        async with open_store(url, read_only=True) as store:
            for pipeline in pipelines[:asked]:
                repeats = rounds * max(2, min(10, 5000 // pipeline.size))
                rows += await _closure(store, bare, cte, pipeline, scale, repeats)
    return rows


async def _closure(
    store: Store, bare: nx.DiGraph[str], cte: _Cte, pipeline: graph.Pipeline, scale: str, repeats: int
) -> list[Row]:
    walk = Walk(max_nodes=10 * pipeline.size)
    answer = await queries.provenance(store, pipeline.output, walk)
    expected = nx.descendants(bare, pipeline.output) | {pipeline.output}
    if {node.uid for node in answer.nodes} != expected or cte.count(pipeline.output) != len(expected):
        raise MeasuringError(f"three walks from {pipeline.output} disagree")
    name = f"{scale} closure of {len(expected):,}"
    asked: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        await queries.provenance(store, pipeline.output, walk)
        asked.append(_ms_since(began))
    by_networkx = _each_ms(repeats, lambda: nx.descendants(bare, pipeline.output))
    by_cte = _each_ms(repeats, lambda: cte.count(pipeline.output))
    whole = f"{len(answer.nodes):,} nodes, {len(answer.edges):,} edges, {max(answer.depths)} hops"
    return [
        Row(f"{name}, networkx", "ms", by_networkx, note="ids only"),
        Row(f"{name}, recursive CTE", "ms", by_cte, note="counts only"),
        Row(f"{name}, provenance()", "ms", tuple(asked), floor=f"{name}, recursive CTE", note=whole),
    ]


def _each_ms(repeats: int, work: Callable[[], object]) -> tuple[float, ...]:
    times: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(_ms_since(began))
    return tuple(times)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


class _Cte:
    """The same edges between integers in a bare table of SQLite."""

    def __init__(self, edges: Sequence[graph.Edge], file: Path) -> None:
        self._file = file
        uids = dict.fromkeys(end for edge in edges for end in edge)
        self._ids = {uid: number for number, uid in enumerate(uids)}
        self._connection = sqlite3.connect(file)
        self._connection.execute(
            "CREATE TABLE edges (source INTEGER, target INTEGER, PRIMARY KEY (source, target)) WITHOUT ROWID"
        )
        rows = ((self._ids[source], self._ids[target]) for source, target in edges)
        self._connection.executemany("INSERT OR IGNORE INTO edges VALUES (?, ?)", rows)
        self._connection.commit()

    def count(self, root: str) -> int:
        """How many nodes lie upstream, the root among them."""
        found: int = self._connection.execute(_UPSTREAM, {"root": self._ids[root]}).fetchone()[0]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()
        self._file.unlink()
