"""Rules 22 and 23: contents, and which version explains the bytes of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spec.content import joins
from spec.edges import Edges
from spec.names import Names, State
from spec.runs import Attempt
from spec.told import Pool
from whence.model import uid
from whence.model.graph import Edge
from whence.model.kinds import EdgeType, Evidence, weakest


@dataclass(frozen=True)
class Holder:
    """One version that holds a content; `born` and class are those of its state."""

    version: str
    state: State
    time: int
    born: int
    evidence: Evidence
    is_copy: bool
    is_explained: bool

    @property
    def is_original(self) -> bool:
        return not self.is_copy and self.is_explained


def draw_contents(edges: Edges, pools: Mapping[State, Pool], sizes: Mapping[str, int | None]) -> dict[str, int]:
    """Rule 22: HAS_CONTENT and, without a conflict, CONTENT_OF. Gives {uid of a content: least time of a holder}, ns UTC."""
    born: dict[str, int] = {}
    for pool in pools.values():
        for version in pool.versions:
            if sizes[version] == 0:
                continue
            for digest in filter(joins, pool.digests):
                content = uid.content(digest.algorithm, digest.value)
                at = pool.times[version]
                born[content] = min(at, born.get(content, at))
                edges.add(Edge(EdgeType.HAS_CONTENT, version, content, at, digest.evidence))
                if not pool.conflict:
                    edges.add(Edge(EdgeType.CONTENT_OF, content, version, at, digest.evidence))
    return born


def draw_origins(edges: Edges, pools: Mapping[State, Pool], attempts: Mapping[str, Attempt], names: Names) -> None:
    """Rule 23: SAME_BYTES, content by content."""
    having: dict[str, list[Edge]] = {}
    for edge in edges.of(EdgeType.HAS_CONTENT):
        having.setdefault(edge.target, []).append(edge)
    for holding in having.values():
        holders = [_holder(edges, edge, holding, pools, attempts, names) for edge in holding]
        holders = [holder for holder in holders if not pools[holder.state].conflict]
        for holder in holders:
            origin = None if holder.is_copy or holder.is_explained else _origin(holder, holders)
            if origin is not None:
                evidence = weakest(holder.evidence, origin.evidence)
                at = max(holder.time, origin.time)
                edges.add(Edge(EdgeType.SAME_BYTES, holder.version, origin.version, at, evidence))


def _origin(unexplained: Holder, holders: list[Holder]) -> Holder | None:
    originals = [holder for holder in holders if holder.is_original]
    first = min(originals, key=lambda holder: (holder.born, holder.version), default=None)
    if first is not None and first.born <= unexplained.time:
        return first
    others = [holder for holder in holders if not holder.is_copy and not holder.is_explained]
    first = min(others, key=lambda holder: (holder.time, holder.version))
    return None if first.state == unexplained.state else first


def _holder(
    edges: Edges,
    edge: Edge,
    holding: list[Edge],
    pools: Mapping[State, Pool],
    attempts: Mapping[str, Attempt],
    names: Names,
) -> Holder:
    """Conflicts give nothing. A version does not explain itself: what leads to its own state does not count (docs/design.md, Decisions)."""
    state = names.state(edge.source)
    pool = pools[state]
    others = {names.state(each.source) for each in holding} - {state}
    others = {other for other in others if not pools[other].conflict}

    def targets(*types: EdgeType) -> set[str]:
        return {each.target for each in edges.of(*types) if each.source in pool.versions}

    generated, written = targets(EdgeType.GENERATED_BY), targets(EdgeType.WRITTEN_BY)
    derived = {names.state(target) for target in targets(EdgeType.DERIVED_FROM)} - {state}
    used = {
        run: {names.state(each.target) for each in edges.of(EdgeType.USED) if each.source == run} for run in generated
    }
    starts = [attempts[run].started for run in generated | written]
    return Holder(
        version=edge.source,
        state=state,
        time=pool.times[edge.source],
        born=min([*pool.times.values(), *starts]),
        evidence=edge.evidence,
        is_copy=bool(derived & others) or (bool(generated) and all(used[run] & others for run in generated)),
        is_explained=bool(generated or written or derived),
    )
