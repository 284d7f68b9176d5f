"""What a batch has still to do: each step of the merge leaves here what the next has to look at (rule 27)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from whence.merge import origins, versions
from whence.merge import timelines as tl
from whence.merge.below import looking_down
from whence.merge.claims import AttemptClaim
from whence.merge.groups import Groups
from whence.merge.overlay import Overlay
from whence.merge.pins import repin
from whence.merge.pool import Part, contribute, shows_more
from whence.merge.records import AssetRecord, Contribution, Row, RunDerived
from whence.merge.state import Entry
from whence.model import uid
from whence.model.graph import Edge
from whence.model.kinds import EdgeType

_Ends = tuple[str, str, str]
"""Type, source and target of an edge."""


_USED: Final = EdgeType.USED


class Drawing(NamedTuple):
    """Edges of one owner, and the contributions that it makes beside them."""

    edges: tuple[Edge, ...]
    named: tuple[Mapping[str, Contribution], ...]


class Work:
    """One batch on its way through the rules."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.groups = Groups(overlay)
        self.assets: dict[str, tuple[AssetRecord | None, AssetRecord]] = {}
        """Asset uid -> its record before and now, of those that the batch speaks of."""
        self.claimed: dict[str, list[AttemptClaim]] = {}
        self.derived_before: dict[str, RunDerived | None] = {}
        self.bounds_changed: set[str] = set()
        """Runs whose attempts begin otherwise than before: their children hang elsewhere."""
        self._above: dict[str, tuple[str, ...]] = {}
        self.speaks_now: set[str] = set()
        """Runs that mention data for the first time: those below them are to be found by it."""
        self.told: dict[tuple[str, str], tuple[Contribution | None, Contribution]] = {}
        """(asset, version) -> what its DatasetEvents said of the version before and say now."""
        self.named_as_parent: set[str] = set()
        self.to_claim: set[str] = set()
        self.to_bind: set[str] = set()
        """Run ids, and uids of assets whose DatasetEvents read."""
        self.to_sight: set[str] = set()
        self.to_index: set[str] = set()
        self.to_place: set[str] = set()
        self.to_settle: set[str] = set()
        self.expected: set[str] = set()
        """Versions of which all that placing them asks for was announced."""
        self.rows_changed: dict[str, set[int]] = defaultdict(set)
        self.drops_changed: set[str] = set()
        """Assets that may be dropped now and were not before: a tombstone came, or a row over one went."""
        self.digests_changed: dict[tuple[str, str], int] = {}
        """(asset uid, digest) -> earliest time of a row that it concerns."""

    def above(self, run_id: str) -> tuple[str, ...]:
        """Run ids above this one that mention data; asked when all events are folded."""
        found = self._above.get(run_id)
        if found is None:
            found = self._above[run_id] = looking_down(self.overlay, run_id)
        return found

    def swap_entries(self, old: set[Entry], new: set[Entry]) -> None:
        for entry in old - new if old else ():
            self.overlay.remove(entry)
        for entry in new - old if old else new:
            self.overlay.add(entry)

    def contribute(self, owner: str, part: Part, old: dict[str, Contribution], new: dict[str, Contribution]) -> None:
        """Pool what changed, and note whose digests and sightings changed by it."""
        changed = [v for v in old.keys() | new.keys() if old.get(v) != new.get(v)] if old else new
        for version in sorted(changed):
            was, now = contribute(self.overlay, version, owner, part, old.get(version), new.get(version))
            if was == now:
                continue
            if was is None or now is None:
                self._exists(version, was is not None, now is not None)
            if was is None or now is None or shows_more(was, now):
                self.to_place.add(version)
            if (was.began if was else None) != (now.began if now else None):
                self.to_settle.add(version)
            if part == "bound":
                continue
            if was is None or now is None or was.digests != now.digests:
                self.to_index.add(version)
            if (was.sighted if was else None) != (now.sighted if now else None):
                self.to_sight.add(version)

    def swap_rows(self, old: Iterable[Row], new: Iterable[Row]) -> None:
        had, has = set(old), set(new)
        if had == has:
            return
        for row in sorted(had - has):
            self._row_changed(row)
            self.drops_changed.add(row.asset)
            versions.drop_row(self.overlay, row)
        for row in sorted(has - had):
            versions.put_row(self.overlay, row)
            self._row_changed(row)
            if row.rank == tl.TOMBSTONE:
                self.drops_changed.add(row.asset)

    def swap_edges(self, owner: str, old: Drawing, new: Drawing) -> None:
        self.swap_entries(_dependences(owner, old), _dependences(owner, new))
        if not self.overlay.replace_edges(old.edges, new.edges):
            return
        repin(self.overlay, old.edges, new.edges)
        self.to_settle |= _made_otherwise(old.edges, new.edges)

    def note_digests(self, row: Row, digests: Iterable[str]) -> None:
        for digest in digests:
            key = (row.asset, digest)
            self.digests_changed[key] = min(row.time, self.digests_changed.get(key, row.time))

    def _exists(self, version: str, was: bool, now: bool) -> None:
        entry = Entry(versions.VERSIONS, uid.asset_of(version), 0, 0, version, "")
        if now and not was:
            self.overlay.add(entry)
        elif was and not now:
            self.overlay.remove(entry)

    def _row_changed(self, row: Row) -> None:
        self.rows_changed[row.asset].add(row.time)
        if row.version:
            self.to_place.add(row.version)
            if row.rank == tl.WRITE:
                self.to_sight.add(row.version)
            self.note_digests(row, versions.indexed(self.overlay, row.version))


def _made_otherwise(old: Sequence[Edge], new: Sequence[Edge]) -> set[str]:
    """Versions whose bytes may be explained otherwise: what an owner read concerns all that it made, an edge from a version only that one."""
    if not old:
        return {edge.source for edge in new if edge.source.startswith("version/")}
    had, has = _ends(old), _ends(new)
    changed = had ^ has
    if _USED in [kind for kind, _, _ in changed]:
        changed = had | has
    return {source for _, source, _ in changed if source.startswith("version/")}


def _ends(edges: Iterable[Edge]) -> set[_Ends]:
    return {(edge.type, edge.source, edge.target) for edge in edges}


def _dependences(owner: str, drawing: Drawing) -> set[Entry]:
    """Which versions an owner draws edges to (rule 27: re-place what was made by runs whose reads changed), where no contribution says so."""
    if not drawing.edges:
        return set()
    targets = {edge.target for edge in drawing.edges if edge.target.startswith("version/")}
    return {Entry(origins.DEPENDENT, target, 0, 0, owner, "") for target in targets.difference(*drawing.named)}
