"""Registry aliases of a version, dated: an alias names one version of a group at a time, the one that it was set on last."""

from __future__ import annotations

from whence.merge.groups import Groups
from whence.merge.overlay import Overlay
from whence.merge.records import AliasMove
from whence.model import uid
from whence.model.graph import Alias

_GONE = "DELETE"


def aliases_of(overlay: Overlay, groups: Groups, version: str) -> tuple[Alias, ...]:
    """When each alias came to the version and left it, oldest first: set on another version of the group, an alias leaves this one."""
    twins = set(groups.twins(version))
    held: set[str] = set()
    found: list[Alias] = []
    for move in moves_of(overlay, groups, uid.asset_of(version)):
        deletes = move.action == _GONE
        comes = not deletes and move.version in twins
        if comes and move.name not in held:
            held.add(move.name)
            found.append(Alias(move.name, move.at, move.action))
        elif not comes and move.name in held and (not deletes or not move.version or move.version in twins):
            held.discard(move.name)
            found.append(Alias(move.name, move.at, _GONE))
    return tuple(found)


def moves_of(overlay: Overlay, groups: Groups, asset: str) -> list[AliasMove]:
    """All moves under all names of an asset, oldest first."""
    records = (overlay.asset(name) for name in groups.of(asset))
    return sorted({move for record in records if record for move in record.moves})
