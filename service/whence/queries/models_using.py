"""Which models used this, how, and by which events is it known?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.model.answers import ModelUse, Page, Path, Walk
from whence.model.graph import Edge, Node, VersionDetail
from whence.model.kinds import DOWNSTREAM_EDGES, Direction, How
from whence.queries.complete import completeness
from whence.queries.evaluations import evaluations
from whence.queries.gaps import gaps
from whence.queries.instants import as_it_was
from whence.queries.model_uses import Reach, Use, evaluated, reach, shortest, trained
from whence.queries.models import makers
from whence.queries.owners import behind, unknown_reads
from whence.queries.pages import answered, newest_first, page_of
from whence.queries.paths import Tree, as_path, chain, spread
from whence.queries.remarks import remarks
from whence.queries.same import among_equals, versions_among
from whence.queries.walked import WHOLE, Walked, at_rest, walk_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence.store.port import Store


class _Answer(msgspec.Struct, frozen=True):
    walked: Walked
    down: Reach
    back: Tree
    """The shortest ways from D back to S."""
    home: Tree
    """The ways from the rest of S, over equal bytes and other names, to the versions that were asked for."""
    uses: dict[str, dict[How, Use]]
    nodes: Mapping[str, Node]
    """D, and the models that were evaluated on it."""
    evaluations: tuple[Edge, ...]


async def models_using(
    store: Store, ref: str, as_of: int | None = None, first: int = 100, after: str | None = None
) -> Page[ModelUse]:
    """Model versions that used what a REF means ("Which models used this"), each with its ways of use in the order of How and a shortest
    path for each; ordered by the model's name, newest version first. `as_of` in ns UTC.

    A version with several names is listed once, under the least. Raises NotFound, Ambiguous, and BadRequest for a cursor that is none.
    """
    answer = await at_rest(lambda: _ask(store, ref, as_of))
    closure = answer.walked.closure
    assets = await behind(store, [*closure.nodes, *answer.nodes.values()])
    page = page_of(
        [answer.nodes[uid] for uid in answer.uses],
        lambda node: (_name(node), *newest_first(node)),
        first=first,
        after=after,
        position=closure.position,
    )
    found = gaps(
        answer.nodes.values(),
        (*closure.edges, *answer.evaluations),
        answer.walked.log,
        await unknown_reads(store, assets.values(), as_of),
    )
    said = _remarks(answer)
    shown = (_model_use(answer, node, assets, as_of) for node in page.items)
    return answered(page, shown, closure, completeness(closure, found, remarks=said, as_of=as_of))


async def _ask(store: Store, ref: str, as_of: int | None) -> tuple[_Answer, bool]:
    walked = await walk_from(store, ref, Direction.DOWNSTREAM, DOWNSTREAM_EDGES, Walk(as_of=as_of, max_nodes=WHOLE))
    closure = walked.closure
    down = reach(closure.nodes, closure.edges, closure.roots)
    made = await makers(store, down.models(), as_of)
    tests = await evaluations(store, down, as_of)
    tested = list(evaluated(down, tests.inputs, tests.nodes, tests.states))
    uses = [*trained(down, made.edges), *tested]
    used = {use.version for use in tested} | {use.start for use in tested}
    nodes = {uid: node for uid, node in tests.nodes.items() if uid in down.nodes or uid in used}
    back = spread(down.asked, closure.edges, Direction.DOWNSTREAM)
    home = spread(versions_among(closure.roots), among_equals(closure.edges), Direction.DOWNSTREAM)
    best = shortest(uses, back)
    rested = all(hop.position == closure.position for hop in (made, *tests.hops))
    heads = tuple(edge for use in tested for edge in use.head)
    return _Answer(walked, down, back, home, best, nodes, heads), rested


def _name(node: Node) -> str:
    return node.detail.asset_name if isinstance(node.detail, VersionDetail) else node.name


def _remarks(answer: _Answer) -> tuple[str, ...]:
    said = remarks(answer.walked, Direction.DOWNSTREAM)
    if answer.uses:
        return said
    if not answer.walked.closure.roots:
        return said
    if answer.down.models():
        return (*said, "Models came after it, but no event says that one used it or anything made from it.")
    return (*said, "No recorded model used it.")


def _model_use(answer: _Answer, node: Node, assets: Mapping[str, Node], as_of: int | None) -> ModelUse:
    hows = answer.uses[node.uid]
    assert isinstance(node.detail, VersionDetail)
    ordered = tuple(how for how in How if how in hows)
    paths = [_via(answer, hows[how]) for how in ordered]
    return ModelUse(as_it_was(assets[node.detail.asset], as_of), node, ordered, tuple(paths))


def _via(answer: _Answer, use: Use) -> Path:
    """The shortest way to S and, where that ends at bytes equal to those asked for, on to these."""
    way = (*use.head, *answer.back.trail(use.entry))
    met = chain(use.start, way)[-1]
    beyond = answer.home.trail(met) if met in answer.home.distance else ()
    return as_path(use.start, (*way, *beyond), answer.nodes)
