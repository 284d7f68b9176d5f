"""What a store knows with the batch's own changes on top: the one thing the rules read from and write to.

Nothing reaches the store before the whole batch is merged; `changes()` is then the difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from whence.merge.pending import with_pending
from whence.merge.records import (
    AssetRecord,
    Drawn,
    Facets,
    JobRecord,
    Placed,
    Record,
    RunDerived,
    RunRecord,
    Told,
    VersionRecord,
)
from whence.merge.state import Changes, Entry, Known, Place, Scan
from whence.model.facts import Facts
from whence.model.graph import Edge, Node

CHILD: Final = "child"
"""Entries: key = run id named as parent, uid = run id that names it, extra = the parent's job or empty."""
EdgeKey = tuple[str, str, str, str]


class _Records(dict[str, Any]):
    """By key, fetched when first asked for; None where there is none. One key never holds two kinds of record, so each caller knows what it gets."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.new: set[str] = set()
        """Keys that the store has no record under yet."""

    def __missing__(self, key: str) -> Any:
        self.load((key,))
        return self[key]

    def load(self, keys: Iterable[str]) -> None:
        missing = [key for key in dict.fromkeys(keys) if key not in self]
        if missing:
            found = self._known.records(missing)
            self.update({key: found.get(key) for key in missing})
            self.new.update(missing)
            self.new.difference_update(found)


class Overlay:
    """Known plus pending changes. Not thread-safe; lives as long as one batch."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._records = _Records(known)
        self._dirty: set[str] = set()
        self._added: dict[tuple[str, str], set[Entry]] = defaultdict(set)
        self._removed: dict[tuple[str, str], set[Entry]] = defaultdict(set)
        self._firsts: dict[tuple[str, str], Entry | None] = {}
        self._nodes: dict[str, Node | None] = {}
        self._facets: dict[str, dict[str, str]] = {}
        self.texts: dict[bytes, bytes] = {}
        self._edges: dict[EdgeKey, Edge | None] = {}
        self._children: dict[str, list[str]] = {}
        self.touches: list[tuple[str, int]] = []

    # -- records -----------------------------------------------------------------------------------------------------

    def load(self, keys: Iterable[str]) -> None:
        """Fetch records that will be asked for, in one go."""
        self._records.load(keys)

    def run(self, run_id: str) -> RunRecord | None:
        record: RunRecord | None = self._records["run " + run_id]
        return record

    def derived(self, run_id: str) -> RunDerived | None:
        record: RunDerived | None = self._records["derived " + run_id]
        return record

    def asset(self, uid: str) -> AssetRecord | None:
        record: AssetRecord | None = self._records[uid]
        return record

    def told(self, asset: str, version: str) -> Told | None:
        record: Told | None = self._records[told_key(asset, version)]
        return record

    def job(self, uid: str) -> JobRecord | None:
        record: JobRecord | None = self._records[uid]
        return record

    def version(self, uid: str) -> VersionRecord | None:
        record: VersionRecord | None = self._records[uid]
        return record

    def placed(self, uid: str) -> Placed | None:
        record: Placed | None = self._records["placed " + uid]
        return record

    def drawn(self, asset_uid: str) -> Drawn | None:
        record: Drawn | None = self._records["drawn " + asset_uid]
        return record

    def is_new(self, key: str) -> bool:
        """Whether the store has no record under this key yet: nothing that hangs on it has to be looked for there."""
        if key not in self._records:
            self._records.load((key,))
        return key in self._records.new

    def set(self, key: str, record: Record | None) -> None:
        self._records[key] = record
        self._dirty.add(key)

    # -- entries -----------------------------------------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        place = entry[:2]
        if entry.space == CHILD:
            self._children.pop(entry.key, None)
        removed = self._removed.get(place)
        if removed and entry in removed:
            removed.discard(entry)
        else:
            self._added[place].add(entry)
        if place in self._firsts:
            first = self._firsts[place]
            self._firsts[place] = entry if first is None else min(first, entry)

    def remove(self, entry: Entry) -> None:
        place = entry[:2]
        if entry.space == CHILD:
            self._children.pop(entry.key, None)
        added = self._added.get(place)
        if added and entry in added:
            added.discard(entry)
        else:
            self._removed[place].add(entry)
        self._firsts.pop(place, None)

    def scan(
        self,
        space: str,
        key: str,
        *,
        low: Place | None = None,
        high: Place | None = None,
        reverse: bool = False,
    ) -> Iterator[Entry]:
        """As Known.scan, with the pending entries."""
        known = self._known.scan(space, key, low=low, high=high, reverse=reverse)
        return self._with_pending(known, space, key, low, high, reverse=reverse)

    def _with_pending(
        self, known: Iterator[Entry], space: str, key: str, low: Place | None, high: Place | None, *, reverse: bool
    ) -> Iterator[Entry]:
        place = (space, key)
        return with_pending(known, self._added.get(place), self._removed.get(place), low, high, reverse=reverse)

    def ask(self, scan: Scan, *, of: str | None = None) -> Iterator[Entry]:
        """A scan by its question. `of`: the record that such entries hang on; while the store has none, only pending ones are looked at."""
        if of is not None and self.is_new(of):
            return self._with_pending(iter(()), scan.space, scan.key, scan.low, scan.high, reverse=scan.reverse)
        return self.scan(scan.space, scan.key, low=scan.low, high=scan.high, reverse=scan.reverse)

    def expect(self, scans: Iterable[Scan]) -> None:
        """Say which scans will follow, of what the store may know; see Known.expect."""
        self._known.expect(list(scans))

    def pending(self, space: str, key: str) -> list[Entry]:
        """Only what the batch has added, ascending: all that there is of what is new."""
        return sorted(self._added.get((space, key), ()))

    def first(self, space: str, key: str) -> Entry | None:
        """The least entry; asked many times a batch of what many runs share."""
        place = (space, key)
        if place not in self._firsts:
            self._firsts[place] = next(self.scan(space, key), None)
        return self._firsts[place]

    def children(self, run_id: str) -> list[str]:
        """Run ids that name this one as parent, sorted; asked many times a batch."""
        found = self._children.get(run_id)
        if found is None:
            found = self._children[run_id] = sorted({entry.uid for entry in self.scan(CHILD, run_id)})
        return found

    # -- graph -------------------------------------------------------------------------------------------------------

    def put_node(self, node: Node, facets: Facets | None = None) -> None:
        """The node as it now is, with the facets that it shows."""
        self._nodes[node.uid] = node
        shown = {name: v.text.hex() for name, v in facets.items() if v.text and not v.deleted} if facets else {}
        self._facets[node.uid] = dict(sorted(shown.items()))

    def drop_node(self, uid: str) -> None:
        self._nodes[uid] = None
        self._facets.pop(uid, None)

    def replace_edges(self, old: Sequence[Edge], new: Sequence[Edge]) -> bool:
        """Put the difference between two sets of edges of one owner; true when there is one (evidence positions apart)."""
        had = {edge.key: edge for edge in old}
        differs = False
        for edge in new:
            key = edge.key
            if had.pop(key, None) != edge:
                self._edges[key] = edge
                differs = True
        for key in had:
            self._edges[key] = None
            differs = True
        return differs

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        return self._known.run_events(run_id)

    def changes(self) -> Changes:
        return Changes(
            records={key: self._records[key] for key in sorted(self._dirty)},
            entries_added=sorted(entry for entries in self._added.values() for entry in entries),
            entries_removed=sorted(entry for entries in self._removed.values() for entry in entries),
            nodes=dict(sorted(self._nodes.items())),
            edges=[edge for _, edge in sorted(self._edges.items()) if edge is not None],
            edges_removed=sorted(key for key, edge in self._edges.items() if edge is None),
            touches=sorted(set(self.touches)),
            facets=self._facets,
            texts={name.hex(): text for name, text in self.texts.items()},
        )


def run_key(run_id: str) -> str:
    return f"run {run_id}"


def derived_key(run_id: str) -> str:
    return f"derived {run_id}"


def told_key(asset_uid: str, version_uid: str) -> str:
    return f"told {asset_uid} {version_uid}"


def placed_key(version_uid: str) -> str:
    return f"placed {version_uid}"


def drawn_key(asset_uid: str) -> str:
    return f"drawn {asset_uid}"
