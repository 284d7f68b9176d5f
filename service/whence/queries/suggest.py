"""What comes near to a REF that nothing answers to."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from whence.model import uid as uids
from whence.model.answers import NodeFilter
from whence.model.kinds import ASSET_KINDS, Kind
from whence.queries.same import group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.model.graph import Node
    from whence.store.port import Store

MOST = 5
_KINDS = (*sorted(ASSET_KINDS), Kind.JOB)
_COMPARED = 1000
"""How many of the newest names are compared for a slip of the pen."""


async def suggestions(store: Store, ref: str) -> tuple[str, ...]:
    """Up to five uids: of an unknown version its asset and newest versions; else names that contain the REF's last part, or are spelt like it."""
    if uids.prefix_of(ref) == "version":
        near = await _of_its_asset(store, ref)
        if near:
            return near
    for text in _texts(ref):
        page = await store.find(NodeFilter(text=text, kinds=_KINDS), first=MOST)
        if page.items:
            return tuple(node.uid for node in page.items)
    newest = await store.find(NodeFilter(kinds=_KINDS), first=_COMPARED)
    return _spelt_alike(ref, newest.items)


async def _of_its_asset(store: Store, ref: str) -> tuple[str, ...]:
    try:
        asset_uid = uids.parse_version(ref).asset_uid
    except ValueError:
        return ()
    asset = (await store.get([asset_uid], facets=False)).get(asset_uid)
    if asset is None:
        return ()
    newest = await store.find(NodeFilter(versions_of=group(asset)), first=MOST - 1)
    return (asset.uid, *(node.uid for node in newest.items))


def _texts(ref: str) -> Iterable[str]:
    """The REF, then its parts that are most likely a name, longest first; too short ones would match anything."""
    bare = ref.partition("@")[0]
    last = bare.rstrip("/").rpartition("/")[2]
    return dict.fromkeys(
        text for text in (ref, bare, last, last.rpartition(" ")[2], last.partition(".")[0]) if len(text) > 2
    )


def _spelt_alike(ref: str, nodes: Iterable[Node]) -> tuple[str, ...]:
    by_name: dict[str, str] = {}
    for node in nodes:
        by_name.setdefault(node.name.lower(), node.uid)
        by_name.setdefault(node.name.rpartition("/")[2].lower(), node.uid)
    wanted = ref[:200].lower()
    near = difflib.get_close_matches(wanted, by_name, n=MOST) or difflib.get_close_matches(
        wanted.rpartition("/")[2], by_name, n=MOST
    )
    return tuple(dict.fromkeys(by_name[name] for name in near))
