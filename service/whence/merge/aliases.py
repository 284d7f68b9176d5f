"""Registry aliases of a version, dated: an alias names one version of a group at a time, the one that it was set on last.

Entries: `alias-move`: key = asset uid and alias, time = when it was set or deleted, uid = the action and the version (empty where a deletion names none);
`aliased`: key = version uid, time = when an alias was set on it, uid = the alias. Names and actions are percent-encoded.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from whence.merge.groups import Groups
from whence.merge.overlay import Overlay
from whence.merge.state import Entry, Scan
from whence.model import uid
from whence.model.graph import Alias

_GONE: Final = "DELETE"
_MOVE: Final = "alias-move"
_ALIASED: Final = "aliased"


class AliasMove(NamedTuple):
    """A registry alias was set or deleted at `at` (ns UTC); `version` is a uid, empty where a deletion names none."""

    at: int
    name: str
    action: str
    version: str

    @property
    def deletes(self) -> bool:
        return self.action == _GONE


def keep_moves(overlay: Overlay, groups: Groups, moves: Iterable[tuple[str, AliasMove]]) -> set[str]:
    """Remember what was said of aliases, (asset, move); the versions whose aliases may change by it."""
    new = [(_entry(asset, move), asset, move) for asset, move in sorted(set(moves))]
    concerned: set[str] = set()
    for entry, _, move in new:
        if next(overlay.scan(entry.space, entry.key, low=entry[2:], high=entry[2:]), None) is None:
            overlay.add(entry)
            if move.version and not move.deletes:
                overlay.add(Entry(_ALIASED, move.version, move.at, 0, uid.encode(move.name), uid.encode(move.action)))
    for entry, asset, move in new:
        held = _holder_before(overlay, groups, asset, uid.encode(move.name), _place_of_move(entry))
        concerned |= {version for version in (move.version, held) if version}
    return concerned


def aliases_of(overlay: Overlay, groups: Groups, version: str) -> tuple[Alias, ...]:
    """When each alias came to the version and left it, oldest first: set on another version of the group, an alias leaves this one."""
    members = groups.of(uid.asset_of(version))
    if not any(record.aliased for name in members if (record := overlay.asset(name)) is not None):
        return ()
    twins = groups.twins(version)
    found: list[Alias] = []
    until: dict[str, _Place] = {}
    for came in sorted((entry for twin in twins for entry in overlay.ask(aliases_on(twin))), key=_place):
        if _place(came) < until.get(came.uid, _EVER):
            continue  # set again while it was there
        left = next((move for move in _moves_after(overlay, members, came) if _leaves(move, twins)), None)
        until[came.uid] = _NEVER if left is None else _place_of_move(left)
        found.append(Alias(unquote(came.uid), came.time, unquote(came.extra)))
        if left is not None:
            found.append(Alias(unquote(came.uid), left.time, _GONE))
    return tuple(sorted(found, key=lambda alias: (alias.at, alias.name)))


def aliases_on(version: str) -> Scan:
    return Scan(_ALIASED, version)


_Place = tuple[int, str]
"""Order of moves of one alias: time, then action and version."""
_EVER: Final = (-(2**63), "")
_NEVER: Final = (2**63, "")


def _place(came: Entry) -> _Place:
    return (came.time, f"{came.extra} {came.key}")


def _place_of_move(move: Entry) -> _Place:
    return (move.time, move.uid)


def _entry(asset: str, move: AliasMove) -> Entry:
    return Entry(_MOVE, _key(asset, uid.encode(move.name)), move.at, 0, f"{uid.encode(move.action)} {move.version}", "")


def _key(asset: str, name: str) -> str:
    return f"{asset} {name}"


def _leaves(move: Entry, twins: Sequence[str]) -> bool:
    """Whether the alias leaves the version by this: deleted from it or from whatever has it, or set on another."""
    action, _, version = move.uid.partition(" ")
    return (not version or version in twins) if action == _GONE else version not in twins


def _moves_after(overlay: Overlay, members: Iterable[str], came: Entry) -> Iterator[Entry]:
    low = (came.time, 0, _place(came)[1], "")
    moves = heapq.merge(*(overlay.scan(_MOVE, _key(name, came.uid), low=low) for name in members), key=_place_of_move)
    return (move for move in moves if _place_of_move(move) > _place(came))


def _holder_before(overlay: Overlay, groups: Groups, asset: str, name: str, place: _Place) -> str:
    """The version that the alias was set on last before a place; empty when there is none."""
    best: Entry | None = None
    for member in groups.of(asset):
        for move in overlay.scan(_MOVE, _key(member, name), high=(place[0], 0, place[1], ""), reverse=True):
            if _place_of_move(move) < place and not move.uid.startswith(f"{_GONE} "):
                best = move if best is None or _place_of_move(move) > _place_of_move(best) else best
                break
    return best.uid.partition(" ")[2] if best else ""
