"""What came from this, and what has to be done about it?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from whence.model.answers import Impact, Subgraph, Walk
from whence.model.kinds import DOWNSTREAM_EDGES, VERSION_KINDS, Direction, Kind
from whence.queries.complete import completeness
from whence.queries.gaps import gaps
from whence.queries.instants import is_serving
from whence.queries.model_uses import Reach, reach, trained
from whence.queries.models import makers
from whence.queries.owners import behind, owner_of, unknown_reads
from whence.queries.pages import newest_first
from whence.queries.remarks import remarks
from whence.queries.same import group, twins
from whence.queries.walked import USUAL_WALK, at_rest, walk_from

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from whence.model.graph import Node
    from whence.store.port import Store

_NOT_COUNTED = frozenset({Kind.CONTENT, Kind.COMMIT, Kind.ENVIRONMENT})


async def impact(store: Store, ref: str, walk: Walk = USUAL_WALK) -> Impact:
    """Everything downstream of what a REF means, and what of it matters (semantics page, Answers: D without S).

    `total` and `counts_by_kind` count the same nodes. Raises NotFound, Ambiguous, BadRequest.
    """
    return await at_rest(lambda: _ask(store, ref, walk))


async def _ask(store: Store, ref: str, walk: Walk) -> tuple[Impact, bool]:
    walked = await walk_from(store, ref, Direction.DOWNSTREAM, DOWNSTREAM_EDGES, walk)
    closure = walked.closure
    down = reach(closure.nodes, closure.edges, closure.roots)
    made = await makers(store, down.models(), walk.as_of)
    users = {use.start for use in trained(down, made.edges)} - down.asked
    named = await behind(store, closure.nodes)
    dependents = [node for node in closure.nodes if node.uid not in down.asked and node.kind not in _NOT_COUNTED]
    own_names = twins(closure.roots, closure.edges)
    found = gaps(closure.nodes, closure.edges, walked.log, await unknown_reads(store, named.values(), walk.as_of))
    said = remarks(walked, Direction.DOWNSTREAM)
    counts = Counter(node.kind for node in dependents)
    answer = Impact(
        subgraph=Subgraph(
            roots=closure.roots,
            nodes=closure.nodes,
            edges=closure.edges,
            depths=closure.depths,
            completeness=completeness(closure, found, remarks=said, as_of=walk.as_of),
            position=closure.position,
        ),
        serving_now=tuple(sorted((node for node in dependents if is_serving(node)), key=newest_first)),
        models_to_retrain=_newest_of_each_model(down, users, named, dependents),
        copies=tuple(
            sorted(
                (node for node in closure.nodes if _is_copy(node, down, own_names)),
                key=newest_first,
            )
        ),
        owners=_owners(dependents, named),
        total=len(dependents),
        counts_by_kind={kind: counts[kind] for kind in Kind if counts[kind]},
    )
    return answer, made.position == closure.position


def _newest_of_each_model(
    down: Reach, users: Collection[str], named: Mapping[str, Node], dependents: Collection[Node]
) -> tuple[Node, ...]:
    """The newest version in D of each model of which a version used what was asked for, other than to be evaluated on it."""
    models = {_model(down.nodes[uid], named) for uid in users}
    newest: dict[str, Node] = {}
    for node in sorted((node for node in dependents if node.kind is Kind.MODEL_VERSION), key=newest_first):
        model = _model(node, named)
        if model in models:
            newest.setdefault(model, node)
    return tuple(newest[model] for model in sorted(newest))


def _model(version: Node, named: Mapping[str, Node]) -> str:
    """The least name of the model that a version is of."""
    asset = owner_of(version) or version.uid
    return group(named[asset])[0] if asset in named else asset


def _is_copy(node: Node, down: Reach, own_names: Collection[str]) -> bool:
    return node.kind in VERSION_KINDS and node.uid in down.asked and node.uid not in own_names


def _owners(dependents: Collection[Node], named: Mapping[str, Node]) -> tuple[str, ...]:
    assets_and_jobs = {uid for node in dependents if (uid := owner_of(node)) in named and uid is not None}
    return tuple(sorted({owner for uid in assets_and_jobs for owner in named[uid].owners}))
