"""The map of a whole graph in columns: a node is a place in each of them."""

from __future__ import annotations

import msgspec

from whence.model.answers import Completeness, Position
from whence.model.kinds import EdgeType, Kind, RunState


class MapView(msgspec.Struct, frozen=True):
    """What to map: versions and runs with `at` in [since, until) and existing at `as_of`, all ns UTC. `kinds` empty: all of them. `namespace`: only this
    lane's. `max_nodes`: the newest so many.
    """

    as_of: int | None = None
    since: int | None = None
    until: int | None = None
    kinds: tuple[Kind, ...] = ()
    namespace: str | None = None
    max_nodes: int = 20_000


class Lane(msgspec.Struct, frozen=True):
    """`name` for a person; `namespace` of its jobs, or of assets that no job here made; `nodes`: how many lie in it."""

    name: str
    namespace: str
    nodes: int


class Hub(msgspec.Struct, frozen=True):
    """What so much uses that it is drawn once, apart from the lanes. `node`: its place in the columns; `uses`: how many runs of the map use it."""

    node: int
    uses: int


class LineageMap(msgspec.Struct, frozen=True):
    """Columns of nodes, newest first: all of one length, nodes named by their place from 0; then columns of edges.

    `at` and `until` in ms UTC, None where unknown; `until` is when a run ended. `kinds`, `lanes`, `states` and `edge_types` are places in the tables; lane -1 is the
    shared one, state -1 is what is no run. `flags` adds up SERVICE, FAILED, UNVERSIONED, CONFLICT and BASE.
    `left_out`: how many nodes fit and are not here, because they are older.
    """

    ids: list[str]
    names: list[str]
    kinds: list[int]
    lanes: list[int]
    at: list[int | None]
    until: list[int | None]
    states: list[int]
    flags: list[int]
    sources: list[int]
    targets: list[int]
    edge_types: list[int]
    kind_table: tuple[Kind, ...]
    lane_table: tuple[Lane, ...]
    state_table: tuple[RunState, ...]
    edge_type_table: tuple[EdgeType, ...]
    shared: tuple[Hub, ...]
    total_by_kind: dict[Kind, int]
    left_out: int
    left_out_exact: bool
    completeness: Completeness
    position: Position


SERVICE, FAILED, UNVERSIONED, CONFLICT, BASE = 1, 2, 4, 8, 16
"""Flags of a node: a run of a SERVICE job · a version that only failed runs wrote · a state of which nothing is known · a version with conflicting
digests · a version that something derives from by its modelDerivation."""
