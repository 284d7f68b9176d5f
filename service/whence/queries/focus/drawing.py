"""The edges of the picture: all links between two cards or folds are one edge, and what is left out by kind is passed through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.model.focus import FocusEdge
from whence.model.kinds import EdgeType, Evidence, InputRole, weakest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from whence.model.graph import Edge
    from whence.queries.focus.picture import Link


@dataclass(slots=True)
class _Bundle:
    """What the links between two ends come to, as they are added."""

    count: int = 0
    evidence: Evidence = Evidence.RECORDED
    at: int | None = None
    types: set[EdgeType] = field(default_factory=set)
    roles: set[InputRole] = field(default_factory=set)
    relations: set[str] = field(default_factory=set)

    def add(self, edges: Iterable[Edge]) -> None:
        self.count += 1
        for edge in edges:
            self.evidence = weakest(self.evidence, edge.evidence)
            self.types.add(edge.type)
            if edge.at is not None:
                self.at = edge.at if self.at is None else min(self.at, edge.at)
            if edge.role is not None:
                self.roles.add(edge.role)
            if edge.relation is not None:
                self.relations.add(edge.relation)


def edges_between(links: Iterable[Link], place: Mapping[str, str | None]) -> tuple[FocusEdge, ...]:
    """`place`: the card or fold that a node is drawn as, None for what is in a badge; a node without one is passed through."""
    bundles: defaultdict[tuple[str, str, bool], _Bundle] = defaultdict(_Bundle)
    outgoing: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        outgoing[link.source].append(link)
    for uid, source in place.items():
        if source is None:
            continue
        for target, same, edges in _ends(uid, outgoing, place):
            if target != source:
                bundles[source, target, same].add(edges)
    return tuple(_told(*ends, bundle) for ends, bundle in sorted(bundles.items()))


def _ends(
    start: str, outgoing: Mapping[str, list[Link]], place: Mapping[str, str | None]
) -> Iterator[tuple[str, bool, tuple[Edge, ...]]]:
    """Where the links of a node lead: each direct one, and once each place beyond what is passed through, with the edges that lead there."""
    passed: dict[str, tuple[Edge, ...]] = {}
    for link in outgoing.get(start, ()):
        if link.target not in place:
            passed.setdefault(link.target, (link.edge,))
        elif (target := place[link.target]) is not None:
            yield target, link.same, (link.edge,)
    beyond: dict[str, tuple[Edge, ...]] = {}
    waiting = list(passed)
    for uid in waiting:
        for link in outgoing.get(uid, ()):
            way = (*passed[uid], link.edge)
            if link.target not in place:
                if link.target not in passed:
                    passed[link.target] = way
                    waiting.append(link.target)
            elif (target := place[link.target]) is not None:
                beyond.setdefault(target, way)
    for target, way in beyond.items():
        yield target, False, way


def _told(source: str, target: str, same: bool, bundle: _Bundle) -> FocusEdge:
    return FocusEdge(
        source=source,
        target=target,
        types=tuple(each for each in EdgeType if each in bundle.types),
        count=bundle.count,
        evidence=bundle.evidence,
        same_bytes=same,
        at=bundle.at,
        roles=tuple(each for each in InputRole if each in bundle.roles),
        relations=tuple(sorted(bundle.relations)),
    )
