"""A graph in short words, and the questions asked of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from whence.model import uid
from whence.model.graph import (
    AssetDetail,
    CommitDetail,
    ContentDetail,
    Digest,
    Edge,
    JobDetail,
    Node,
    RunDetail,
    VersionDetail,
)
from whence.model.kinds import AssetType, EdgeType, InputRole, Kind, RunState
from whence.store.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
NS = "s3://lake"


class Graph:
    """Nodes and edges as the merge would leave them; every method that makes a node answers with its uid."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str, str, str], Edge] = {}
        self._events = 0

    def asset(self, name: str, kind: AssetType = AssetType.DATASET, ns: str = NS, **words: Any) -> str:
        made = uid.asset(ns, name)
        owners = words.pop("owners", ())
        self._node(Node(made, kind.asset_kind, name, 0, AssetDetail(ns, **words), owners=owners))
        return made

    def version(
        self,
        name: str,
        version: str = "1",
        kind: AssetType = AssetType.DATASET,
        *,
        at: int = 0,
        ns: str = NS,
        **words: Any,
    ) -> str:
        asset = uid.asset(ns, name)
        if asset not in self.nodes:
            self.asset(name, kind, ns)
        minted = version == "~" or version.startswith("run:")
        made = f"version{asset[5:]}/{version}" if minted else uid.version_of(asset, version)
        digests = tuple(Digest(algorithm, value) for algorithm, value in words.pop("bytes_", {}).items())
        detail = VersionDetail(asset, ns, name, version, digests=digests, unversioned=version == "~", **words)
        self._node(Node(made, kind.version_kind, f"{name}@{version}", at, detail))
        self.edge(EdgeType.VERSION_OF, made, asset, at)
        for digest in digests:
            self.content(made, digest, at, conflict=detail.conflict)
        return made

    def model(self, name: str, version: str = "1", *, at: int = 0, **words: Any) -> str:
        return self.version(name, version, AssetType.MODEL, at=at, **words)

    def content(self, version: str, digest: Digest, at: int, *, conflict: bool) -> None:
        made = uid.content(digest.algorithm, digest.value)
        self._node(
            Node(
                made,
                Kind.CONTENT,
                f"{digest.algorithm}:{digest.value}",
                None,
                ContentDetail(digest.algorithm, digest.value),
            )
        )
        self.edge(EdgeType.HAS_CONTENT, version, made, at)
        if not conflict:
            self.edge(EdgeType.CONTENT_OF, made, version, at)

    def job(self, name: str, ns: str = "jobs", owners: tuple[str, ...] = ()) -> str:
        made = uid.job(ns, name)
        self._node(Node(made, Kind.JOB, name, 0, JobDetail(ns), owners=owners))
        return made

    def run(
        self,
        run_id: str,
        *,
        reads: dict[str, InputRole | None] | None = None,
        writes: tuple[str, ...] = (),
        at: int = 0,
        end: int | None = None,
        state: RunState = RunState.COMPLETE,
        service: bool = False,
        job: str | None = None,
        **words: Any,
    ) -> str:
        if job is None and service:
            job = self.job("serve")
        made = uid.run(run_id)
        ended = (at if end is None else end) if state is not RunState.RUNNING else None
        kind = "SERVICE" if service else "BATCH"
        detail = RunDetail(run_id, job, state, at, ended, processing_type=kind, **words)
        self._node(Node(made, Kind.RUN, run_id, at, detail))
        if job is not None:
            self.edge(EdgeType.INSTANCE_OF, made, job, at)
        if detail.parent is not None:
            self.edge(EdgeType.CHILD_OF, made, detail.parent, at)
        for version, role in (reads or {}).items():
            self.edge(EdgeType.USED, made, version, at, role=role)
        for version in writes:
            self.edge(EdgeType.GENERATED_BY, version, made, at)
        return made

    def commit(self, sha: str, *runs: str) -> str:
        made = uid.commit("https://host/o/r", sha)
        self._node(Node(made, Kind.COMMIT, sha, 0, CommitDetail("https://host/o/r", sha)))
        for run in runs:
            self.edge(EdgeType.AT_COMMIT, run, made)
        return made

    def derived(self, version: str, base: str, at: int = 0, **words: Any) -> None:
        self.edge(EdgeType.DERIVED_FROM, version, base, at, **words)

    def written(self, version: str, run: str, at: int = 0) -> None:
        self.edge(EdgeType.WRITTEN_BY, version, run, at)

    def twins(self, *versions: str) -> None:
        """The same version under several names."""
        least = min(versions)
        for version in versions:
            if version != least:
                self.edge(EdgeType.SAME_STATE, version, least)
                self.edge(EdgeType.SAME_STATE, least, version)

    def same_as(self, *assets: str) -> None:
        for asset in assets:
            node = self.nodes[asset]
            others = tuple(sorted(set(assets) - {asset}))
            detail = AssetDetail(NS, same_as=others)
            self.nodes[asset] = Node(asset, node.kind, node.name, node.at, detail, owners=node.owners)

    def edge(self, kind: EdgeType, source: str, target: str, at: int | None = 0, **words: Any) -> None:
        self._events += 1
        made = Edge(kind, source, target, at, event_seqs=(self._events,), **words)
        self.edges.setdefault(made.key, made)

    def _node(self, node: Node) -> None:
        self.nodes.setdefault(node.uid, node)

    def store(self) -> MemoryStore:
        return MemoryStore.from_graph(self.nodes.values(), self.edges.values())


@pytest.fixture(scope="session")
def new_graph() -> type[Graph]:
    """For tests by hypothesis, which may not use what lives for one test."""
    return Graph


@pytest.fixture
def graph() -> Graph:
    return Graph()


@pytest.fixture(scope="session")
def ask() -> Callable[[Coroutine[Any, Any, T]], T]:
    """The answer to a question, waited for."""
    return asyncio.run
