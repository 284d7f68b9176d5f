"""The edges of the picture: all links between two cards or folds are one edge, and what is left out by kind is passed through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence.model.focus import FocusEdge
from whence.model.kinds import EdgeType, Evidence, InputRole, weakest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    leading_out: defaultdict[str, list[Link]] = defaultdict(list)
    into: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link[0] not in place:
            leading_out[link[0]].append(link)
        elif (source := place[link[0]]) is None:
            continue
        elif link[1] not in place:
            into[link[0]].append(link)
        elif (target := place[link[1]]) is not None and target != source:
            bundles[source, target, link[3]].add((link[2],))
    for uid, first in into.items():
        source = place[uid]
        for target, way in _beyond(first, leading_out, place).items():
            if source is not None and target != source:
                bundles[source, target, False].add(way)
    return tuple(_told(*ends, bundle) for ends, bundle in sorted(bundles.items(), key=lambda item: item[0]))


def _beyond(
    first: Iterable[Link], leading_out: Mapping[str, list[Link]], place: Mapping[str, str | None]
) -> dict[str, tuple[Edge, ...]]:
    """The cards and folds beyond what is passed through, each with the edges of a shortest way there."""
    passed: dict[str, tuple[Edge, ...]] = {}
    for link in first:
        passed.setdefault(link[1], (link[2],))
    found: dict[str, tuple[Edge, ...]] = {}
    waiting = list(passed)
    for uid in waiting:
        for _, target, edge, _ in leading_out.get(uid, ()):
            way = (*passed[uid], edge)
            if target not in place:
                if target not in passed:
                    passed[target] = way
                    waiting.append(target)
            elif (end := place[target]) is not None:
                found.setdefault(end, way)
    return found


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
