"""The parts of the bench that could make its figures wrong: what is sent, what is counted, what is compared."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType

import networkx as nx
import pytest

from whence.facts import read
from whence.model.kinds import UPSTREAM_EDGES, EdgeType

Script = Callable[[str], ModuleType]


def test_events_have_four_and_a_half_kilobytes_and_are_never_sent_twice(script: Script) -> None:
    pipelines = script("bench_graph").pipelines(3000, ())
    sent = list(islice(script("bench_posts").Events(pipelines), 400))
    assert 4200 < sum(map(len, sent)) / len(sent) < 4800
    assert len({read(body).key for body in sent}) == 400
    assert not any(b"@" in body for body in sent)


def test_inputs_of_events_are_versions_that_the_graph_has(script: Script) -> None:
    graph = script("bench_graph")
    pipelines = graph.pipelines(3000, ())
    known = {end for execution in graph.executions(pipelines) for edge in graph.edges(execution) for end in edge}
    for body in islice(script("bench_posts").Events(pipelines), 100):
        for dataset in json.loads(body)["inputs"]:
            uid = graph.uid.version(
                dataset["namespace"], dataset["name"], dataset["facets"]["version"]["datasetVersion"]
            )
            assert uid in known


@pytest.mark.parametrize("size", [50, 100, 1000])
def test_a_closure_has_exactly_its_size(script: Script, size: int) -> None:
    graph = script("bench_graph")
    pipelines = graph.pipelines(2000, (size,))
    bare = nx.DiGraph([edge for execution in graph.executions(pipelines) for edge in graph.edges(execution)])
    assert len(nx.descendants(bare, pipelines[0].output)) + 1 == size
    assert 2000 <= len(bare) <= 3000


def test_a_ratio_says_how_many_times_the_floor_a_thing_takes(script: Script) -> None:
    rows = script("bench_rows")
    floor, rate = rows.Row("f", rows.PER_SECOND, (1000.0,)), rows.Row("r", rows.PER_SECOND, (100.0,), floor="f")
    bare, walk = rows.Row("b", "ms", (2.0,)), rows.Row("w", "ms", (1.0, 6.0, 99.0), floor="b")
    assert [rows.ratio(row, [floor, rate, bare, walk]) for row in (floor, rate, walk)] == [None, 10, 3]


def test_a_requirement_is_met_on_its_own_side_of_the_limit(script: Script) -> None:
    must = script("bench_rows").Must
    assert must("start", "s", 1.5, 1.2).met
    assert not must("start", "s", 1.5, 1.6).met
    assert must("posts", "events/s", 1000, 1000, at_least=True).met
    assert not must("posts", "events/s", 1000, 999, at_least=True).met


def test_a_wish_is_judged_apart_from_the_requirement(script: Script) -> None:
    rows = script("bench_rows")
    near = rows.Must("walk", "ms", 10, 7, want=5)
    assert (near.met, near.reached, rows.Must("walk", "ms", 10, 7).reached) == (True, False, None)
    assert rows.judged([near])[1].endswith("yes  want ≤ 5: no")


def test_a_graph_that_is_written_straight_has_the_edges_that_its_events_mean(script: Script) -> None:
    graph, loading = script("bench_graph"), script("bench_loading")
    pipelines = graph.pipelines(1500, (100,))
    walked = [*UPSTREAM_EDGES]
    portions = list(loading.whole(pipelines))
    drawn = {(edge.source, edge.target) for changes in portions for edge in changes.edges if edge.type in walked}
    assert drawn == {edge for execution in graph.executions(pipelines) for edge in graph.edges(execution)}
    nodes = [uid for changes in portions for uid in changes.nodes]
    assert len(nodes) == len(set(nodes))
    assert {end for changes in portions for edge in changes.edges for end in (edge.source, edge.target)} == set(nodes)


def test_a_hub_has_its_consumers_one_after_another(script: Script) -> None:
    loading = script("bench_loading")
    edges = [edge for changes in loading.hub(3000) for edge in changes.edges if edge.target == loading.HUB]
    assert {edge.type for edge in edges} == {EdgeType.USED}
    assert len({edge.source for edge in edges}) == len({edge.at for edge in edges}) == 3000


def test_requirements_name_the_rows_that_are_measured(script: Script) -> None:
    bench = script("bench")
    stores, rows = sys.modules["bench_stores"], sys.modules["bench_rows"]
    compared = bench.COMPARED
    questions = [*stores._limits(compared, "Neo4j"), "closure of 1,000, as of", "closure of 10,000, as of"]
    measured = [
        rows.Row(
            stores.name_of(compared.scale, question, kind), rows.PER_SECOND if "batches" in question else "ms", (7.0,)
        )
        for kind in ("SQLite", "Neo4j")
        for question in questions
    ]
    told = stores.requirements(measured, compared)
    assert len(told) == len(measured)
    assert {must.limit for must in told if "closure of 10,000, Neo4j" in must.name} == {180}
    assert all(must.measured == (1 if "÷" in must.name else 7) for must in told)


@contextmanager
def answering(*statuses: bytes) -> Iterator[int]:
    """A server on a free port that gives these statuses in turn over one connection, in two pieces each."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            for status in statuses:
                got = b""
                while not got.endswith(b"END"):
                    got += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 " + status + b" Word\r\nContent-")
                connection.sendall(b"Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1]
    thread.join(5)
    listening.close()


def test_the_load_counts_answers_by_status(script: Script) -> None:
    requests = [b"x" * size + b"END" for size in (5, 5_000_000, 5)]
    with answering(b"201", b"503", b"201") as port:
        done = script("bench_load").drive(port, iter(requests), connections=1, seconds=30)
    assert (done["requests"], dict(done["statuses"])) == (3, {"201": 2, "503": 1})
    assert len(done["latencies"]) == 3
    assert done["seconds"] > 0


def test_the_load_begins_nothing_once_the_time_is_over(script: Script) -> None:
    with answering(b"201") as port:
        done = script("bench_load").drive(port, iter([b"END"] * 9), connections=1, seconds=0)
    assert done["requests"] == 1


def test_requests_are_read_back_as_they_were_written(script: Script) -> None:
    file = b"".join(len(each).to_bytes(4, "big") + each for each in (b"one", b"", b"three"))
    assert list(script("bench_load").requests_of(file)) == [b"one", b"", b"three"]


@pytest.mark.parametrize(("clock", "seconds"), [("0:07.50", 7.5), ("01:02:03", 3723), ("2-00:00:01", 172801)])
def test_times_of_ps_are_read(script: Script, clock: str, seconds: float) -> None:
    assert script("bench_process")._seconds(clock) == seconds


def test_a_post_that_is_refused_ends_the_bench_with_a_sentence(script: Script, tmp_path: Path) -> None:
    posts = script("bench_posts")
    kind = posts.Kind("single posts", posts.ONE, 1, 1, 1)
    with answering(b"503") as port, pytest.raises(posts.MeasuringError, match=r"lineage answered \{'503': 1\}"):
        posts.post(kind, [b"END"], port, seconds=5, file=tmp_path / "posts")
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_is_away_ends_the_bench_with_a_sentence(script: Script, tmp_path: Path) -> None:
    posts = script("bench_posts")
    kind = posts.Kind("single posts", posts.ONE, 1, 1, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(posts.MeasuringError, match=r"the load stopped: ConnectionRefusedError"):
        posts.post(kind, [b"{}"], port, seconds=5, file=tmp_path / "posts")
