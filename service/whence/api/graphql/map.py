"""The types of the map: columns, and the tables that their codes are places in."""

import strawberry
from strawberry.scalars import JSON

from whence.api.graphql.enums import EdgeType, Kind, RunState
from whence.api.graphql.results import Completeness
from whence.api.graphql.scalars import DateTime, IntColumn, Long, TextColumn
from whence.model import map as model

_USUAL = model.MapView()


@strawberry.input(description="Which runs and versions to map. Everything that is given must hold.")
class MapView:
    as_of: DateTime | None = strawberry.field(default=None, description="The graph as it stood at this instant.")
    as_known: str | None = strawberry.field(
        default=None,
        description="The graph as it was known at this position of the log (a whole number) or time of receipt.",
    )
    since: DateTime | None = strawberry.field(default=None, description="`at` this instant or later.")
    until: DateTime | None = strawberry.field(default=None, description="`at` before this instant.")
    kinds: list[Kind] | None = strawberry.field(
        default=None, description="Any of these kinds: RUN and those of versions. The others are never on the map."
    )
    namespace: str | None = strawberry.field(
        default=None,
        description="Of jobs in this namespace, or of assets in it that no job here made. Looked for among the newest 50,000.",
    )
    max_nodes: int | None = strawberry.field(
        default=_USUAL.max_nodes, description="The newest so many, 1 to 20,000; the rest is counted."
    )


def view_of(given: MapView | None) -> model.MapView:
    """The view asked for; at which position of the log is the context's."""
    if given is None:
        return _USUAL
    return model.MapView(
        as_of=given.as_of,
        since=given.since,
        until=given.until,
        kinds=tuple(given.kinds or ()),
        namespace=given.namespace,
        max_nodes=_USUAL.max_nodes if given.max_nodes is None else given.max_nodes,
    )


@strawberry.type(description="A band of the map.")
class Lane:
    name: str = strawberry.field(
        description="The namespace of its jobs; their pipeline, where all jobs have one namespace; empty for runs of no known job."
    )
    namespace: str = strawberry.field(description="The namespace of its jobs, or of assets that no job here made.")
    nodes: int = strawberry.field(description="How many nodes lie in it.")


@strawberry.type(description="Something that so many runs use that it is drawn once, apart from the lanes.")
class Hub:
    node: int = strawberry.field(description="Its place in the columns.")
    uses: int = strawberry.field(description="How many runs of the map use it.")


@strawberry.type(
    description="Runs and versions, newest first, then environments that are shared: a node is a place, from 0, in each column of nodes."
)
class LineageMap:
    ids: TextColumn = strawberry.field(description="uids.")
    names: TextColumn = strawberry.field(description="Names, for a person.")
    kinds: IntColumn = strawberry.field(description="Places in `kindTable`.")
    lanes: IntColumn = strawberry.field(description="Places in `laneTable`; -1 for what is shared.")
    at: IntColumn = strawberry.field(description="Milliseconds since 1970 UTC; null where nothing says.")
    until: IntColumn = strawberry.field(
        description="When a run ended, in milliseconds since 1970 UTC; null while it has not, and of what is no run."
    )
    states: IntColumn = strawberry.field(description="Places in `stateTable`; -1 of what is no run.")
    flags: IntColumn = strawberry.field(
        description="A sum of 1: a run of a SERVICE job; 2: only failed runs wrote it; 4: a state of which nothing is known; 8: conflicting digests; 16: a base, by its modelDerivation."
    )
    sources: IntColumn = strawberry.field(description="Of each edge, the place of the dependent.")
    targets: IntColumn = strawberry.field(description="Of each edge, the place of what it depends on.")
    edge_types: IntColumn = strawberry.field(
        description="Of each edge, a place in `edgeTypeTable`. WRITTEN_BY and SAME_STATE are told, too; IN_ENVIRONMENT of what is shared."
    )
    kind_table: list[Kind] = strawberry.field(description="What `kinds` are places in.")
    lane_table: list[Lane] = strawberry.field(description="What `lanes` are places in, the fullest first.")
    state_table: list[RunState] = strawberry.field(description="What `states` are places in.")
    edge_type_table: list[EdgeType] = strawberry.field(description="What `edgeTypes` are places in.")
    shared: list[Hub] = strawberry.field(
        description="What more than five runs of several lanes use, or a twentieth of all runs; the most used first, at most 20."
    )
    total: Long = strawberry.field(description="How many nodes are here.")
    edge_total: Long = strawberry.field(description="How many edges are here.")
    total_by_kind: JSON = strawberry.field(description="The nodes by kind.")
    truncated: bool = strawberry.field(description="There are older ones that are not here.")
    left_out: Long = strawberry.field(description="How many.")
    left_out_exact: bool = strawberry.field(description="False: `leftOut` is a lower bound.")
    completeness: Completeness = strawberry.field(description="Whether it is all there is, and what it can't see.")
    seq: Long = strawberry.field(description="Position of the log at which it was answered.")
    head_hash: str = strawberry.field(description="Hash of the log up to there.")

    @classmethod
    def of(cls, given: model.LineageMap) -> "LineageMap":
        return cls(
            ids=TextColumn(given.ids),
            names=TextColumn(given.names),
            kinds=IntColumn(given.kinds),
            lanes=IntColumn(given.lanes),
            at=IntColumn(given.at),
            until=IntColumn(given.until),
            states=IntColumn(given.states),
            flags=IntColumn(given.flags),
            sources=IntColumn(given.sources),
            targets=IntColumn(given.targets),
            edge_types=IntColumn(given.edge_types),
            kind_table=list(given.kind_table),
            lane_table=[Lane(name=each.name, namespace=each.namespace, nodes=each.nodes) for each in given.lane_table],
            state_table=list(given.state_table),
            edge_type_table=list(given.edge_type_table),
            shared=[Hub(node=each.node, uses=each.uses) for each in given.shared],
            total=Long(len(given.ids)),
            edge_total=Long(len(given.sources)),
            total_by_kind=JSON({kind.value: count for kind, count in given.total_by_kind.items()}),
            truncated=given.left_out > 0,
            left_out=Long(given.left_out),
            left_out_exact=given.left_out_exact,
            completeness=Completeness.of(given.completeness),
            seq=Long(given.position.seq),
            head_hash=given.position.head_hash,
        )
