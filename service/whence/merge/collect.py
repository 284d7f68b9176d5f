"""Gather edges and contributions of one owner, merging what is said twice (rule 21)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from whence.merge.fold import latest
from whence.merge.records import Contribution, Sight
from whence.model.graph import Edge
from whence.model.kinds import strongest


class Edges:
    """Edges by key: least `at`, strongest evidence, all positions."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str], Edge] = {}

    def add(self, edge: Edge) -> None:
        key = edge.key
        old = self._found.get(key)
        self._found[key] = edge if old is None else merge_edges(old, edge)

    def sorted(self) -> tuple[Edge, ...]:
        found = self._found
        return tuple([found[key] for key in sorted(found)])


def merge_edges(a: Edge, b: Edge) -> Edge:
    return msgspec.structs.replace(
        a,
        at=b.at if a.at is None else a.at if b.at is None else min(a.at, b.at),
        evidence=strongest(a.evidence, b.evidence),
        event_seqs=few(a.event_seqs, b.event_seqs),
    )


def few(*seqs: Iterable[int]) -> tuple[int, ...]:
    """All positions, sorted: a mention has two at most, an edge those of its mentions."""
    return tuple(sorted({seq for some in seqs for seq in some}))


def ends(seqs: tuple[int, ...]) -> tuple[int, ...]:
    """Of what is said again and again the first and the last position, so that it does not grow."""
    return seqs if len(seqs) <= 2 else (seqs[0], seqs[-1])


def joined(a: tuple[Edge, ...], b: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Both sets of edges, sorted, what is said twice merged. Each is sorted and without repeats itself."""
    if not a or not b:
        return a or b
    edges = Edges()
    for edge in (*a, *b):
        edges.add(edge)
    return edges.sorted()


class Contributions:
    """Contributions by version, joined where one owner says several things of one version."""

    def __init__(self) -> None:
        self.found: dict[str, Contribution] = {}

    def add(self, version: str, more: Contribution) -> None:
        old = self.found.get(version)
        self.found[version] = more if old is None else join(old, more)


def join(a: Contribution, b: Contribution) -> Contribution:
    """Both together."""
    return Contribution(
        mentioned=min(a.mentioned, b.mentioned),
        digests=tuple(sorted({*a.digests, *b.digests})),
        facets=latest(a.facets, b.facets),
        complete=a.complete + b.complete,
        failed=a.failed + b.failed,
        open=a.open + b.open,
        began=least(a.began, b.began),
        sighted=earlier(a.sighted, b.sighted),
        base=a.base or b.base,
        parents=tuple(sorted({*a.parents, *b.parents})),
        pins=joined(a.pins, b.pins),
        seqs=few(a.seqs, b.seqs),
    )


def earlier(a: Sight | None, b: Sight | None) -> Sight | None:
    """The earlier of two; at the same time it is nobody's own unless it is the same attempt's (rule 18 skips only one's own)."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        return a if a == b else (a[0], "")
    return min(a, b)


def least(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)
