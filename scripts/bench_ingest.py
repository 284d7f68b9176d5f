"""Posting to the service and to the floors: rates, start-up, memory, bytes on disk."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import bench_floors as floors
from bench_graph import Pipeline
from bench_posts import Events, Kind, Posted, post
from bench_process import MeasuringError, Running, echo, service, sqlite_url
from bench_rows import PER_SECOND, Row

from whence.ingest.lane import BATCH_EVENTS

START_FLOOR = "start, a bare server"
MEMORY_FLOOR = "memory, a bare server"
PARSING = "floor: json.loads"


def floor_of(kind: Kind) -> str:
    """Name of the row that posts of this kind are compared with."""
    return f"floor: the three in turn, {kind.name}"


def floor_rows(
    kinds: Sequence[Kind], rounds: int, seconds: float, folder: Path, inputs: Sequence[Pipeline]
) -> list[Row]:
    """What is left of a post without whence: HTTP answered, JSON parsed, bodies committed as the service commits them."""
    source = iter(Events(inputs))
    starts: list[float] = []
    memory: list[float] = []
    parsed = tuple(floors.parsing(list(islice(source, kinds[0].events))) for _ in range(rounds))
    rows = [Row(PARSING, PER_SECOND, parsed)]
    for kind in kinds:
        with echo() as running:
            starts.append(running.started_in)
            posted = [
                post(kind, kind.bodies(source), running.port, seconds=seconds, file=folder / "posts")
                for _ in range(rounds)
            ]
            memory.append(running.rss)
        commit = min(kind.connections * kind.events_each, BATCH_EVENTS)
        inserted = tuple(
            floors.inserting(list(islice(source, kind.events)), commit, folder / "floor.db") for _ in range(rounds)
        )
        answered = tuple(each.rate for each in posted)
        in_turn = tuple(map(floors.one_after_another, zip(answered, inserted, parsed, strict=True)))
        rows += [
            Row(f"floor: HTTP answered, {kind.name}", PER_SECOND, answered, note=_load_of(posted)),
            Row(f"floor: rows in SQLite, {kind.name}", PER_SECOND, inserted, note=f"{commit} a commit"),
            Row(floor_of(kind), PER_SECOND, in_turn),
        ]
    return [*rows, Row(START_FLOOR, "s", tuple(starts)), Row(MEMORY_FLOOR, "MiB", tuple(memory))]


def start_row(name: str, stores: Iterator[Path], rounds: int) -> Row:
    """From `whence serve` to the answer of /health."""
    times: list[float] = []
    for store in islice(stores, rounds):
        with service(sqlite_url(store)) as running:
            times.append(running.started_in)
    return Row(name, "s", tuple(times), floor=START_FLOOR)


def ingest_rows(
    scale: str,
    store: Path,
    kinds: Sequence[Kind],
    rounds: int,
    seconds: float,
    inputs: Sequence[Pipeline],
    say: Callable[[str], None],
) -> list[Row]:
    """Posts to a service over this store. Raises MeasuringError when what it acknowledged is not what its log holds."""
    source = iter(Events(inputs))
    size = _bytes_on_disk(store)
    rows: list[Row] = []
    sent = 0
    with service(sqlite_url(store)) as running:
        began = position(running.port)
        idle = running.rss
        # Caches, connections of threads and the like, once.
        warm = list(islice(source, 200))
        sent += post(kinds[0], warm, running.port, seconds=60, file=store.with_name("posts")).events
        for kind in kinds:
            name = f"{scale} {kind.name}"
            row, events = posts_row(name, running, kind, source, rounds, seconds, store.with_name("posts"), say)
            sent += events
            rows.append(replace(row, floor=floor_of(kind)))
        check_held(running.port, began, sent)
        memory = running.rss
    body = f"{scale} body of an event"
    sizes = tuple(float(len(event)) for event in warm[:2])
    stored = (_bytes_on_disk(store) - size) / sent
    return [
        *rows,
        Row(f"{scale} memory, idle", "MiB", (idle,), floor=MEMORY_FLOOR),
        Row(f"{scale} memory, after posts", "MiB", (memory,), floor=MEMORY_FLOOR, note=f"{sent:,} events"),
        Row(body, "bytes", sizes),
        Row(f"{scale} database of an event", "bytes", (stored,), floor=body),
    ]


def posts_row(
    name: str,
    running: Running,
    kind: Kind,
    source: Iterator[bytes],
    rounds: int,
    seconds: float,
    file: Path,
    say: Callable[[str], None],
) -> tuple[Row, int]:
    """Rounds of posts to a service, and how many events it acknowledged; `file` is made for each round and removed."""
    before = _used(running)
    posted: list[Posted] = []
    for _ in range(rounds):
        posted.append(post(kind, kind.bodies(source), running.port, seconds=seconds, file=file))
        say(f"  {kind.name}: {posted[-1].rate:,.0f} events/s")
    note = f"{_load_of(posted)}; {_service_of(posted, before, _used(running))}"
    row = Row(name, PER_SECOND, tuple(each.rate for each in posted), note=note)
    return row, sum(each.events for each in posted)


def check_held(port: int, began: int, sent: int) -> None:
    """Raises MeasuringError when what a service acknowledged since its log was at `began` is not what that holds."""
    held = position(port) - began
    if held != sent:
        raise MeasuringError(f"the service acknowledged {sent:,} events and its log took in {held:,}")


def _used(running: Running) -> tuple[float, int]:
    """CPU seconds, and bytes written to disk (0 where the system does not tell)."""
    return running.cpu, running.written or 0


def _service_of(posted: Sequence[Posted], before: tuple[float, int], after: tuple[float, int]) -> str:
    share = (after[0] - before[0]) / sum(each.seconds for each in posted)
    written = (after[1] - before[1]) / sum(each.events for each in posted) / 1000
    return f"service {share:.0%}" + (f", {written:,.0f} kB to disk an event" if written else "")


def _load_of(posted: Sequence[Posted]) -> str:
    middle = sorted(posted, key=lambda each: each.rate)[len(posted) // 2]
    return f"a request {middle.ms_median:.1f} ms, 99 % {middle.ms_99:.1f} ms; load {middle.load_share:.0%} of a core"


def position(port: int) -> int:
    """The seq of the last event of the service's log."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"query": "{ service { seq } }"})
    connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
    seq: int = json.loads(connection.getresponse().read())["data"]["service"]["seq"]
    connection.close()
    return seq


def _bytes_on_disk(store: Path) -> int:
    return sum(file.stat().st_size for file in store.parent.glob(f"{store.name}*"))
