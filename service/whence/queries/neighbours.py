"""What is one hop away?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.errors import NotFound
from whence.model.answers import Page
from whence.model.kinds import Direction, EdgeType
from whence.queries.complete import whole
from whence.queries.gaps import gaps
from whence.queries.pages import MOST, check_first
from whence.queries.walked import log_now
from whence.store.order import far_end, to_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.model.answers import Hop
    from whence.model.graph import Edge, Node
    from whence.store.port import LogPage, Store


async def neighbours(
    store: Store,
    uids: Sequence[str],
    edges: Sequence[EdgeType] | None,
    upstream: bool,
    first: int = 50,
    after: str | None = None,
    as_of: int | None = None,
) -> dict[str, Page[Edge]]:
    """Of each node, by its uid, a page of the edges that leave (upstream) or enter it, of these types or, with None, of all; newest first,
    then by the far end's uid. `as_of` in ns UTC.

    These are uids, not REFs; one without a node is left out. Raises BadRequest for a cursor that is none, and for one with several uids: it fits one.
    """
    check_first(first)
    direction = Direction.UPSTREAM if upstream else Direction.DOWNSTREAM
    types = tuple(EdgeType) if edges is None else tuple(edges)
    hop = await store.expand(uids, direction, types, as_of=as_of, first=first, after=after)
    alone = [uid for uid in uids if not hop.edges.get(uid)]
    known = await store.get(alone, facets=False) if alone else {}
    log = await log_now(store)
    return {uid: _page(uid, hop, log, direction) for uid in dict.fromkeys(uids) if uid in known or hop.edges.get(uid)}


def _page(uid: str, hop: Hop, log: LogPage, direction: Direction) -> Page[Edge]:
    found = hop.edges.get(uid, ())
    total = hop.totals.get(uid, len(found))
    return Page(
        items=found,
        cursors=tuple(to_cursor(*far_end(edge, direction)) for edge in found),
        has_next=uid in hop.more,
        total=total,
        total_exact=total < MOST,
        position=hop.position,
        completeness=whole(gaps((), found, log)),
    )


async def holders(store: Store, content: str, first: int = 50, after: str | None = None) -> Page[Node]:
    """The versions that hold these bytes, newest first. `content` is a uid. Raises NotFound when there is no such node, BadRequest for a cursor that is none."""
    pages = await neighbours(store, [content], [EdgeType.HAS_CONTENT], upstream=False, first=first, after=after)
    if content not in pages:
        raise NotFound(f"There is no node {content[:200]!r}.")
    page = pages[content]
    nodes = await store.get([edge.source for edge in page.items], facets=False)
    held = [
        (nodes[edge.source], cursor)
        for edge, cursor in zip(page.items, page.cursors, strict=True)
        if edge.source in nodes
    ]
    return Page(
        items=tuple(node for node, _ in held),
        cursors=tuple(cursor for _, cursor in held),
        has_next=page.has_next,
        total=page.total,
        total_exact=page.total_exact,
        position=page.position,
        completeness=page.completeness,
    )
