"""Names turn out to be names of one thing, or an asset turns out to be a model: what has to be looked at again (rules 4 to 6).

Uids keep the mentioned name, so most of what hangs on either name stays as it is. What changes: runs that speak of both names or stand
above or below one that speaks of the other, reads by time, and versions that have a twin now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from whence.merge import timelines as tl
from whence.merge.claiming import mentioned_by
from whence.merge.overlay import CHILD, derived_key
from whence.merge.records import AssetRecord
from whence.merge.state import Scan
from whence.merge.versions import VERSIONS
from whence.merge.work import Work

Before = Mapping[str, tuple[AssetRecord | None, AssetRecord]]


def regroup(work: Work, changed: Before) -> None:
    """Note what a late symlink or type concerns."""
    seen: set[str] = set()
    for asset, (before, now) in changed.items():
        members = work.groups.of(asset)
        retyped = before is not None and now.asset_type is not before.asset_type
        if now.same_as != (before.same_as if before else ()) and members[0] not in seen:
            seen.add(members[0])
            _join(work, _parts(work, members, changed))
        if retyped or (before is None and len(members) > 1):
            _place(work, members)


def _parts(work: Work, members: Iterable[str], changed: Before) -> list[tuple[str, ...]]:
    """The groups that the members made before the batch."""
    links = {name: _links_before(work, name, changed) for name in members}
    parts, left = [], set(links)
    while left:
        todo = [min(left)]
        part: set[str] = set()
        while todo:
            name = todo.pop()
            if name in left:
                left.discard(name)
                part.add(name)
                todo += links[name]
        parts.append(tuple(sorted(part)))
    return parts


def _links_before(work: Work, name: str, changed: Before) -> tuple[str, ...]:
    record = changed[name][0] if name in changed else work.overlay.asset(name)
    return record.same_as if record else ()


def _join(work: Work, parts: list[tuple[str, ...]]) -> None:
    members = [name for part in parts for name in part]
    for name in members:
        work.to_bind |= {entry.uid for entry in work.overlay.scan(tl.READ, name)}
        work.rows_changed[name] |= set()
    if len(parts) < 2:
        return
    versions = [{entry.uid for name in part for entry in work.overlay.scan(VERSIONS, name)} for part in parts]
    records = [record for name in members if (record := work.overlay.asset(name)) is not None]
    if len({record.asset_type for record in records}) > 1 or any(record.aliased for record in records):
        _place(work, members)
    else:
        _place_twins(work, versions)
    largest = max(range(len(parts)), key=lambda place: len(versions[place]))
    for place, part in enumerate(parts):
        if place != largest:
            _claim(work, part, set(members).difference(part))


def _claim(work: Work, part: Collection[str], others: Collection[str]) -> None:
    """Of the runs that speak of this part: those that speak of another as well, and those related to runs that may."""
    owners = sorted({owner for name in part for owner in mentioned_by(work.overlay, name)})
    work.overlay.load(map(derived_key, owners))
    work.overlay.expect(Scan(CHILD, owner) for owner in owners)
    for owner in owners:
        derived = work.overlay.derived(owner)
        if derived is None:
            continue
        work.to_claim |= set(derived.above)
        if not set(derived.assets).isdisjoint(others) or work.overlay.has_children(owner):
            work.to_claim.add(owner)


def _place(work: Work, members: Iterable[str]) -> None:
    for name in members:
        _look_again(work, {entry.uid for entry in work.overlay.scan(VERSIONS, name)})
        work.rows_changed[name] |= set()


def _place_twins(work: Work, parts: list[set[str]]) -> None:
    """Only versions that have the same name in another part."""
    names = [{version.rpartition("/")[2] for version in part} for part in parts]
    for place, part in enumerate(parts):
        elsewhere = set().union(*(each for other, each in enumerate(names) if other != place))
        _look_again(work, {version for version in part if version.rpartition("/")[2] in elsewhere})


def _look_again(work: Work, versions: set[str]) -> None:
    work.to_place |= versions
    work.to_sight |= versions
    work.to_index |= versions
    work.to_settle |= versions
