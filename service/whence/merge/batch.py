"""A batch of events -> the changes that it makes: which parts of the graph have to be derived again (rules 27, 28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from whence.merge import attempts as att
from whence.merge import nodes, origins, touches, versions
from whence.merge import timelines as tl
from whence.merge.assets import AssetFold, JobFold, teaches
from whence.merge.claims import AttemptClaim
from whence.merge.fold import Heard, fold_event, fold_run, prepare
from whence.merge.groups import Groups
from whence.merge.overlay import CHILD, Overlay, derived_key, drawn_key, run_key
from whence.merge.pins import repin
from whence.merge.pool import Part, contribute, shows_more
from whence.merge.records import AssetRecord, Contribution, Drawn, Row, RunDerived, RunRecord
from whence.merge.runs import bind_run, claim_run
from whence.merge.state import ALIAS, MIN_TIME, Changes, Entry, Known, Logged
from whence.merge.subjects import draw, subject_rows
from whence.model import uid
from whence.model.graph import Edge
from whence.model.kinds import EdgeType

MENTIONED_BY = "mentioned-by"
"""Entries: key = asset uid, uid = run id that mentions it."""


def merge_batch(known: Known, events: Sequence[Logged]) -> Changes:
    """Merge events that the log has just taken in; the difference to apply. Pure but for reading `known`."""
    return _Batch(Overlay(known)).merge(events)


class _Batch:
    """One batch on its way through the rules; each step leaves in the sets what the next has to do."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.groups = Groups(overlay)
        self.claimed: dict[str, list[AttemptClaim]] = {}
        self.derived_before: dict[str, RunDerived | None] = {}
        self.to_claim: set[str] = set()
        self.to_bind: set[str] = set()
        self.to_place: set[str] = set()
        self.rows_changed: dict[str, set[int]] = defaultdict(set)
        self.digests_changed: dict[tuple[str, str], int] = {}
        self.sightings: set[str] = set()
        self.to_index: set[str] = set()
        self.parents_changed: set[str] = set()
        self.placeholders: set[str] = set()
        self.assets: dict[str, tuple[AssetRecord | None, AssetRecord]] = {}
        self.to_settle: set[str] = set()

    def merge(self, events: Sequence[Logged]) -> Changes:
        ordered = sorted(events, key=lambda event: (event.facts.time, event.facts.key))
        self._load(ordered)
        self._fold(ordered)
        self._claim_all()
        self._subjects()
        self._sight()
        self._index()
        self._find_readers()
        self._bind_all()
        self._place_all()
        self.overlay.touches += touches.of_batch(self.overlay, ordered)
        return self.overlay.changes()

    # -- 1. fold -----------------------------------------------------------------------------------------------------

    def _load(self, events: Sequence[Logged]) -> None:
        keys: list[str] = []
        for _, facts in events:
            if facts.run is not None:
                keys += (run_key(facts.run.run_id), derived_key(facts.run.run_id))
            if facts.job is not None:
                keys.append(facts.job.uid)
            keys += (mention.asset for mention in facts.mentions)
        self.overlay.load(keys)

    def _fold(self, events: Sequence[Logged]) -> None:
        assets, jobs = AssetFold(self.overlay), JobFold(self.overlay)
        by_run: dict[str, list[Heard]] = defaultdict(list)
        for seq, facts in events:
            heard = prepare(seq, facts)
            self.overlay.texts.update(heard.texts)
            assets.event(heard)
            jobs.event(heard)
            if facts.run is not None:
                by_run[facts.run.run_id].append(heard)
        for run_id, said in by_run.items():
            self._fold_run(run_id, said)
        self.assets = assets.changed()
        self._regroup(self.assets)
        for job_uid, (before, now) in jobs.changed().items():
            if teaches(before, now):
                self.overlay.put_node(nodes.job_node(job_uid, now), now.facets)

    def _fold_run(self, run_id: str, events: list[Heard]) -> None:
        before = self.overlay.run(run_id)
        record: RunRecord | None = before or RunRecord(run_id, ())
        for heard in events:
            record = fold_event(record, heard) if record is not None else None
        if record is None:
            logged = self.overlay.run_events(run_id)
            known = {facts.key for _, facts in logged}
            record = fold_run(run_id, [*logged, *(h[:2] for h in events if h.facts.key not in known)])
        self.overlay.set(run_key(run_id), record)
        self.to_claim.add(run_id)
        bounds = [(a.opened, a.first) for a in before.attempts] if before else []
        if bounds != [(a.opened, a.first) for a in record.attempts]:
            self.parents_changed.add(run_id)

    def _regroup(self, changed: dict[str, tuple[AssetRecord | None, AssetRecord]]) -> None:
        """A late symlink or type concerns every run and version of the group."""
        for asset, (before, now) in changed.items():
            joined = now.same_as != (before.same_as if before else ())
            retyped = before is not None and now.asset_type is not before.asset_type
            members = self.groups.of(asset)
            if joined:
                for member in members:
                    self.to_claim |= {entry.uid for entry in self.overlay.scan(MENTIONED_BY, member)}
            if joined or retyped or (before is None and len(members) > 1):
                for member in members:
                    self.to_place |= {entry.uid for entry in self.overlay.scan(versions.VERSIONS, member)}
                    self.rows_changed[member] |= set()
            if joined:
                self.sightings |= self.to_place
                self.to_index |= self.to_place
                self.to_settle |= self.to_place

    # -- 2. claims, rows, contributions of records -------------------------------------------------------------------

    def _claim_all(self) -> None:
        for run_id in sorted(self.parents_changed):
            self.to_bind |= set(self.overlay.children(run_id))
            self.to_claim |= {c for c in self.overlay.children(run_id) if self._mentions(run_id)}
        for run_id in sorted(self.to_claim):
            self._link_parents(run_id)
        for run_id in sorted(self.to_claim):
            self.to_claim |= {above for above in att.ancestors(self.overlay, run_id) if self._mentions(above)}
        done: set[str] = set()
        for run_id in sorted(self.to_claim):
            self._claim_below_first(run_id, done)
        self.to_bind |= self.to_claim

    def _mentions(self, run_id: str) -> bool:
        record = self.overlay.run(run_id)
        return record is not None and any(
            a.mentions or "job.lineage" in a.facets or "lineage" in a.facets for a in record.attempts
        )

    def _link_parents(self, run_id: str) -> None:
        """Children are found by the run id that they name, whatever attempt it turns out to be."""
        record, before = self.overlay.run(run_id), self.overlay.derived(run_id)
        had = set(before.parents) if before else set()
        named = [attempt.parent for attempt in record.attempts] if record else []
        has = {f"{parent[0]} {parent[1] or ''}" for parent in named if parent}
        if had != has:
            self._hung_elsewhere(run_id, {text.partition(" ")[0] for text in had - has})
        for text in had - has:
            parent, _, job = text.partition(" ")
            self.overlay.remove(Entry(CHILD, parent, 0, 0, run_id, job))
            self.placeholders.add(parent)
        for text in has - had:
            parent, _, job = text.partition(" ")
            self.overlay.add(Entry(CHILD, parent, 0, 0, run_id, job))
            self.placeholders.add(parent)

    def _hung_elsewhere(self, run_id: str, lost: set[str]) -> None:
        """Who was above no longer has these descendants; who is below may have come on a cycle or off it."""
        for above in sorted(lost):
            self.to_claim |= {a for a in (above, *att.ancestors(self.overlay, above)) if self._mentions(a)}
        below = set(att.named_below(self.overlay, run_id))
        self.to_bind |= below
        self.to_claim |= {b for b in below if self._mentions(b)}

    def _claim_below_first(self, run_id: str, done: set[str]) -> None:
        """Descendants first, because an ancestor's claims look at their rows (rule 9a)."""
        stack = [run_id]
        while stack:
            current = stack[-1]
            if current in done:
                stack.pop()
                continue
            below = [
                child
                for child in self.overlay.children(current)
                if child in self.to_claim and child not in done and child not in stack
            ]
            if below:
                stack += below
                continue
            stack.pop()
            done.add(current)
            if self._claim(current):
                # run ids may name each other though their attempts do not: who looked too early looks again
                again = {a for a in att.ancestors(self.overlay, current) if a in done and a != current}
                done -= again
                stack += sorted(again)

    def _claim(self, run_id: str) -> bool:
        """Claim a run anew; true when its rows change, which is what claims above it look at."""
        record = self.overlay.run(run_id)
        if record is None:
            return False
        before = self.overlay.derived(run_id)
        self.derived_before.setdefault(run_id, before)
        self.claimed[run_id], derived = claim_run(self.overlay, self.groups, record)
        if before is not None:
            derived = _carry(derived, before)
        self.overlay.set(derived_key(run_id), derived)
        self._contribute(run_id, "claims", before.claims if before else {}, derived.claims)
        self._rows(before.rows if before else (), derived.rows)
        self._entries(
            {tl.read_entry(read, run_id) for read in before.reads} if before else set(),
            {tl.read_entry(read, run_id) for read in derived.reads},
        )
        self._entries(
            {Entry(MENTIONED_BY, asset, 0, 0, run_id, "") for asset in before.assets} if before else set(),
            {Entry(MENTIONED_BY, asset, 0, 0, run_id, "") for asset in derived.assets},
        )
        self._entries(
            {Entry(ALIAS, old, 0, 0, new, "") for old, new in before.successors} if before else set(),
            {Entry(ALIAS, old, 0, 0, new, "") for old, new in derived.successors},
        )
        return derived.rows != (before.rows if before else ())

    def _entries(self, old: set[Entry], new: set[Entry]) -> None:
        for entry in old - new:
            self.overlay.remove(entry)
        for entry in new - old:
            self.overlay.add(entry)

    def _contribute(self, owner: str, part: Part, old: dict[str, Contribution], new: dict[str, Contribution]) -> None:
        """Pool what changed, and note whose digests and sightings changed by it."""
        for version in sorted(old.keys() | new.keys()):
            was = self.overlay.version(version)
            if not contribute(self.overlay, version, owner, part, old.get(version), new.get(version)):
                continue
            now = self.overlay.version(version)
            self._exists(version, was is not None, now is not None)
            if was is None or now is None or shows_more(was, now):
                self.to_place.add(version)
            if part == "bound":
                continue
            self.to_index.add(version)
            if (was.sighted if was else None) != (now.sighted if now else None):
                self.sightings.add(version)

    def _exists(self, version: str, was: bool, now: bool) -> None:
        entry = Entry(versions.VERSIONS, uid.asset_of(version), 0, 0, version, "")
        if now and not was:
            self.overlay.add(entry)
        elif was and not now:
            self.overlay.remove(entry)

    def _rows(self, old: Iterable[Row], new: Iterable[Row]) -> None:
        had, has = set(old), set(new)
        for row in sorted(had - has):
            self._row_changed(row)
            versions.drop_row(self.overlay, row)
        for row in sorted(has - had):
            versions.put_row(self.overlay, row)
            self._row_changed(row)

    def _row_changed(self, row: Row) -> None:
        self.rows_changed[row.asset].add(row.time)
        if row.version:
            self.to_place.add(row.version)
            if row.rank == tl.WRITE:
                self.sightings.add(row.version)
            self._digests_changed(row, versions.indexed(self.overlay, row.version))

    def _digests_changed(self, row: Row, digests: Iterable[str]) -> None:
        for digest in digests:
            key = (row.asset, digest)
            self.digests_changed[key] = min(row.time, self.digests_changed.get(key, row.time))

    # -- 3. DatasetEvents, sightings, readers ------------------------------------------------------------------------

    def _subjects(self) -> None:
        for asset, (before, now) in self.assets.items():
            if before is None or before.versions != now.versions:
                self._contribute(asset, "subject", before.versions if before else {}, now.versions)
            self._rows(subject_rows(asset, before), subject_rows(asset, now))

    def _sight(self) -> None:
        for version in sorted({twin for v in self.sightings for twin in self.groups.twins(v)}):
            had, has = versions.sighting(self.overlay, self.groups, version)
            if had != has:
                self._rows((had,) if had else (), (has,) if has else ())
                versions.keep_sighting(self.overlay, version, has)

    def _index(self) -> None:
        """Which digests a version has decides what reads by digest and by time may mean (rule 16)."""
        for version in sorted({twin for v in self.to_index for twin in self.groups.twins(v)}):
            changed = versions.reindex(self.overlay, self.groups, version)
            for row in tl.rows_of_version(self.overlay, version) if changed else ():
                self.rows_changed[row.asset].add(row.time)
                self._digests_changed(row, changed)

    def _find_readers(self) -> None:
        """Reads whose instant lies in [t, next row] of a changed row, and reads by a changed digest from t on."""
        windows: dict[str, set[int]] = defaultdict(set)
        for asset, times in self.rows_changed.items():
            windows[self.groups.key(asset)] |= times
        for key, times in windows.items():
            members, reach = self.groups.of(key), MIN_TIME
            for time in sorted(times):
                if time < reach:
                    continue
                reach = tl.next_settled(self.overlay, members, time)
                self.to_bind |= tl.readers(self.overlay, members, time, reach)
        for (asset, digest), time in self.digests_changed.items():
            self.to_bind |= tl.digest_readers(self.overlay, self.groups.of(asset), digest, time)

    # -- 4. bindings -------------------------------------------------------------------------------------------------

    def _bind_all(self) -> None:
        for run_id in sorted(self.parents_changed):
            self.to_bind |= set(self.overlay.children(run_id))
        concerned = {name for asset in (*self.assets, *self.rows_changed) for name in self.groups.of(asset)}
        concerned |= {owner for owner in self.to_bind if owner.startswith("asset/")}
        for owner in sorted(self.to_bind - concerned):
            self._bind(owner)
        for asset in sorted(concerned):
            self._draw(asset)
        for run_id in sorted(self.placeholders):
            self._placeholder(run_id)

    def _bind(self, run_id: str) -> None:
        record, before = self.overlay.run(run_id), self.overlay.derived(run_id)
        if record is None or before is None:
            return
        claimed = self.claimed.get(run_id)
        if claimed is None:
            claimed, _ = claim_run(self.overlay, self.groups, record)
        derived = bind_run(self.overlay, self.groups, claimed, before)
        self.overlay.set(derived_key(run_id), derived)
        self._contribute(run_id, "bound", before.bound, derived.bound)
        self._edges(run_id, before.edges, derived.edges)
        parents = {e.source: e.target for e in derived.edges if e.type is EdgeType.CHILD_OF}
        for attempt in claimed:
            self.overlay.put_node(nodes.run_node(attempt, parents.get(attempt.uid)), attempt.attempt.facets)
        previous = self.derived_before.get(run_id) or before
        for gone in set(previous.attempts) - set(derived.attempts):
            self.overlay.drop_node(gone)

    def _draw(self, asset: str) -> None:
        record, drawn_before = self.overlay.asset(asset), self.overlay.drawn(asset)
        if record is None:
            return
        before = drawn_before or Drawn()
        if drawn_before is not None and not self._to_draw(asset, record, before):
            return
        drawn, node = draw(self.overlay, self.groups, asset, record)
        if drawn == before:
            return
        self.overlay.set(drawn_key(asset), drawn)
        if drawn.shown != before.shown:
            self.overlay.put_node(node, record.facets)
        self._entries({tl.read_entry(r, asset) for r in before.reads}, {tl.read_entry(r, asset) for r in drawn.reads})
        self._contribute(asset, "drawn", before.bound, drawn.bound)
        self._edges(asset, before.edges, drawn.edges)

    def _to_draw(self, asset: str, record: AssetRecord, before: Drawn) -> bool:
        """Most events teach an asset nothing that it shows or draws."""
        known = self.assets.get(asset, (record, record))[0]
        group = self.groups.of(asset)
        return (
            len(group) > 1
            or bool(before.reads)
            or teaches(known, record)
            or (asset in self.rows_changed and tl.dropped_at(self.overlay, group) != before.dropped_at)
        )

    def _edges(self, owner: str, old: tuple[Edge, ...], new: tuple[Edge, ...]) -> None:
        if not self.overlay.replace_edges(old, new):
            return
        self._entries(_links(old, owner), _links(new, owner))
        repin(self.overlay, old, new)
        had, has = {_ends(edge) for edge in old}, {_ends(edge) for edge in new}
        if had != has:
            self.to_settle |= {source for _, source, _ in had | has if source.startswith("version/")}

    def _placeholder(self, run_id: str) -> None:
        """A run that only others speak of has a node as long as they do (rule 2)."""
        if self.overlay.run(run_id) is not None:
            return
        child = next(self.overlay.scan(CHILD, run_id), None)
        if child is None:
            self.overlay.drop_node(uid.run(run_id))
        else:
            self.overlay.put_node(nodes.unknown_run_node(run_id, child.extra or None))

    # -- 5. versions and bytes ---------------------------------------------------------------------------------------

    def _place_all(self) -> None:
        contents: set[str] = set()
        for version in sorted({twin for changed in self.to_place for twin in self.groups.twins(changed)}):
            if self.overlay.version(version) is None and self.overlay.placed(version) is None:
                continue
            touched = versions.place(self.overlay, self.groups, version)
            if touched:
                contents |= touched
                self.to_settle |= {version, *origins.dependents(self.overlay, version)}
        origins.settle(self.overlay, self.groups, contents, self.to_settle)
        for content in sorted(contents):
            versions.show_content(self.overlay, content)


def _carry(derived: RunDerived, before: RunDerived) -> RunDerived:
    """Edges and bound contributions stay until the run is bound again."""
    return msgspec.structs.replace(derived, edges=before.edges, bound=before.bound)


def _ends(edge: Edge) -> tuple[str, str, str]:
    return (edge.type.value, edge.source, edge.target)


def _links(edges: Iterable[Edge], owner: str) -> set[Entry]:
    """Which versions an owner draws edges from and to (rule 27: re-place what was made by runs whose reads changed)."""
    found = set()
    for edge in edges:
        if edge.source.startswith("version/"):
            found.add(Entry(origins.MAKER, edge.source, 0, 0, owner, ""))
        if edge.target.startswith("version/"):
            found.add(Entry(origins.DEPENDENT, edge.target, 0, 0, owner, ""))
    return found
