"""What an export answers: provenance and impact of one thing, both whole and both at one position of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import StoreUnavailable, TooCostly
from whence.model.answers import Impact, LogFilter, Position, Subgraph, Walk
from whence.queries.impact import impact
from whence.queries.provenance import provenance
from whence.queries.resolve import resolve_one
from whence.queries.walked import log_now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.model.graph import Edge, Node
    from whence.store.port import Store

MOST_NODES: Final = 1_000_000
"""An export is whole: a walk that is longer is refused, not cut."""

_TRIES: Final = 5


class Question(msgspec.Struct, frozen=True):
    """What is asked for. `as_of` in ns UTC; `as_known` says which position of the log the store stands for, as it was written."""

    ref: str
    as_of: int | None = None
    as_known: str | None = None


class Placed(msgspec.Struct, frozen=True):
    """A node of either answer, and how many hops it is from where the walk started; None in the answer that it is not in."""

    node: Node
    upstream: int | None
    downstream: int | None


class Stated(msgspec.Struct, frozen=True):
    """An edge, and in which of the two answers it is."""

    edge: Edge
    in_provenance: bool
    in_impact: bool

    @property
    def answers(self) -> list[str]:
        return ["provenance"] * self.in_provenance + ["impact"] * self.in_impact


class Answer(msgspec.Struct, frozen=True):
    """Both answers, and the union of their nodes (by uid) and edges (by key). `cited`: positions of the events that prove them, ascending."""

    question: Question
    node: Node
    provenance: Subgraph
    impact: Impact
    nodes: tuple[Placed, ...]
    edges: tuple[Stated, ...]
    cited: tuple[int, ...]

    @property
    def position(self) -> Position:
        return self.provenance.position


async def ask(store: Store, question: Question) -> Answer:
    """Ask until both answers are of one position of the log.

    Raises NotFound, Ambiguous, TooCostly for more than MOST_NODES, StoreUnavailable when the log never rests meanwhile.
    """
    walk = Walk(as_of=question.as_of, max_nodes=MOST_NODES)
    for _ in range(_TRIES):
        before = (await log_now(store)).state.position
        node = await resolve_one(store, question.ref)
        up, down = await provenance(store, node.uid, walk), await impact(store, node.uid, walk)
        if up.completeness.cut_by or down.subgraph.completeness.cut_by:
            raise TooCostly(f"The answer has more than {MOST_NODES:,} nodes.", hint="Export a smaller part of it.")
        edges = _edges(up.edges, down.subgraph.edges)
        cited = await _cited(store, up.roots + down.subgraph.roots, edges)
        if before == up.position == down.subgraph.position == (await log_now(store)).state.position:
            return Answer(question, node, up, down, _nodes(up, down.subgraph), edges, cited)
    raise StoreUnavailable(
        "Events come in faster than this answer can be given.",
        hint=f"Ask for a position that stays, which replays the log: --as-known {before.seq} (asKnown).",
    )


def _nodes(up: Subgraph, down: Subgraph) -> tuple[Placed, ...]:
    above = dict(zip((node.uid for node in up.nodes), up.depths, strict=True))
    below = dict(zip((node.uid for node in down.nodes), down.depths, strict=True))
    both = {node.uid: node for node in (*down.nodes, *up.nodes)}
    return tuple(Placed(both[uid], above.get(uid), below.get(uid)) for uid in sorted(both))


def _edges(up: Iterable[Edge], down: Iterable[Edge]) -> tuple[Stated, ...]:
    above, below = ({edge.key: edge for edge in edges} for edges in (up, down))
    both = below | above
    return tuple(Stated(both[key], key in above, key in below) for key in sorted(both))


async def _cited(store: Store, roots: Iterable[str], edges: Iterable[Stated]) -> tuple[int, ...]:
    """The events that the edges name; of a root without edges the first that speaks of it."""
    named = [each.edge for each in edges]
    joined = {end for edge in named for end in (edge.source, edge.target)}
    seqs = {seq for edge in named for seq in edge.event_seqs}
    for alone in sorted(set(roots) - joined):
        page = await store.events(LogFilter(touching=alone, ascending=True, bodies=False), first=1)
        seqs.update(entry.seq for entry in page.entries)
    return tuple(sorted(seqs))
