"""The bench's graph as nodes and edges, for writing them straight: a million nodes in minutes, where taking in their events takes an hour.

What a walk reads is the same. What is missing is what only events give: the log, the records and timelines of the merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bench_graph import NAMESPACE, REPOSITORY, Execution, Pipeline, edges, executions

from whence.merge.state import Changes
from whence.model import uid
from whence.model.graph import AssetDetail, CommitDetail, Edge, JobDetail, Node, RunDetail, VersionDetail
from whence.model.kinds import EdgeType, Kind, RunState
from whence.testing import graph_changes

HUB: Final = uid.version(NAMESPACE, "hub", "v1")
"""The version that all runs of `hub` read."""
_AT_ONCE: Final = 3000
"""Edges in one transaction, about: few enough for the memory that Neo4j gives to one."""
_BEGIN: Final = 1_704_067_200 * 10**9  # 2024-01-01, as the events of bench_graph
_SECOND: Final = 10**9


def whole(of: Sequence[Pipeline]) -> Iterator[Changes]:
    """What the events of these pipelines come to, some thousand edges at a time, in the order of time."""
    return _portions((execution, _BEGIN + place * _SECOND) for place, execution in enumerate(executions(of)))


def hub(consumers: int) -> Iterator[Changes]:
    """So many runs that read one version and write nothing, a second apart."""
    pipeline = Pipeline(0, consumers)
    runs = (Execution(pipeline, 0, number, (), ()) for number in range(consumers))
    return _portions(((run, _BEGIN + place * _SECOND) for place, run in enumerate(runs)), reads=HUB)


def _portions(dated: Iterable[tuple[Execution, int]], reads: str | None = None) -> Iterator[Changes]:
    seen: set[str] = set()
    nodes: list[Node] = []
    drawn: list[Edge] = []
    for execution, at in dated:
        for node in _nodes(execution, at, reads):
            if node.uid not in seen:
                seen.add(node.uid)
                nodes.append(node)
        drawn += _edges(execution, at, reads)
        if len(drawn) >= _AT_ONCE:
            yield graph_changes(nodes, drawn)
            nodes, drawn = [], []
    if drawn:
        yield graph_changes(nodes, drawn)


def _nodes(execution: Execution, at: int, reads: str | None) -> Iterator[Node]:
    run, job, version = uid.run(execution.run), uid.job(NAMESPACE, _job(execution)), _version(execution)
    commit = uid.commit(REPOSITORY, execution.pipeline.commit)
    detail = RunDetail(execution.run, job=job, state=RunState.COMPLETE, started_at=at, ended_at=at, commit=commit)
    yield Node(run, Kind.RUN, _job(execution), at, detail)
    yield Node(job, Kind.JOB, _job(execution), at, JobDetail(NAMESPACE))
    sha = execution.pipeline.commit
    yield Node(commit, Kind.COMMIT, sha[:12], at, CommitDetail(REPOSITORY, sha))
    if reads is not None:
        yield from _versions("hub", "v1", at, written=False)
    for name in execution.inputs:
        yield from _versions(name, version, at, written=False)
    for name in execution.outputs:
        yield from _versions(name, version, at, written=True)


def _versions(name: str, version: str, at: int, *, written: bool) -> Iterator[Node]:
    asset = uid.asset(NAMESPACE, name)
    yield Node(asset, Kind.DATASET, name, at, AssetDetail(NAMESPACE))
    detail = VersionDetail(asset, NAMESPACE, name, version, written=written)
    yield Node(uid.version(NAMESPACE, name, version), Kind.DATASET_VERSION, name, at, detail)


def _edges(execution: Execution, at: int, reads: str | None) -> Iterator[Edge]:
    run, version = uid.run(execution.run), _version(execution)
    for source, target in edges(execution):
        yield Edge(_walked(source, target), source, target, at)
    if reads is not None:
        yield Edge(EdgeType.USED, run, reads, at)
    yield Edge(EdgeType.INSTANCE_OF, run, uid.job(NAMESPACE, _job(execution)), at)
    for name in (*execution.inputs, *execution.outputs):
        yield Edge(EdgeType.VERSION_OF, uid.version(NAMESPACE, name, version), uid.asset(NAMESPACE, name), at)


def _walked(source: str, target: str) -> EdgeType:
    if target.startswith("run/"):
        return EdgeType.GENERATED_BY
    return EdgeType.AT_COMMIT if target.startswith("commit/") else EdgeType.USED


def _job(execution: Execution) -> str:
    return f"step{execution.step}"


def _version(execution: Execution) -> str:
    return f"p{execution.pipeline.number}"
