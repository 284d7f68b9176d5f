"""Which versions of this are there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from whence.errors import BadRequest
from whence.model.answers import NodeFilter, Page
from whence.model.graph import Node, VersionDetail
from whence.model.kinds import ASSET_KINDS
from whence.queries.complete import whole
from whence.queries.find import find
from whence.queries.resolve import resolve_one

if TYPE_CHECKING:
    from whence.store.port import Store


async def versions(
    store: Store, ref: str, first: int = 50, after: str | None = None, as_of: int | None = None
) -> Page[Node]:
    """The versions of an asset under all of its names, newest first; of a version: of its asset. `as_of` in ns UTC.

    Raises NotFound, Ambiguous, and BadRequest for what has no versions or a cursor that is none.
    """
    node = await resolve_one(store, ref)
    if isinstance(node.detail, VersionDetail):
        asset = node.detail.asset
    elif node.kind in ASSET_KINDS:
        asset = node.uid
    else:
        raise BadRequest(
            f"{node.uid} is a {node.kind.value.lower()}: it has no versions.",
            hint="Ask for the versions of a dataset, a model or an artifact.",
        )
    page = await find(store, NodeFilter(versions_of=(asset,), as_of=as_of), first, after)
    if page.total:
        return page
    why = (
        "No version of it has been recorded, only its name."
        if as_of is None
        else "No version of it had been recorded at that time."
    )
    return msgspec.structs.replace(page, completeness=whole(page.completeness.gaps, remarks=(why,), as_of=as_of))
