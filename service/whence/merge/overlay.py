"""What a store knows with the batch's own changes on top: the one thing the rules read from and write to.

Nothing reaches the store before the whole batch is merged; `changes()` is then the difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from whence.merge.pending import with_pending, within
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


class Overlay:
    """Known plus pending changes. Not thread-safe; lives as long as one batch."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._records: dict[str, Any] = {}
        self._new: set[str] = set()
        """Keys that the store has no record under yet."""
        self._dirty: set[str] = set()
        self._added: dict[tuple[str, str], set[Entry]] = defaultdict(set)
        self._removed: dict[tuple[str, str], set[Entry]] = defaultdict(set)
        self._firsts: dict[tuple[str, str], Entry | None] = {}
        self._nodes: dict[str, Node | None] = {}
        self._facets: dict[str, dict[str, str]] = {}
        self.texts: dict[bytes, bytes] = {}
        self._edges: dict[EdgeKey, Edge | None] = {}
        self._children: dict[str, list[str]] = {}

    # -- records -----------------------------------------------------------------------------------------------------

    def load(self, keys: Iterable[str]) -> None:
        """Fetch records that will be asked for, in one go."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._records]
        if missing:
            found = self._known.records(missing)
            self._records.update(dict.fromkeys(missing))
            self._records.update(found)
            self._new.update(missing)
            self._new.difference_update(found)

    def run(self, run_id: str) -> RunRecord | None:
        key = "run " + run_id
        record: RunRecord | None = self._records[key] if key in self._records else self._fetched(key)
        return record

    def derived(self, run_id: str) -> RunDerived | None:
        key = "derived " + run_id
        record: RunDerived | None = self._records[key] if key in self._records else self._fetched(key)
        return record

    def asset(self, uid: str) -> AssetRecord | None:
        record: AssetRecord | None = self._records[uid] if uid in self._records else self._fetched(uid)
        return record

    def told(self, asset: str, version: str) -> Told | None:
        record: Told | None = self._fetched(told_key(asset, version))
        return record

    def job(self, uid: str) -> JobRecord | None:
        record: JobRecord | None = self._fetched(uid)
        return record

    def version(self, uid: str) -> VersionRecord | None:
        record: VersionRecord | None = self._records[uid] if uid in self._records else self._fetched(uid)
        return record

    def placed(self, uid: str) -> Placed | None:
        key = "placed " + uid
        record: Placed | None = self._records[key] if key in self._records else self._fetched(key)
        return record

    def drawn(self, asset_uid: str) -> Drawn | None:
        record: Drawn | None = self._fetched("drawn " + asset_uid)
        return record

    def _fetched(self, key: str) -> Any:
        """The record under a key, fetched when first asked for; None where there is none. One key never holds two kinds of record, so each caller knows what it gets."""
        if key not in self._records:
            self.load((key,))
        return self._records[key]

    def is_new(self, key: str) -> bool:
        """Whether the store has no record under this key yet: nothing that hangs on it has to be looked for there."""
        if key not in self._records:
            self.load((key,))
        return key in self._new

    def set(self, key: str, record: Record | None) -> None:
        self._records[key] = record
        self._dirty.add(key)

    # -- entries -----------------------------------------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        place = entry[:2]
        if place[0] == CHILD:
            self._children.pop(entry.key, None)
        if self._removed and entry in self._removed.get(place, ()):
            self._removed[place].discard(entry)
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
        place = (space, key)
        return with_pending(known, self._added.get(place), self._removed.get(place), low, high, reverse=reverse)

    def ask(self, scan: Scan, *, of: str | None = None) -> Iterator[Entry]:
        """A scan by its question. `of`: the record that such entries hang on; while the store has none, only pending ones are looked at."""
        if of is not None and self.is_new(of):
            added = self._added.get((scan.space, scan.key))
            return iter(within(added, scan.low, scan.high, reverse=scan.reverse)) if added else iter(())
        return self.scan(scan.space, scan.key, low=scan.low, high=scan.high, reverse=scan.reverse)

    def expect(self, scans: Iterable[Scan]) -> None:
        """Say which scans will follow, of what the store may know; see Known.expect."""
        self._known.expect(list(scans))

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

    def has_children(self, run_id: str) -> bool:
        known = self._children.get(run_id)
        return bool(known) if known is not None else self.first(CHILD, run_id) is not None

    # -- graph -------------------------------------------------------------------------------------------------------

    def put_node(self, node: Node, facets: Facets | None = None) -> None:
        """The node as it now is, with the facets that it shows."""
        self._nodes[node.uid] = node
        self._facets[node.uid] = _shown(facets) if facets else {}

    def drop_node(self, uid: str) -> None:
        self._nodes[uid] = None
        self._facets.pop(uid, None)

    def replace_edges(self, old: Sequence[Edge], new: Sequence[Edge]) -> bool:
        """Put the difference between two sets of edges of one owner; true when there is one (evidence positions apart)."""
        if not old:
            self._edges.update({edge.key: edge for edge in new})
            return bool(new)
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

    def changes(self, touches: list[tuple[str, int]]) -> Changes:
        """The difference that the batch makes, with the nodes that its events speak of: (uid, seq), sorted."""
        keys = sorted(self._edges)
        return Changes(
            records={key: self._records[key] for key in sorted(self._dirty)},
            entries_added=sorted(chain.from_iterable(self._added.values())),
            entries_removed=sorted(chain.from_iterable(self._removed.values())),
            nodes={uid: self._nodes[uid] for uid in sorted(self._nodes)},
            edges=[edge for key in keys if (edge := self._edges[key]) is not None],
            edges_removed=[key for key in keys if self._edges[key] is None],
            touches=touches,
            facets=self._facets,
            texts={name.hex(): text for name, text in self.texts.items()},
        )


def _shown(facets: Facets) -> dict[str, str]:
    """Facet name -> name of its text, in the order of their names."""
    return {name: v.text.hex() for name in sorted(facets) if (v := facets[name]).text and not v.deleted}


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
