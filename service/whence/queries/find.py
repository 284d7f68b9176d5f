"""Search: which nodes are there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.errors import BadRequest
from whence.queries.complete import whole
from whence.queries.gaps import gaps
from whence.queries.instants import all_as_they_were
from whence.queries.pages import check_first
from whence.queries.same import group
from whence.queries.walked import log_now

if TYPE_CHECKING:
    from whence.model.answers import NodeFilter, Page
    from whence.model.graph import Node
    from whence.store.port import Store


async def find(store: Store, wanted: NodeFilter, first: int = 50, after: str | None = None) -> Page[Node]:
    """Nodes by filter, newest first; `versions_of` means all names of those assets (rule 4).

    Raises BadRequest for a cursor that is none, or a time that ends before it begins.
    """
    check_first(first)
    if wanted.since is not None and wanted.until is not None and wanted.until < wanted.since:
        raise BadRequest("until is before since.", hint="Times are [since, until).")
    if wanted.versions_of:
        assets = await store.get(wanted.versions_of, facets=False)
        names = {name for asset in assets.values() for name in group(asset)}
        wanted = msgspec.structs.replace(wanted, versions_of=tuple(sorted(names.union(wanted.versions_of))))
    page = await store.find(wanted, first=first, after=after)
    said = () if page.items or after is not None else ("Nothing recorded fits.",)
    return msgspec.structs.replace(
        page,
        items=all_as_they_were(page.items, wanted.as_of),
        completeness=whole(gaps(page.items, (), await log_now(store)), remarks=said, as_of=wanted.as_of),
    )
