"""Graphs by short words: `graph("r1 USED v1", "v2 GENERATED_BY r1", at={"v1": 3})`.

The first letter of a word says what it names: a asset · v dataset version · m model version · r run · j job · c content · k commit · e environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from whence.merge.state import Changes
from whence.model import uid
from whence.model.graph import (
    AssetDetail,
    CommitDetail,
    ContentDetail,
    Detail,
    Edge,
    EnvironmentDetail,
    JobDetail,
    Node,
    RunDetail,
    VersionDetail,
)
from whence.model.kinds import EdgeType, Kind, RunState
from whence.store.memory import graph_changes

NAMESPACE: Final = "file"


class Graph(msgspec.Struct, frozen=True):
    """Nodes and edges, ready for `MemoryStore.from_graph` or a store's changes."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def changes(self) -> Changes:
        return graph_changes(self.nodes, self.edges)


def uid_of(word: str) -> str:
    """The uid that a word names. Raises KeyError for a first letter that names nothing."""
    return _node(word, None).uid


def node(word: str, at: int | None = None) -> Node:
    """The node that a word names, existing since `at` (ns UTC; None: since ever)."""
    return _node(word, at)


def graph(
    *edges: str, at: Mapping[str, int | None] | None = None, nodes: Iterable[str] = (), default_at: int | None = 1
) -> Graph:
    """Edges as `SOURCE TYPE TARGET` or `SOURCE TYPE TARGET @AT`; all words in them become nodes, as do those in `nodes`.

    `at` gives a node's time by its word, ns UTC; the others have `default_at`, as edges without `@AT` have.
    """
    times = dict(at or {})
    parsed = [_parse(text, default_at) for text in edges]
    words = dict.fromkeys([*nodes, *(word for source, _, target, _ in parsed for word in (source, target)), *times])
    return Graph(
        nodes=tuple(_node(word, times.get(word, default_at)) for word in words),
        edges=tuple(Edge(kind, uid_of(source), uid_of(target), when) for source, kind, target, when in parsed),
    )


def _parse(text: str, default_at: int | None) -> tuple[str, EdgeType, str, int | None]:
    source, kind, target, *rest = text.split()
    return source, EdgeType(kind), target, int(rest[0].removeprefix("@")) if rest else default_at


def _node(word: str, at: int | None) -> Node:
    own, kind, name, detail = _MAKERS[word[0]](word)
    return Node(own, kind, name, at, detail)


_Made = tuple[str, Kind, str, Detail]


def _asset(word: str) -> _Made:
    return uid.asset(NAMESPACE, word), Kind.DATASET, word, AssetDetail(NAMESPACE)


def _version(word: str) -> _Made:
    return _version_of(word, Kind.DATASET_VERSION)


def _model(word: str) -> _Made:
    return _version_of(word, Kind.MODEL_VERSION)


def _version_of(word: str, kind: Kind) -> _Made:
    detail = VersionDetail(uid.asset(NAMESPACE, "table"), NAMESPACE, "table", word)
    return uid.version(NAMESPACE, "table", word), kind, "table", detail


def _run(word: str) -> _Made:
    detail = RunDetail(word, job=uid.job("jobs", "train"), state=RunState.COMPLETE)
    return uid.run(word), Kind.RUN, "train", detail


def _job(word: str) -> _Made:
    return uid.job("jobs", word), Kind.JOB, word, JobDetail("jobs")


def _content(word: str) -> _Made:
    value = word.encode().hex().ljust(64, "0")
    return uid.content("sha256", value), Kind.CONTENT, value[:12], ContentDetail("sha256", value)


def _commit(word: str) -> _Made:
    sha = word.encode().hex().ljust(40, "0")
    detail = CommitDetail("https://example.com/r", sha)
    return uid.commit("https://example.com/r", sha), Kind.COMMIT, sha[:12], detail


def _environment(word: str) -> _Made:
    value = word.encode().hex().ljust(64, "0")
    return uid.environment(value), Kind.ENVIRONMENT, value[:12], EnvironmentDetail()


_MAKERS: Final = {
    "a": _asset,
    "v": _version,
    "m": _model,
    "r": _run,
    "j": _job,
    "c": _content,
    "k": _commit,
    "e": _environment,
}
