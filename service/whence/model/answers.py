"""What questions are asked with and answered by: the walk, the subgraph, completeness and gaps, pages."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from whence.model.graph import Edge, Node
from whence.model.kinds import CutBy, EdgeType, GapKind, How, InputRole, Kind, RunState

T = TypeVar("T")

DEFAULT_MAX_NODES = 1000


class Position(msgspec.Struct, frozen=True):
    """Where in the log an answer was given. `seq` is the last event's (0: empty log); `head_hash` is h(seq):
    h(0) = 64 zeros, h(n) = hex SHA-256 of the lower-case hex text h(n-1) followed by key(n).
    """

    seq: int = 0
    head_hash: str = "0" * 64


class Walk(msgspec.Struct, frozen=True):
    """How to walk. `as_of` ns UTC; `depth` in hops, None for no limit; `edges` None for the standard ones of the direction."""

    as_of: int | None = None
    depth: int | None = None
    max_nodes: int = DEFAULT_MAX_NODES
    edges: tuple[EdgeType, ...] | None = None


class Gap(msgspec.Struct, frozen=True):
    """What the answer can't see, of one kind: how many, up to five example uids (sorted), and a sentence for a person."""

    kind: GapKind
    count: int
    examples: tuple[str, ...]
    sentence: str


class Completeness(msgspec.Struct, frozen=True):
    """`complete` exactly when nothing was cut; gaps stand beside it. `frontier`: kept nodes with neighbours left out (sorted, at most 100).
    `remaining`: how many nodes were left out, exact up to ten times the budget, else a lower bound (`remaining_exact` False).
    """

    complete: bool = True
    cut_by: tuple[CutBy, ...] = ()
    frontier: tuple[str, ...] = ()
    remaining: int = 0
    remaining_exact: bool = True
    gaps: tuple[Gap, ...] = ()
    sentence: str = ""


class Closure(msgspec.Struct, frozen=True):
    """The bare result of a walk, before gaps: nodes ordered by (depth, uid), roots first; `depths[i]` is the depth of `nodes[i]`;
    `edges` all edges of the walked types between kept nodes, ordered by key.
    """

    roots: tuple[str, ...]
    nodes: tuple[Node, ...]
    depths: tuple[int, ...]
    edges: tuple[Edge, ...]
    position: Position
    cut_by: tuple[CutBy, ...] = ()
    frontier: tuple[str, ...] = ()
    remaining: int = 0
    remaining_exact: bool = True


class Subgraph(msgspec.Struct, frozen=True):
    """The answer to any walk."""

    roots: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    depths: tuple[int, ...]
    completeness: Completeness
    position: Position


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list: `cursors[i]` resumes after `items[i]`. `total` is exact up to 10,000, then 10,000 with `total_exact` False."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int
    total_exact: bool
    position: Position
    completeness: Completeness = Completeness()


class LogEntry(msgspec.Struct, frozen=True):
    """One accepted event. Times are ns UTC, `event_time` as the source gave it; `body` the first bytes received; `sender` the name of the key used."""

    seq: int
    key: str
    time: int
    event_time: str
    received_at: int
    producer: str
    event_type: str | None
    run: str | None
    job: str | None
    body: bytes
    sender: str | None = None


class RejectedEntry(msgspec.Struct, frozen=True):
    """An event that was refused, with its bytes and the reason. `id` is the decimal position in the list of rejected events."""

    id: str
    received_at: int
    code: str
    reason: str
    retriable: bool
    body: bytes
    sender: str | None = None


class Stat(msgspec.Struct, frozen=True):
    """One bucket of time, from `start` (ns UTC, inclusive): events by eventTime, attempts by start and state, nodes by `at` and kind."""

    start: int
    events: int
    runs_by_state: dict[RunState, int]
    new_by_kind: dict[Kind, int]


class Resolution(msgspec.Struct, frozen=True):
    """What a REF means: one node, or several candidates, or none with suggestions (uids or names that come near).

    `roots` is what a walk starts from: several for a digest that is held in several places.
    """

    node: Node | None = None
    candidates: tuple[Node, ...] = ()
    suggestions: tuple[str, ...] = ()


class Path(msgspec.Struct, frozen=True):
    """A chain of nodes from the dependent to what it depends on: `edges[i]` joins `nodes[i]` and `nodes[i+1]` (SAME_STATE may point either way,
    and a walk through content goes against HAS_CONTENT). `event_seqs` are the events that prove it, ascending."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    event_seqs: tuple[int, ...]


class PathAnswer(msgspec.Struct, frozen=True):
    """`path` None and complete: source does not depend on target."""

    path: Path | None
    completeness: Completeness
    position: Position


class ModelUse(msgspec.Struct, frozen=True):
    """A model version that used what was asked for; `via[i]` is the shortest path for `how[i]`, from the model version to the version used."""

    model: Node
    version: Node
    how: tuple[How, ...]
    via: tuple[Path, ...]


class ModelInShort(msgspec.Struct, frozen=True):
    """A model version that used something, and how, in the order of How."""

    version: Node
    how: tuple[How, ...]


class ModelsInShort(msgspec.Struct, frozen=True):
    """The model versions that used something, newest first; `complete`: these are all."""

    models: tuple[ModelInShort, ...]
    complete: bool = True


class KindCount(msgspec.Struct, frozen=True):
    """How many nodes of a kind there are: exact to 10,000, then 10,000 with `exact` False."""

    kind: Kind
    count: int
    exact: bool


class Uncaptured(msgspec.Struct, frozen=True):
    """What the newest `looked_at` runs and versions don't tell (`all_of_them`: there are no others): gaps, and versions that nothing recorded made, newest first."""

    looked_at: int
    all_of_them: bool
    gaps: tuple[Gap, ...]
    without_maker: tuple[Node, ...]


class DataUse(msgspec.Struct, frozen=True):
    """A dataset version that a model version came from; `distance` in edges of `via`."""

    dataset: Node
    version: Node
    role: InputRole | None
    distance: int
    via: Path


class Impact(msgspec.Struct, frozen=True):
    """What depends on the roots. `total` = nodes of D without content, commits and environments (semantics page, Answers)."""

    subgraph: Subgraph
    serving_now: tuple[Node, ...]
    models_to_retrain: tuple[Node, ...]
    copies: tuple[Node, ...]
    owners: tuple[str, ...]
    total: int
    counts_by_kind: dict[Kind, int]


class NodeFilter(msgspec.Struct, frozen=True):
    """Which nodes to find; everything given must hold. Ordered by (-at, uid), None last.

    `text`: case-insensitive substring of the name, of the uid's decoded parts, of tags and owners; or prefix (>= 8 hex) of a digest or commit.
    `name`: the exact name; `namespace`: exact, of assets, versions and jobs. `digest`: `alg:value` or a hex prefix >= 8 of any digest, content or commit.
    `versions_of`: uids of assets whose versions to list. `job`: uid of the job whose runs to list. `since`/`until`: `at` in [since, until), ns UTC.
    """

    text: str | None = None
    kinds: tuple[Kind, ...] = ()
    name: str | None = None
    namespace: str | None = None
    tag: str | None = None
    owner: str | None = None
    job: str | None = None
    state: RunState | None = None
    digest: str | None = None
    versions_of: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    as_of: int | None = None


class LogFilter(msgspec.Struct, frozen=True):
    """Which part of the log. Accepted events come newest first unless `ascending`; `rejected` lists refused ones instead.

    `touching`: uid of a run, job, asset, version, content, commit or environment that the event mentions. `since`/`until` by eventTime, [since, until) ns UTC.
    `after_seq`: only events with a greater seq. `seqs`: exactly these. `run_id`: all events of a run id, whichever attempt.
    """

    touching: str | None = None
    since: int | None = None
    until: int | None = None
    after_seq: int | None = None
    seqs: tuple[int, ...] = ()
    run_id: str | None = None
    ascending: bool = False
    bodies: bool = True


class Hop(msgspec.Struct, frozen=True):
    """One batched hop. `edges[uid]` are up to `first` edges of each uid asked for, ordered by (-at, far uid, key), None `at` last;
    `more[uid]` is the cursor to go on with, absent at the end; `totals[uid]` how many there are (exact to 10,000, then 10,000)."""

    edges: dict[str, tuple[Edge, ...]]
    more: dict[str, str]
    totals: dict[str, int]
    position: Position


class IngestFailure(msgspec.Struct, frozen=True):
    """Why one event of a request was not accepted; `index` from 0 in the request."""

    index: int
    code: str
    reason: str
    retriable: bool


class IngestResult(msgspec.Struct, frozen=True):
    received: int
    accepted: int
    duplicates: int
    last_seq: int
    failures: tuple[IngestFailure, ...] = ()


class ServiceInfo(msgspec.Struct, frozen=True):
    version: str
    store: str
    position: Position
    projection: int
    rejected: int
    extra: dict[str, Any] = {}
