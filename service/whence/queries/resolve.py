"""What does a REF mean? The first form that fits (interface page, REF); paths are hashed by the command line before they come here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

from whence.errors import Ambiguous, NotFound
from whence.facts.part_files import directory_in
from whence.model import uid as uids
from whence.model.answers import NodeFilter, Resolution
from whence.model.graph import Node, VersionDetail
from whence.model.kinds import ASSET_KINDS, Direction, EdgeType, Kind
from whence.queries.same import group
from whence.queries.suggest import suggestions
from whence.store.port import Store

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DIGEST = re.compile(r"([A-Za-z][A-Za-z0-9-]*):([0-9A-Fa-f]+)")
_HEX_PREFIX = re.compile(r"[0-9A-Fa-f]{8,}")
_NAMED_KINDS = (*sorted(ASSET_KINDS), Kind.JOB)
_SPLITS = 4
_MOST_CANDIDATES = 100
_MOST_DIGESTS = 8
_MOST_ATTEMPTS = 100_000

Look = Callable[[Store, str], Awaitable[Sequence[Node]]]


async def resolve(store: Store, ref: str) -> Resolution:
    """One node, or the candidates of the first form that fits several, or suggestions when nothing is known by this REF.

    After the forms of the interface page come two more: a run id that is no UUID (rule 1 keeps those as they are), and a file that is read as a part of
    its directory (rule 6a).
    """
    if _is_text(ref):
        for look in _LOOKS:
            found = await look(store, ref)
            if len(found) == 1:
                return Resolution(node=found[0])
            if found:
                return Resolution(candidates=tuple(sorted(found, key=lambda node: node.uid)[:_MOST_CANDIDATES]))
        return Resolution(suggestions=await suggestions(store, ref))
    return Resolution()


async def resolve_one(store: Store, ref: str) -> Node:
    """The one node that a REF means. Raises NotFound with suggestions, or Ambiguous with the candidates' uids."""
    found = await resolve(store, ref)
    if found.node is not None:
        return found.node
    shown = ref if len(ref) <= 200 else f"{ref[:200]}…"
    if found.candidates:
        candidates = [node.uid for node in found.candidates]
        raise Ambiguous(f"{shown!r} means {len(candidates)} things: {_listed(candidates)}.", candidates=candidates)
    hint = f"Did you mean {_listed(found.suggestions)}?" if found.suggestions else None
    raise NotFound(f"Nothing is known as {shown!r}.", hint=hint, suggestions=found.suggestions)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _is_text(ref: str) -> bool:
    """Lone surrogates are in no uid and in no name."""
    try:
        ref.encode()
    except UnicodeEncodeError:
        return False
    return bool(ref)


async def _by_uid(store: Store, ref: str) -> Sequence[Node]:
    return await _get(store, [ref]) if uids.prefix_of(ref) else ()


async def _by_digest(store: Store, ref: str) -> Sequence[Node]:
    """The content of these bytes, of several digests the first that is known; else the versions that carry a digest without it making
    content (weak ones, empty files).
    """
    contents = await contents_of(store, ref)
    if contents:
        return contents[:1]
    for algorithm, value in digests_in(ref):
        if found := await _find(store, NodeFilter(digest=f"{algorithm}:{value}")):
            return found
    return ()


def digests_in(ref: str) -> list[tuple[str, str]]:
    """(algorithm, value) of each digest of a REF `{algorithm}:{hex}` or of several of the same bytes with commas between; none of any other REF."""
    found = [_DIGEST.fullmatch(part) for part in ref.split(",", _MOST_DIGESTS)]
    return [(match[1].lower(), match[2].lower()) for match in found if match] if all(found) else []


async def contents_of(store: Store, ref: str) -> list[Node]:
    """The contents of the digests in a REF, in their order. Whoever asks by several has seen that they are of the same bytes."""
    wanted = [uids.content(algorithm, value) for algorithm, value in digests_in(ref)]
    return await _get(store, wanted) if wanted else []


async def _by_run_id(store: Store, ref: str) -> Sequence[Node]:
    return await _last_attempt(store, ref) if _UUID.fullmatch(ref) else ()


async def _last_attempt(store: Store, run_id: str) -> Sequence[Node]:
    """The bare run id is the last attempt (rule 1): the end of the chain of RESTART_OF."""
    first = uids.run(run_id)
    if not await _get(store, [first]):
        return ()
    chain = await store.closure([first], Direction.DOWNSTREAM, [EdgeType.RESTART_OF], max_nodes=_MOST_ATTEMPTS)
    return chain.nodes[-1:]


async def _by_name_and_version(store: Store, ref: str) -> Sequence[Node]:
    """`name@version`, the name as in the two forms of a name; the version under any name of the asset (rule 4)."""
    for name, version in _splits(ref, "@"):
        assets = [*await _named(store, name, tuple(sorted(ASSET_KINDS))), *await _in_namespace(store, name)]
        wanted = dict.fromkeys(
            uid
            for asset in assets
            for alias in group(asset)
            if asset.kind in ASSET_KINDS
            for uid in _versions(alias, version)
        )
        found = await _get(store, list(wanted))
        if found:
            return _one_of_each_state(found, assets)
    return ()


def _versions(asset_uid: str, version: str) -> Iterator[str]:
    """The version as a producer named it, and as whence itself may have minted it (`~`, `run:…`, `{alg}:{value}`)."""
    yield uids.version_of(asset_uid, version)
    if version == uids.UNVERSIONED:
        yield uids.unversioned(asset_uid)
    head, colon, tail = version.partition(":")
    if colon:
        yield f"version{asset_uid[5:]}/{uids.encode(head)}:{uids.encode(tail).replace('%40', '@').replace('%3A', ':')}"


def _one_of_each_state(versions: Sequence[Node], assets: Sequence[Node]) -> Sequence[Node]:
    """The same version under several names of an asset is one (rule 5): the one under the least name stands for it."""
    least = {alias: group(asset)[0] for asset in assets for alias in group(asset)}
    states: dict[tuple[str, str], Node] = {}
    for node in sorted(versions, key=lambda node: node.uid):
        asset = node.detail.asset if isinstance(node.detail, VersionDetail) else node.uid
        states.setdefault((least.get(asset, asset), node.uid.rpartition("/")[2]), node)
    return list(states.values())


async def _by_name(store: Store, ref: str) -> Sequence[Node]:
    return await _named(store, ref, _NAMED_KINDS)


async def _named(store: Store, name: str, kinds: tuple[Kind, ...]) -> Sequence[Node]:
    return _one_of_each_group(await _find(store, NodeFilter(name=name, kinds=kinds)))


async def _by_namespace_and_name(store: Store, ref: str) -> Sequence[Node]:
    return await _in_namespace(store, ref)


async def _in_namespace(store: Store, ref: str) -> Sequence[Node]:
    """`namespace name`, parted at any one space: both may hold spaces."""
    parted = [mint(namespace, name) for namespace, name in _splits(ref, " ") for mint in (uids.asset, uids.job)]
    return _one_of_each_group(await _get(store, parted)) if parted else ()


async def _by_hex_prefix(store: Store, ref: str) -> Sequence[Node]:
    """Contents and commits; versions only where no content found is theirs."""
    if _HEX_PREFIX.fullmatch(ref) is None:
        return ()
    prefix = ref.lower()
    found = await _find(store, NodeFilter(digest=prefix))
    contents = {node.uid for node in found if node.kind is Kind.CONTENT}
    return [node for node in found if not _is_held(node, prefix, contents)]


def _is_held(node: Node, prefix: str, contents: set[str]) -> bool:
    if not isinstance(node.detail, VersionDetail):
        return False
    meant = (digest for digest in node.detail.digests if digest.value.startswith(prefix))
    return any(uids.content(digest.algorithm, digest.value) in contents for digest in meant)


async def _by_other_run_id(store: Store, ref: str) -> Sequence[Node]:
    attempt = await _get(store, [f"run/{ref}"])
    return attempt or await _last_attempt(store, ref)


async def _by_part_file(store: Store, ref: str) -> Sequence[Node]:
    """A file that Spark wrote, of which nothing is known by itself, is its directory (rule 6a)."""
    directory = directory_in(ref)
    return (await _by_name(store, directory) or await _in_namespace(store, directory)) if directory else ()


_LOOKS: tuple[Look, ...] = (
    _by_uid,
    _by_digest,
    _by_run_id,
    _by_name_and_version,
    _by_name,
    _by_namespace_and_name,
    _by_hex_prefix,
    _by_other_run_id,
    _by_part_file,
)


async def _get(store: Store, wanted: Sequence[str]) -> list[Node]:
    """The nodes there are, each once: two uids may be answered by one successor (rule 9)."""
    found = await store.get(wanted, facets=False)
    return list({node.uid: node for node in found.values()}.values())


async def _find(store: Store, wanted: NodeFilter) -> Sequence[Node]:
    return (await store.find(wanted, first=_MOST_CANDIDATES)).items


def _one_of_each_group(nodes: Iterable[Node]) -> Sequence[Node]:
    """Several names of one asset are one thing (rule 4): the least of those found stands for it."""
    things: dict[str, Node] = {}
    for node in sorted(nodes, key=lambda node: node.uid):
        things.setdefault(group(node)[0], node)
    return list(things.values())


def _splits(ref: str, mark: str) -> Iterator[tuple[str, str]]:
    """The two parts at each mark that leaves both of them something, from the right; a few only."""
    at = len(ref)
    for _ in range(_SPLITS):
        at = ref.rfind(mark, 0, at)
        if at < 0:
            return
        if 0 < at < len(ref) - 1:
            yield ref[:at], ref[at + 1 :]
