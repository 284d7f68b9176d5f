"""The assets and jobs behind the versions and runs that a walk passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model import uid as uids
from whence.model.graph import Node, RunDetail, VersionDetail
from whence.model.kinds import ASSET_KINDS
from whence.queries.instants import exists
from whence.queries.same import group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.store.port import Store


def owner_of(node: Node) -> str | None:
    """uid of the asset of a version, of the job of a run, of an asset or job itself; else None."""
    match node.detail:
        case VersionDetail(asset=asset):
            return asset
        case RunDetail(job=job):
            return job
    return node.uid if uids.prefix_of(node.uid) in ("asset", "job") else None


async def behind(store: Store, nodes: Iterable[Node]) -> dict[str, Node]:
    """The assets of the versions and the jobs of the runs among `nodes`, by uid."""
    wanted = {uid for node in nodes if (uid := owner_of(node)) is not None}
    return await store.get(sorted(wanted), facets=False) if wanted else {}


async def unknown_reads(store: Store, assets: Iterable[Node], as_of: int | None = None) -> tuple[str, ...]:
    """uids of the unversioned states (rule 17) under any name of these assets: who read one may have read what was asked for,
    and a downstream walk doesn't get there.
    """
    names = {name for asset in assets if asset.kind in ASSET_KINDS for name in group(asset)}
    if not names:
        return ()
    found = await store.get([uids.unversioned(name) for name in sorted(names)], facets=False)
    return tuple(sorted(node.uid for node in found.values() if exists(node, as_of)))
