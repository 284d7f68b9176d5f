"""Stores side by side: the same graph and the same questions, one store after the other in one run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import bench_graph as graph
import bench_ingest as ingest
import bench_loading as loading
import networkx as nx
from bench_places import NEO4J, SQLITE, Opening, Place
from bench_posts import Events, Kind
from bench_process import MeasuringError, service
from bench_rows import PER_SECOND, Must, Row, table

from whence import queries
from whence.facts import read
from whence.merge.state import Changes
from whence.model.answers import Walk
from whence.model.kinds import DOWNSTREAM_EDGES, Direction
from whence.store import open_store
from whence.store.neo4j.store import Neo4jStore
from whence.store.port import Incoming
from whence.store.sqlite.store import SqliteStore

Say = Callable[[str], None]

_LATER: Final = 1_735_689_599 * 10**9
"""2024-12-31, in ns: after all that is in the graph, so that what is asked as of then is answered with the same nodes."""
_PAGE: Final = 50
_CUT: Final = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much to measure: the graph, consumers of its hub, rounds of a question, puts and posts of so many events."""

    scale: graph.Scale
    consumers: int
    rounds: int
    puts: int
    posts: Kind
    post_rounds: int
    seconds: float

    @property
    def page(self) -> str:
        return f"hub of {self.consumers:,}, first page"

    @property
    def put(self) -> str:
        return f"put, batches of {self.posts.events_each}"

    @property
    def posted(self) -> str:
        return f"HTTP, batches of {self.posts.events_each}"


def rows_of(of: Comparison, stores: Sequence[Opening], folder: Path, say: Say) -> list[Row]:
    """Each row of each store in turn."""
    by_store: list[list[Row]] = []
    for opening in stores:
        with opening() as place:
            say(f"{of.scale.name} {place.kind}")
            by_store.append(_store_rows(of, place, folder, say))
            # What is measured stays readable when another store can't be.
            say("\n".join(table(by_store[-1])))
    return [row for rows in zip(*by_store, strict=True) for row in rows]


def _store_rows(of: Comparison, place: Place, folder: Path, say: Say) -> list[Row]:
    pipelines = graph.pipelines(of.scale.nodes, of.scale.closures)
    source = iter(Events(pipelines))
    rows = [asyncio.run(_load(pipelines, of, place, say))]
    rows += asyncio.run(_asked(pipelines[: len(of.scale.closures)], of, place, say))
    rows.append(asyncio.run(_put(of, place, source, say)))
    rows.append(_posted(of, place, source, folder, say))
    return [replace(row, name=name_of(of.scale, row.name, place.kind)) for row in rows]


def name_of(scale: graph.Scale, question: str, kind: str) -> str:
    """Name of the row of one question to one store."""
    return f"{scale.name} {question}, {kind}"


async def _load(pipelines: Sequence[graph.Pipeline], of: Comparison, place: Place, say: Say) -> Row:
    """Nodes and edges, written without events."""
    nodes = edges = 0
    began = time.perf_counter()
    async with open_store(place.url) as store:
        if not isinstance(store, SqliteStore | Neo4jStore):
            raise MeasuringError(f"a graph can't be written straight to {place.kind}")
        await store.migrate()
        for number, changes in enumerate(_changes(pipelines, of.consumers)):
            await store.apply(changes)
            nodes, edges = nodes + len(changes.nodes), edges + len(changes.edges)
            if number % 100 == 99:
                say(f"  {nodes:,} nodes written, {nodes / (time.perf_counter() - began):,.0f} a second")
    rate = nodes / (time.perf_counter() - began)
    return Row("graph written without events", "nodes/s", (rate,), note=f"{nodes:,} nodes, {edges:,} edges")


def _changes(pipelines: Sequence[graph.Pipeline], consumers: int) -> Iterator[Changes]:
    yield from loading.whole(pipelines)
    yield from loading.hub(consumers)


async def _asked(pipelines: Sequence[graph.Pipeline], of: Comparison, place: Place, say: Say) -> list[Row]:
    """Questions, warm: as many unmeasured rounds as measured ones go before."""
    rows: list[Row] = []
    async with open_store(place.url, read_only=True) as store:
        for pipeline in pipelines:
            say(f"  closure of {pipeline.size:,}")
            plain = partial(queries.provenance, store, pipeline.output, Walk(max_nodes=2 * pipeline.size))
            dated = partial(queries.provenance, store, pipeline.output, Walk(max_nodes=2 * pipeline.size, as_of=_LATER))
            answer = await dated()
            if {node.uid for node in answer.nodes} != _upstream(pipeline):
                raise MeasuringError(f"{place.kind} answers another closure of {pipeline.output} than networkx")
            measured = await _in_turn(of.rounds, plain, dated)
            name = f"closure of {pipeline.size:,}"
            note = f"{len(answer.edges):,} edges, {max(answer.depths)} hops"
            rows += [Row(name, "ms", measured[0], note=note), Row(f"{name}, as of", "ms", measured[1], note="in turn")]
        say("  hub")
        page, walk = await _in_turn(
            of.rounds,
            partial(queries.neighbours, store, [loading.HUB], None, False, _PAGE),
            partial(store.closure, [loading.HUB], Direction.DOWNSTREAM, DOWNSTREAM_EDGES, max_nodes=_CUT),
        )
    rows.append(Row(of.page, "ms", page, note=f"neighbours(first={_PAGE})"))
    return [*rows, Row(f"hub of {of.consumers:,}, walk cut at {_CUT:,}", "ms", walk, note="closure(), downstream")]


def _upstream(pipeline: graph.Pipeline) -> set[str]:
    """Pipelines have no versions and runs in common, so no other has to be looked at."""
    bare: nx.DiGraph[str] = nx.DiGraph(
        [edge for execution in graph.executions([pipeline]) for edge in graph.edges(execution)]
    )
    return nx.descendants(bare, pipeline.output) | {pipeline.output}


async def _in_turn(rounds: int, *asking: Callable[[], Awaitable[object]]) -> list[tuple[float, ...]]:
    """Milliseconds of each question, asked one after the other in every round."""
    times: list[list[float]] = [[] for _ in asking]
    for number in range(2 * rounds):
        for ask, taken in zip(asking, times, strict=True):
            began = time.perf_counter()
            await ask()
            if number >= rounds:
                taken.append((time.perf_counter() - began) * 1000)
    return [tuple(taken) for taken in times]


async def _put(of: Comparison, place: Place, source: Iterator[bytes], say: Say) -> Row:
    """Events of the kind that is posted, read and put by one process, without HTTP; the first batches warm it up."""
    rates: list[float] = []
    reading = putting = 0.0
    async with open_store(place.url) as store:
        for number in range(2 * of.puts):
            bodies = list(islice(source, of.posts.events_each))
            began = time.perf_counter()
            batch = [Incoming(body, read(body), 0) for body in bodies]
            halfway = time.perf_counter()
            await store.put(batch)
            ended = time.perf_counter()
            if number >= of.puts:
                rates.append(len(batch) / (ended - began))
                reading, putting = reading + halfway - began, putting + ended - halfway
    say(f"  {of.put}: {max(rates):,.0f} events/s at best")
    note = f"reading {reading / (reading + putting):.0%} of it"
    return Row(of.put, PER_SECOND, tuple(rates), note=note)


def _posted(of: Comparison, place: Place, source: Iterator[bytes], folder: Path, say: Say) -> Row:
    """Posts to a service over this store; the first round warms it up."""
    with service(place.url, place.login) as running:
        began = ingest.position(running.port)
        file = folder / "posts"
        _, warm = ingest.posts_row(of.posted, running, of.posts, source, 1, of.seconds, file, say)
        row, sent = ingest.posts_row(of.posted, running, of.posts, source, of.post_rounds, of.seconds, file, say)
        ingest.check_held(running.port, began, warm + sent)
    return row


def requirements(rows: Sequence[Row], of: Comparison) -> list[Must]:
    """What is required of each store that was asked, by the medians; as-of against plain by the minima of rounds in turn."""
    by_name = {row.name: row for row in rows}
    musts: list[Must] = []
    for kind in (SQLITE, NEO4J):
        for question, (limit, want) in _limits(of, kind).items():
            row = by_name.get(name_of(of.scale, question, kind))
            if row is not None:
                musts.append(Must(row.name, row.unit, limit, row.median, row.unit == PER_SECOND, want))
        musts += _dated(by_name, of.scale, kind)
    return musts


def _limits(of: Comparison, kind: str) -> dict[str, tuple[float, float | None]]:
    """Must and want by question: ms at most, events a second at least."""
    if kind == SQLITE:
        few, many, page, rate = (10.0, 5.0), (60.0, 35.0), (5.0, None), (2000.0, 6000.0)
    else:
        few, many, page, rate = (20.0, 12.0), (180.0, 110.0), (60.0, None), (800.0, 2000.0)
    return {"closure of 1,000": few, "closure of 10,000": many, of.page: page, of.put: rate, of.posted: rate}


def _dated(by_name: dict[str, Row], scale: graph.Scale, kind: str) -> list[Must]:
    found: list[Must] = []
    for size in scale.closures:
        plain = by_name.get(name_of(scale, f"closure of {size:,}", kind))
        dated = by_name.get(name_of(scale, f"closure of {size:,}, as of", kind))
        if plain is not None and dated is not None:
            times = min(dated.values) / min(plain.values)
            found.append(Must(f"{dated.name} ÷ plain, minima", "×", 1.3, times))
    return found
