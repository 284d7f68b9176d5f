"""The types of answers: subgraph, impact, uses, paths, resolution, statistics, the service itself, and what became of events."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

import strawberry
from strawberry.scalars import JSON

from whence.api.graphql.enums import How, InputRole
from whence.api.graphql.loading import View
from whence.api.graphql.nodes import Asset, Info, Node, Version, shown, shown_as
from whence.api.graphql.results import Completeness, Edge, Event, ids
from whence.api.graphql.runs import Run
from whence.api.graphql.scalars import DateTime, Long
from whence.model import answers


@strawberry.type(description="The answer to any walk: nodes, the edges between them, and whether that is all.")
class Subgraph:
    roots: list[strawberry.ID] = strawberry.field(description="Where the walk started.")
    nodes: list[Node] = strawberry.field(description="The nodes by depth, then uid; the roots first.")
    edges: list[Edge] = strawberry.field(description="All edges of the walked types between these nodes.")
    depths: list[int] = strawberry.field(
        description="How many hops each node is from the nearest root, in the order of `nodes`."
    )
    completeness: Completeness = strawberry.field(description="Whether it is all there is, and what it can't see.")
    seq: Long = strawberry.field(description="Position of the log at which it was answered.")
    head_hash: str = strawberry.field(description="Hash of the log up to there.")

    @classmethod
    def of(cls, given: answers.Subgraph, view: View) -> "Subgraph":
        view.loader.know(given.nodes)
        return cls(
            roots=ids(given.roots),
            nodes=[shown(node, view) for node in given.nodes],
            edges=[Edge.of(edge) for edge in given.edges],
            depths=list(given.depths),
            completeness=Completeness.of(given.completeness),
            seq=Long(given.position.seq),
            head_hash=given.position.head_hash,
        )


@strawberry.type(description="What depends on the thing asked for.")
class Impact:
    subgraph: Subgraph = strawberry.field(description="All that depends on it.")
    serving_now: list[Run] = strawberry.field(
        description="Deployments that use it or what came of it, and have not ended."
    )
    models_to_retrain: list[Version] = strawberry.field(
        description="The newest version that depends on it of each model that it shaped."
    )
    copies: list[Version] = strawberry.field(description="Versions elsewhere that have the same bytes.")
    owners: list[str] = strawberry.field(description="Owners of all assets and jobs that depend on it.")
    total: Long = strawberry.field(
        description="How many nodes depend on it, without content, commits and environments."
    )
    counts_by_kind: JSON = strawberry.field(description="The same by kind.")

    @classmethod
    def of(cls, given: answers.Impact, view: View) -> "Impact":
        return cls(
            subgraph=Subgraph.of(given.subgraph, view),
            serving_now=[shown_as(Run, node, view) for node in given.serving_now],
            models_to_retrain=[shown_as(Version, node, view) for node in given.models_to_retrain],
            copies=[shown_as(Version, node, view) for node in given.copies],
            owners=list(given.owners),
            total=Long(given.total),
            counts_by_kind=JSON({kind.value: count for kind, count in given.counts_by_kind.items()}),
        )


@strawberry.type(description="A chain from the dependent to what it depends on.")
class Path:
    event_seqs: strawberry.Private[tuple[int, ...]]
    nodes: list[Node] = strawberry.field(description="Its nodes; the dependent first.")
    edges: list[Edge] = strawberry.field(description="What joins each node with the next.")

    @strawberry.field(description="The events that prove it, in the order of the log.")
    async def events(self, info: Info) -> list[Event]:
        return [Event.of(entry) for entry in await info.context.loader.events(self.event_seqs)]

    @classmethod
    def of(cls, given: answers.Path, view: View) -> "Path":
        return cls(
            event_seqs=given.event_seqs,
            nodes=[shown(node, view) for node in given.nodes],
            edges=[Edge.of(edge) for edge in given.edges],
        )


@strawberry.type(description="A model version that used the thing asked for.")
class ModelUse:
    model: Asset = strawberry.field(description="The model.")
    version: Version = strawberry.field(description="Its version.")
    how: list[How] = strawberry.field(description="In which ways.")
    via: list[Path] = strawberry.field(
        description="For each of `how`, the shortest path from the version to what it used."
    )

    @classmethod
    def of(cls, given: answers.ModelUse, view: View) -> "ModelUse":
        return cls(
            model=shown_as(Asset, given.model, view),
            version=shown_as(Version, given.version, view),
            how=list(given.how),
            via=[Path.of(path, view) for path in given.via],
        )


@strawberry.type(description="A dataset version that the thing asked for came from.")
class DataUse:
    dataset: Asset = strawberry.field(description="The dataset.")
    version: Version = strawberry.field(description="Its version.")
    role: InputRole | None = strawberry.field(
        description="What it was used for on the shortest path; null when nobody said."
    )
    distance: int = strawberry.field(description="How many edges the shortest path has.")
    via: Path = strawberry.field(description="The shortest path.")

    @classmethod
    def of(cls, given: answers.DataUse, view: View) -> "DataUse":
        return cls(
            dataset=shown_as(Asset, given.dataset, view),
            version=shown_as(Version, given.version, view),
            role=given.role,
            distance=given.distance,
            via=Path.of(given.via, view),
        )


@strawberry.type(description="Whether one thing depends on another, and by which way.")
class PathAnswer:
    path: Path | None = strawberry.field(
        description="The shortest way; null when there is none: then it does not depend on it if the answer is complete."
    )
    completeness: Completeness = strawberry.field(description="Whether all ways were looked at.")
    seq: Long = strawberry.field(description="Position of the log at which it was answered.")
    head_hash: str = strawberry.field(description="Hash of the log up to there.")

    @classmethod
    def of(cls, given: answers.PathAnswer, view: View) -> "PathAnswer":
        return cls(
            path=None if given.path is None else Path.of(given.path, view),
            completeness=Completeness.of(given.completeness),
            seq=Long(given.position.seq),
            head_hash=given.position.head_hash,
        )


@strawberry.type(description="What a reference means.")
class Resolution:
    node: Node | None = strawberry.field(description="The one thing it means.")
    candidates: list[Node] = strawberry.field(description="The things it may mean, when there are several.")
    suggestions: list[str] = strawberry.field(description="What comes near, when it means nothing.")

    @classmethod
    def of(cls, given: answers.Resolution, view: View) -> "Resolution":
        return cls(
            node=None if given.node is None else shown(given.node, view),
            candidates=[shown(node, view) for node in given.candidates],
            suggestions=list(given.suggestions),
        )


@strawberry.type(description="Counts of one bucket of time.")
class Stat:
    from_: DateTime = strawberry.field(name="from", description="Its begin.")
    events: Long = strawberry.field(description="Events that happened in it.")
    runs_by_state: JSON = strawberry.field(description="Runs that started in it, by state.")
    new_by_kind: JSON = strawberry.field(description="Nodes that came to be in it, by kind.")

    @classmethod
    def of(cls, given: answers.Stat) -> "Stat":
        return cls(
            from_=DateTime(given.start),
            events=Long(given.events),
            runs_by_state=JSON({state.value: count for state, count in given.runs_by_state.items()}),
            new_by_kind=JSON({kind.value: count for kind, count in given.new_by_kind.items()}),
        )


@strawberry.type(description="This service.")
class Service:
    version: str = strawberry.field(description="Its version.")
    store: str = strawberry.field(description="URL of its store, without credentials.")
    seq: Long = strawberry.field(description="Position of the log: how many events it holds.")
    head_hash: str = strawberry.field(
        description="h(seq): h(0) is 64 zeros, h(n) the hex SHA-256 of h(n-1) followed by key(n)."
    )
    projection: int = strawberry.field(description="Number of the rules that the graph was built by.")
    rejected: Long = strawberry.field(description="How many events were refused and not accepted since.")

    @classmethod
    def of(cls, given: answers.ServiceInfo) -> "Service":
        return cls(
            version=given.version,
            store=given.store,
            seq=Long(given.position.seq),
            head_hash=given.position.head_hash,
            projection=given.projection,
            rejected=Long(given.rejected),
        )


@strawberry.type(description="Why one event was not accepted.")
class IngestFailure:
    index: int = strawberry.field(description="Which one, from 0.")
    code: str = strawberry.field(description="Why, for a machine.")
    reason: str = strawberry.field(description="Why, for a person.")
    retriable: bool = strawberry.field(description="Whether the same event may be accepted later.")


@strawberry.type(description="What became of events.")
class IngestResult:
    received: int = strawberry.field(description="How many were sent.")
    accepted: int = strawberry.field(description="How many are new in the log.")
    duplicates: int = strawberry.field(description="How many were there already.")
    last_seq: Long = strawberry.field(description="The greatest position of any of them; 0 when none was accepted.")
    failures: list[IngestFailure] = strawberry.field(description="Those that were refused.")

    @classmethod
    def of(cls, given: answers.IngestResult) -> "IngestResult":
        return cls(
            received=given.received,
            accepted=given.accepted,
            duplicates=given.duplicates,
            last_seq=Long(given.last_seq),
            failures=[
                IngestFailure(index=each.index, code=each.code, reason=each.reason, retriable=each.retriable)
                for each in given.failures
            ],
        )
