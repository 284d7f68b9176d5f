"""What is this model version: a base, released, an intermediate? And where does it serve?"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from whence.model.graph import Alias, Node, VersionDetail
from whence.model.kinds import Direction, EdgeType, InputRole, Kind, ModelRole
from whence.queries.instants import all_as_they_were, as_it_was, is_service, is_serving
from whence.queries.pages import newest_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence.model.answers import Hop
    from whence.store.port import Store

_MADE_BY: Final = (EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY)
_TAKEN_AWAY: Final = ("delete", "remove", "unset")
_MOST_ANCESTORS: Final = 100_000


class _Around(msgspec.Struct, frozen=True):
    """What the roles of some model versions are decided by. `derived`: model versions that derive from each; `made`: makers of all of them."""

    derived: Mapping[str, frozenset[str]]
    derives_any: frozenset[str]
    users: Mapping[str, frozenset[str]]
    made: Mapping[str, frozenset[str]]
    services: frozenset[str]
    root_of: Mapping[str, str]


async def model_role(store: Store, uids: Sequence[str], as_of: int | None = None) -> dict[str, ModelRole | None]:
    """The role of each model version: the first of BASE, RELEASED, INTERMEDIATE that holds, else None; also for what is no model version.

    Something *derives from* a version when it is DERIVED_FROM it, or when a run that used it as BASE_MODEL made it.
    """
    nodes = await store.get(uids, facets=False)
    models = sorted({node.uid for node in nodes.values() if node.kind is Kind.MODEL_VERSION})
    if not models:
        return dict.fromkeys(uids)
    around = await _around(store, models, as_of)
    roles = {uid: _role(as_it_was(node, as_of), around) for uid, node in nodes.items() if node.uid in set(models)}
    return {uid: roles.get(uid) for uid in uids}


def _role(node: Node, around: _Around) -> ModelRole | None:
    assert isinstance(node.detail, VersionDetail)
    uid = node.uid
    if node.detail.base or (uid in around.derives_any and not around.made.get(uid)):
        return ModelRole.BASE
    if _is_aliased(node.detail.aliases) or around.users.get(uid, frozenset()) & around.services:
        return ModelRole.RELEASED
    own_roots = {around.root_of[run] for run in around.made.get(uid, ())}
    others = (run for other in around.derived.get(uid, ()) for run in around.made.get(other, ()))
    return ModelRole.INTERMEDIATE if any(around.root_of[run] in own_roots for run in others) else None


def _is_aliased(aliases: Iterable[Alias]) -> bool:
    """Whether some alias still names the version: the last thing said of it is not that it was taken away."""
    last = {alias.name: alias.action.lower() for alias in sorted(aliases, key=lambda alias: alias.at)}
    return any(not action.startswith(_TAKEN_AWAY) for action in last.values())


async def _around(store: Store, models: Sequence[str], as_of: int | None) -> _Around:
    below = await store.expand(models, Direction.DOWNSTREAM, [EdgeType.DERIVED_FROM, EdgeType.USED], as_of=as_of)
    uses = {uid: [edge for edge in edges if edge.type is EdgeType.USED] for uid, edges in below.edges.items()}
    trainers = sorted({edge.source for edges in uses.values() for edge in edges if edge.role is InputRole.BASE_MODEL})
    tuned = _ends(
        await store.expand(trainers, Direction.DOWNSTREAM, [EdgeType.GENERATED_BY], as_of=as_of), sources=True
    )
    derived = {
        uid: frozenset(
            [edge.source for edge in edges if edge.type is EdgeType.DERIVED_FROM]
            + [made for edge in uses[uid] if edge.role is InputRole.BASE_MODEL for made in tuned.get(edge.source, ())]
        )
        - {uid}
        for uid, edges in below.edges.items()
    }
    everything = sorted({*models, *(other for many in derived.values() for other in many)})
    made = _ends(await makers(store, everything, as_of), sources=False)
    users = {uid: frozenset(edge.source for edge in edges) for uid, edges in uses.items()}
    wanted = sorted({*everything, *(run for runs in users.values() for run in runs)})
    nodes = await store.get(wanted, facets=False)
    return _Around(
        derived={
            uid: frozenset(other for other in others if other in nodes and nodes[other].kind is Kind.MODEL_VERSION)
            for uid, others in derived.items()
        },
        derives_any=frozenset(uid for uid, others in derived.items() if others),
        users=users,
        made=made,
        services=frozenset(uid for uid, node in nodes.items() if is_service(node)),
        root_of=await _root_runs(store, sorted({run for runs in made.values() for run in runs}), as_of),
    )


async def makers(store: Store, versions: Sequence[str], as_of: int | None) -> Hop:
    """One hop from each version to the runs that made it: GENERATED_BY, and WRITTEN_BY where explicit lineage says what it came from."""
    return await store.expand(versions, Direction.UPSTREAM, _MADE_BY, as_of=as_of)


def _ends(hop: Hop, *, sources: bool) -> dict[str, frozenset[str]]:
    return {
        uid: frozenset(edge.source if sources else edge.target for edge in edges) for uid, edges in hop.edges.items()
    }


async def _root_runs(store: Store, runs: Sequence[str], as_of: int | None) -> dict[str, str]:
    """The topmost parent of each run; of runs on a cycle of parents, which have none (rule 9a), the least."""
    above = await store.closure(runs, Direction.UPSTREAM, [EdgeType.CHILD_OF], as_of=as_of, max_nodes=_MOST_ANCESTORS)
    parents: defaultdict[str, list[str]] = defaultdict(list)
    for edge in above.edges:
        parents[edge.source].append(edge.target)
    return {run: _topmost(run, parents) for run in runs}


def _topmost(run: str, parents: Mapping[str, Sequence[str]]) -> str:
    passed = {run}
    while above := parents.get(run):
        run = min(above)
        if run in passed:
            return min(passed)
        passed.add(run)
    return run


async def serving(store: Store, version: str, as_of: int | None = None) -> tuple[Node, ...]:
    """The deployments of a model version: runs of SERVICE jobs that used it and have not ended, newest first."""
    hop = await store.expand([version], Direction.DOWNSTREAM, [EdgeType.USED], as_of=as_of)
    runs = await store.get(sorted({edge.source for edge in hop.edges.get(version, ())}), facets=False)
    return tuple(sorted(filter(is_serving, all_as_they_were(runs.values(), as_of)), key=newest_first))
