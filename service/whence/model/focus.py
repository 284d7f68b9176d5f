"""The focused view of a lineage: what is nearest to one thing as cards, the rest folded away and counted."""

from __future__ import annotations

import msgspec

from whence.model.answers import Completeness, Position
from whence.model.graph import Node
from whence.model.kinds import EdgeType, Evidence, InputRole, Kind


class FocusView(msgspec.Struct, frozen=True):
    """What to show. `as_of` ns UTC; `up` and `down` in hops; `budget` in cards, a half for each side; `kinds` None: all; `services`
    shows deployments (runs of SERVICE jobs) or leaves them out, whatever `kinds` says of runs; None: as other runs.

    `open`: what was opened, in this order: ids of folds, or uids of cards for what hangs off them; each with `all:` before it for all of its
    nodes (1,000 at most) instead of the next 20. `code`: commits and environments are cards too. `max_nodes`: of the walk, one way.
    """

    as_of: int | None = None
    up: int = 5
    down: int = 5
    budget: int = 40
    open: tuple[str, ...] = ()
    kinds: frozenset[Kind] | None = None
    services: bool | None = None
    code: bool = False
    max_nodes: int = 20_000


class Chip(msgspec.Struct, frozen=True):
    """A node that is a line on a card and no card of its own: its uid, and a name short enough for the line."""

    id: str
    label: str


class Card(msgspec.Struct, frozen=True):
    """`depth` in hops from the focus, negative upstream. `more`: how many nodes hang off it that are folded away. `stands_for`: how many
    versions or runs it is drawn for, where the focus is an asset or a job, else 1.
    """

    node: Node
    depth: int
    more: int = 0
    stands_for: int = 1
    origin: bool = False
    """A version that nothing recorded is upstream of."""
    serving: bool = False
    """A run of a SERVICE job, whether it has ended or not."""
    job: Chip | None = None
    commit: Chip | None = None
    environment: Chip | None = None
    asset: Chip | None = None


class FocusEdge(msgspec.Struct, frozen=True):
    """All edges from one card or fold (`source`, the dependent) to another (`target`, what it depends on).

    `evidence` is the weakest of theirs, `at` (ns UTC) the earliest, None when none has one. `same_bytes`: it says that two are the same, in bytes or state, not that one came
    from the other.
    """

    source: str
    target: str
    types: tuple[EdgeType, ...]
    count: int
    evidence: Evidence
    same_bytes: bool
    at: int | None
    roles: tuple[InputRole, ...] = ()
    relations: tuple[str, ...] = ()


class Fold(msgspec.Struct, frozen=True):
    """Connected nodes of one side that are folded into one. `services`: how many of them are runs of a SERVICE job; `adjacent`: uids of the cards next to it, sorted;
    `members`: uids of the nodes, sorted.
    """

    id: str
    title: str
    count: int
    by_kind: dict[Kind, int]
    services: int
    upstream: bool
    adjacent: tuple[str, ...]
    members: tuple[str, ...] = ()


class Focus(msgspec.Struct, frozen=True, kw_only=True):
    """`focus` is the uid of the card in the middle.

    Everything that the two walks reach is counted once: `total` = `shown` cards + `folded` into folds and badges + `filtered` out by kind.
    `up_total` and `down_total` are those of provenance and impact of the same walk. `unopened`: what `open` names that is not there (any more).
    """

    focus: str
    cards: tuple[Card, ...] = ()
    edges: tuple[FocusEdge, ...] = ()
    folds: tuple[Fold, ...] = ()
    shown: int = 0
    folded: int = 0
    filtered: int = 0
    total: int = 0
    up_total: int = 0
    down_total: int = 0
    total_by_kind: dict[Kind, int] = {}
    services_total: int = 0
    unopened: tuple[str, ...] = ()
    completeness: Completeness
    position: Position
