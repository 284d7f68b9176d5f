"""What does nothing account for? Models without a run that made them; runs without data, code or environment.

A version of a model is accounted for by a run that made it, whatever it is called there (rule 5), or that made the same bytes (rule 23).
A run is accounted for by what it says itself or by what any run below it says (CHILD_OF): a pipeline's data is its tasks'. *Data* is
something read. Runs that only others speak of are not counted, nor are commits and tags of git, which execute nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from whence.model import uid
from whence.model.answers import NodeFilter
from whence.model.graph import AssetDetail, Node, RunDetail, VersionDetail
from whence.model.kinds import Direction, EdgeType, Kind, RunState
from whence.model.unaccounted import Unaccounted
from whence.queries.tallies import Seen, Tallies

if TYPE_CHECKING:
    from whence.store.port import Store

MOST: Final = 200_000
"""Versions of models, and runs, that are looked at: the newest of each."""
PAGE: Final = 10_000
_MADE_BY: Final = (EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY)
_SAME: Final = (EdgeType.SAME_STATE, EdgeType.SAME_BYTES)
_NOTHING_EXECUTED: Final = ("git commit", "git tag")
_UP: Final = Direction.UPSTREAM


async def unaccounted(store: Store, namespace: str | None = None, team: str | None = None) -> Unaccounted:
    """Count what nothing accounts for: everywhere, or in a namespace (of a model; of a run's job), or for a team (an owner of the same)."""
    tallies = Tallies(namespace, team)
    owners = _Owners(store)
    models = await _count_models(store, tallies, owners, namespace)
    runs = await _count_runs(store, tallies, owners)
    return tallies.answer(models, runs)


async def _pages(store: Store, wanted: NodeFilter, seen: Seen) -> AsyncIterator[tuple[Node, ...]]:
    after: str | None = None
    while True:
        page = await store.find(wanted, first=min(PAGE, MOST - seen.nodes), after=after)
        seen.positions.append(page.position)
        seen.nodes += len(page.items)
        yield page.items
        if not page.has_next:
            return
        if seen.nodes >= MOST:
            seen.all_of_them = False
            return
        after = page.cursors[-1]


async def _count_models(store: Store, tallies: Tallies, owners: _Owners, namespace: str | None) -> Seen:
    seen = Seen()
    async for nodes in _pages(store, NodeFilter(kinds=(Kind.MODEL_VERSION,), namespace=namespace), seen):
        details = [(node.uid, node.detail) for node in nodes if isinstance(node.detail, VersionDetail)]
        # What a run wrote says so itself, which spares a question about most versions.
        written = {version for version, detail in details if detail.written or detail.failed}
        made = written | await _made(store, [version for version, _ in details if version not in written])
        teams = await owners.of([detail.asset for _, detail in details])
        for version, detail in details:
            tallies.model(version, detail.namespace, teams[detail.asset], made=version in made, base=detail.base)
    return seen


async def _made(store: Store, versions: Sequence[str]) -> set[str]:
    """Those of the versions that some run made, under this name or another, or of which some run made the bytes."""
    made = await _with(store, versions, _MADE_BY)
    beyond = await _same_as(store, [version for version in versions if version not in made], _SAME)
    # The names of a state hang on the least of them, so another name is at most two hops away.
    farther = await _same_as(store, sorted({other for others in beyond.values() for other in others}), _SAME[:1])
    reached = {
        version: {*others, *(far for other in others for far in farther[other])} for version, others in beyond.items()
    }
    makers = await _with(store, sorted({other for others in reached.values() for other in others}), _MADE_BY)
    return made | {version for version, others in reached.items() if not makers.isdisjoint(others)}


async def _same_as(store: Store, versions: Sequence[str], types: Sequence[EdgeType]) -> dict[str, set[str]]:
    hop = await store.expand(versions, _UP, types) if versions else None
    return {version: {edge.target for edge in (hop.edges.get(version, ()) if hop else ())} for version in versions}


async def _with(store: Store, uids: Sequence[str], types: Sequence[EdgeType]) -> set[str]:
    """Those from which some edge of these types leads."""
    if not uids:
        return set()
    hop = await store.expand(uids, _UP, types, first=1)
    return {each for each, edges in hop.edges.items() if edges}


async def _count_runs(store: Store, tallies: Tallies, owners: _Owners) -> Seen:
    """All runs are read, also of other namespaces and teams: a run's children may be anybody's."""
    seen = Seen()
    runs: list[tuple[str, str | None]] = []
    parents: dict[str, str] = {}
    has_data: set[str] = set()
    has_code: set[str] = set()
    has_environment: set[str] = set()
    async for nodes in _pages(store, NodeFilter(kinds=(Kind.RUN,)), seen):
        has_data |= await _with(store, [node.uid for node in nodes], [EdgeType.USED])
        for node in nodes:
            assert isinstance(node.detail, RunDetail)
            if node.detail.parent is not None:
                parents[node.uid] = node.detail.parent
            if node.detail.commit is not None:
                has_code.add(node.uid)
            if node.detail.environment is not None:
                has_environment.add(node.uid)
            if _executes(node.detail):
                runs.append((node.uid, node.detail.job))
    for having in (has_data, has_code, has_environment):
        _lift(having, parents)
    teams = await owners.of([job for _, job in runs if job is not None])
    for run, job in runs:
        tallies.run(
            run,
            None if job is None else uid.parse_job(job)[0],
            () if job is None else teams[job],
            data=run in has_data,
            code=run in has_code,
            environment=run in has_environment,
        )
    return seen


def _executes(run: RunDetail) -> bool:
    return run.state is not RunState.UNKNOWN and (run.job is None or uid.parse_job(run.job)[1] not in _NOTHING_EXECUTED)


def _lift(having: set[str], parents: dict[str, str]) -> None:
    """What a run has, the runs above it have. A circle of parents ends where it was passed."""
    for run in tuple(having):
        above = parents.get(run)
        while above is not None and above not in having:
            having.add(above)
            above = parents.get(above)


class _Owners:
    """Owners of jobs and of assets, of an asset under any of its names; each is asked for once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[str, ...]] = {}

    async def of(self, uids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        asked = set(uids)
        nodes = await self._get(asked - self._known.keys())
        names = {each: node.detail.same_as for each, node in nodes.items() if isinstance(node.detail, AssetDetail)}
        others = await self._get({name for group in names.values() for name in group} - nodes.keys())
        everything = others | nodes
        for each in asked - self._known.keys():
            group = (each, *names.get(each, ()))
            self._known[each] = tuple(
                sorted({owner for name in group if name in everything for owner in everything[name].owners})
            )
        return {each: self._known[each] for each in asked}

    async def _get(self, uids: set[str]) -> dict[str, Node]:
        return await self._store.get(sorted(uids), facets=False) if uids else {}
