"""The types of the focused view: cards, folds, and the edges between them."""

import strawberry
from strawberry.scalars import JSON

from whence.api.graphql.enums import EdgeType, Evidence, InputRole, Kind
from whence.api.graphql.loading import View
from whence.api.graphql.nodes import Node, shown
from whence.api.graphql.results import Completeness, ids, instant_or_none
from whence.api.graphql.scalars import DateTime, Long
from whence.model import focus as model

_USUAL = model.FocusView()


@strawberry.input(description="How much of a lineage to show around one thing, and what of the rest is opened.")
class FocusView:
    as_of: DateTime | None = strawberry.field(default=None, description="The graph as it stood at this instant.")
    as_known: str | None = strawberry.field(
        default=None,
        description="The graph as it was known at this position of the log (a whole number) or time of receipt.",
    )
    up: int | None = strawberry.field(default=_USUAL.up, description="At most so many hops upstream, 0 to 100.")
    down: int | None = strawberry.field(default=_USUAL.down, description="At most so many hops downstream, 0 to 100.")
    budget: int | None = strawberry.field(
        default=_USUAL.budget,
        description="At most so many cards, 0 to 500, a half for each side; the focus and what is pinned or opened come on top.",
    )
    open: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="What to open, in this order: ids of folds, or of cards for what hangs off them. Up to 20 more nodes each, with `all:` before the id all of them, 1,000 at most. At most 100 ids.",
    )
    kinds: list[Kind] | None = strawberry.field(
        default=None, description="Only nodes of these kinds, and the focus; edges pass through the others."
    )
    services: bool | None = strawberry.field(
        default=None,
        description="Show deployments (true) or leave them out (false), whatever `kinds` says of runs; as other runs when absent.",
    )
    code: bool | None = strawberry.field(
        default=_USUAL.code, description="Show commits and environments as cards instead of on the cards of runs."
    )
    max_nodes: int | None = strawberry.field(
        default=_USUAL.max_nodes, description="Walk to at most so many nodes each way, 1 to 20,000."
    )


def view_of(given: FocusView | None) -> model.FocusView:
    """The view asked for; at which position of the log is the context's."""
    if given is None:
        return _USUAL
    return model.FocusView(
        as_of=given.as_of,
        up=_USUAL.up if given.up is None else given.up,
        down=_USUAL.down if given.down is None else given.down,
        budget=_USUAL.budget if given.budget is None else given.budget,
        open=tuple(given.open or ()),
        kinds=None if given.kinds is None else frozenset(given.kinds),
        services=given.services,
        code=bool(given.code),
        max_nodes=_USUAL.max_nodes if given.max_nodes is None else given.max_nodes,
    )


@strawberry.type(description="A thing that is a line on a card.")
class Chip:
    id: strawberry.ID = strawberry.field(description="Its uid.")
    label: str = strawberry.field(description="A short name of it.")

    @classmethod
    def of(cls, given: model.Chip | None) -> "Chip | None":
        return None if given is None else cls(id=strawberry.ID(given.id), label=given.label)


@strawberry.type(description="A node that is shown.")
class Card:
    id: strawberry.ID = strawberry.field(description="uid of its node.")
    node: Node = strawberry.field(description="The node.")
    depth: int = strawberry.field(description="How many hops from the focus: negative upstream, 0 the focus itself.")
    more: int = strawberry.field(description="So many nodes hang off it that are not shown. Open them by its uid.")
    stands_for: int = strawberry.field(
        description="How many versions or runs it is drawn for, where the focus is an asset or a job; else 1."
    )
    origin: bool = strawberry.field(description="It is a version that nothing recorded is upstream of.")
    serving: bool = strawberry.field(
        description="It is a deployment: a run of a SERVICE job. Its state says whether it still serves."
    )
    job: Chip | None = strawberry.field(description="Of a run: its job.")
    commit: Chip | None = strawberry.field(description="Of a run: the commit of its code.")
    environment: Chip | None = strawberry.field(description="Of a run: what it ran in.")
    asset: Chip | None = strawberry.field(description="Of a version: what it is a version of.")

    @classmethod
    def of(cls, given: model.Card, view: View) -> "Card":
        return cls(
            id=strawberry.ID(given.node.uid),
            node=shown(given.node, view),
            depth=given.depth,
            more=given.more,
            stands_for=given.stands_for,
            origin=given.origin,
            serving=given.serving,
            job=Chip.of(given.job),
            commit=Chip.of(given.commit),
            environment=Chip.of(given.environment),
            asset=Chip.of(given.asset),
        )


@strawberry.type(description="All edges from one card or fold to another, as one.")
class FocusEdge:
    source: strawberry.ID = strawberry.field(description="Card or fold of the dependent.")
    target: strawberry.ID = strawberry.field(description="Card or fold of what it depends on.")
    types: list[EdgeType] = strawberry.field(
        description="What the edges say; also those that lead through what is left out by kind. HAS_CONTENT: both have the same bytes."
    )
    count: int = strawberry.field(description="How many edges it stands for.")
    evidence: Evidence = strawberry.field(description="The weakest of theirs: INFERRED when any of them is.")
    same_bytes: bool = strawberry.field(
        description="It says that two are the same, in bytes or as one state under two names; not that one came from the other."
    )
    at: DateTime | None = strawberry.field(description="Since when: the earliest of theirs.")
    roles: list[InputRole] = strawberry.field(description="What for, where they are reads.")
    relations: list[str] = strawberry.field(description="How, where they are derivations: FINE_TUNE, for example.")

    @classmethod
    def of(cls, given: model.FocusEdge) -> "FocusEdge":
        return cls(
            source=strawberry.ID(given.source),
            target=strawberry.ID(given.target),
            types=list(given.types),
            count=given.count,
            evidence=given.evidence,
            same_bytes=given.same_bytes,
            at=instant_or_none(given.at),
            roles=list(given.roles),
            relations=list(given.relations),
        )


@strawberry.type(description="Connected nodes that are not shown.")
class Fold:
    id: strawberry.ID = strawberry.field(description="To open it by. Stays as long as the node that it is made of.")
    title: str = strawberry.field(
        description='For a person: "7 steps" where nothing branches; "38 consumers", "sources", "inputs" or "outputs" where so many parts hang off one card; "3 copies"; else "142 earlier" or "142 later".'
    )
    count: int = strawberry.field(description="How many nodes.")
    by_kind: JSON = strawberry.field(description="The same by kind.")
    services: int = strawberry.field(description="How many of them are deployments: runs of a SERVICE job.")
    upstream: bool = strawberry.field(description="Whether they are upstream of the focus, or downstream.")
    adjacent: list[strawberry.ID] = strawberry.field(description="The cards next to it.")
    members: list[strawberry.ID] = strawberry.field(
        description="uids of the nodes, sorted: as many as `count`, so ask only to compare them with another answer."
    )

    @classmethod
    def of(cls, given: model.Fold) -> "Fold":
        return cls(
            id=strawberry.ID(given.id),
            title=given.title,
            count=given.count,
            by_kind=JSON({kind.value: count for kind, count in given.by_kind.items()}),
            services=given.services,
            upstream=given.upstream,
            adjacent=ids(given.adjacent),
            members=ids(given.members),
        )


@strawberry.type(
    description="What is around one thing. Everything that is up- and downstream of it is counted once: total = shown + folded + filtered."
)
class Focus:
    focus: strawberry.ID = strawberry.field(description="The card in the middle.")
    cards: list[Card] = strawberry.field(description="What is shown, by depth, then uid.")
    edges: list[FocusEdge] = strawberry.field(description="The edges between cards and folds.")
    folds: list[Fold] = strawberry.field(description="What is not shown and does not hang off a card, by id.")
    shown: Long = strawberry.field(description="How many cards.")
    folded: Long = strawberry.field(description="How many nodes are in folds, or hang off cards unseen.")
    filtered: Long = strawberry.field(description="How many nodes `kinds` leaves out.")
    total: Long = strawberry.field(
        description="How many nodes: both sides, copies of its bytes and the focus. Without commits and environments, unless they are cards."
    )
    up_total: Long = strawberry.field(description="How many nodes are upstream: those of `provenance`.")
    down_total: Long = strawberry.field(description="How many nodes depend on it: the total of `impact`.")
    total_by_kind: JSON = strawberry.field(description="`total` by kind, also of what `kinds` leaves out.")
    services_total: Long = strawberry.field(description="How many of them are deployments: runs of a SERVICE job.")
    unopened: list[strawberry.ID] = strawberry.field(description="What `open` names and is not there.")
    completeness: Completeness = strawberry.field(
        description="Whether both walks are all there is, and what they can't see. What is folded is not left out."
    )
    seq: Long = strawberry.field(description="Position of the log at which it was answered.")
    head_hash: str = strawberry.field(description="Hash of the log up to there.")

    @classmethod
    def of(cls, given: model.Focus, view: View) -> "Focus":
        view.loader.know(card.node for card in given.cards)
        return cls(
            focus=strawberry.ID(given.focus),
            cards=[Card.of(card, view) for card in given.cards],
            edges=[FocusEdge.of(edge) for edge in given.edges],
            folds=[Fold.of(fold) for fold in given.folds],
            shown=Long(given.shown),
            folded=Long(given.folded),
            filtered=Long(given.filtered),
            total=Long(given.total),
            up_total=Long(given.up_total),
            down_total=Long(given.down_total),
            total_by_kind=JSON({kind.value: count for kind, count in given.total_by_kind.items()}),
            services_total=Long(given.services_total),
            unopened=ids(given.unopened),
            completeness=Completeness.of(given.completeness),
            seq=Long(given.position.seq),
            head_hash=given.position.head_hash,
        )
