"""Shortest paths over the edges of one closure: pure, one breadth-first pass, deterministic."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from whence.model.answers import Path
from whence.model.kinds import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.model.graph import Edge, Node


class Tree(msgspec.Struct, frozen=True):
    """What a breadth-first pass found: hops from the nearest start, and the edge by which each node but a start was reached."""

    distance: dict[str, int]
    step: dict[str, Edge]

    def trail(self, uid: str) -> tuple[Edge, ...]:
        """The edges of the shortest path from `uid` back to a start, nearest to `uid` first. KeyError when it was not reached."""
        edges: list[Edge] = []
        left = self.distance[uid]
        while left:
            edge = self.step[uid]
            edges.append(edge)
            uid = far_end(edge, uid)
            left -= 1
        return tuple(edges)


def far_end(edge: Edge, uid: str) -> str:
    return edge.source if edge.target == uid else edge.target


def spread(starts: Iterable[str], edges: Sequence[Edge], direction: Direction) -> Tree:
    """Walk from `starts` over `edges` (ordered by key, as a closure has them): outgoing for UPSTREAM, incoming for DOWNSTREAM.

    Of several shortest ways to a node the one wins whose nearer end has the least uid, then whose edge has the least key, at each hop.
    """
    leaving: defaultdict[str, list[Edge]] = defaultdict(list)
    upstream = direction is Direction.UPSTREAM
    for edge in edges:
        leaving[edge.source if upstream else edge.target].append(edge)
    level = sorted(set(starts))
    distance = dict.fromkeys(level, 0)
    step: dict[str, Edge] = {}
    hops = 0
    while level:
        hops += 1
        found: list[str] = []
        for uid in level:
            for edge in leaving.get(uid, ()):
                far = edge.target if upstream else edge.source
                if far not in distance:
                    distance[far] = hops
                    step[far] = edge
                    found.append(far)
        level = sorted(found)
    return Tree(distance, step)


def chain(start: str, edges: Iterable[Edge]) -> tuple[str, ...]:
    """The uids that a run of joined edges passes, from `start` on."""
    uids = [start]
    for edge in edges:
        uids.append(far_end(edge, uids[-1]))
    return tuple(uids)


def as_path(start: str, edges: Sequence[Edge], nodes: Mapping[str, Node]) -> Path:
    """A path with its nodes and the positions of the events that prove it. KeyError when a node is missing."""
    seqs = {seq for edge in edges for seq in edge.event_seqs}
    return Path(tuple(nodes[uid] for uid in chain(start, edges)), tuple(edges), tuple(sorted(seqs)))
