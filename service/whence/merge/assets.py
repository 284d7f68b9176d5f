"""Fold what events say of assets and jobs: names, types, facets, DatasetEvents, JobEvents (rules 4, 6, 10, 25).

These records only grow, and folding them is a join: any order gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import msgspec

from whence.merge.aliases import AliasMove
from whence.merge.collect import ends, join
from whence.merge.fold import Heard, lasting, latest
from whence.merge.overlay import Overlay, told_key
from whence.merge.records import AssetRecord, Contribution, Facets, JobRecord, Stamp, Told
from whence.model import uid
from whence.model.facts import EventClass, Explicit, Facts, Mention, Role
from whence.model.graph import Alias
from whence.model.kinds import AssetType

_INPUT, _SUBJECT = Role.INPUT, Role.SUBJECT
_DATASET: Final = AssetType.DATASET
_JOB: Final = EventClass.JOB


class _Asset:
    """An asset's record while a batch is folded into it. Events come in the order of their stamps, so among theirs the last facet of a name is the latest."""

    __slots__ = ("aliased", "asset_type", "before", "drops", "first", "lineage", "said", "same_as")

    def __init__(self, before: AssetRecord | None, time: int) -> None:
        record = before or AssetRecord(first=time)
        self.before = before
        self.first, self.same_as, self.asset_type = record.first, set(record.same_as), record.asset_type
        self.drops, self.lineage, self.aliased = record.drops, record.lineage, record.aliased
        self.said: Facets = {}
        """Facets of the batch."""

    def frozen(self) -> AssetRecord:
        return AssetRecord(
            self.first,
            tuple(sorted(self.same_as)),
            self.asset_type,
            latest(self.before.facets if self.before else {}, lasting(self.said)),
            self.drops,
            self.lineage,
            self.aliased,
        )


class AssetFold:
    """Collects what a batch says of assets, then writes each record once."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._now: dict[str, _Asset] = {}
        self._told_before: dict[tuple[str, str], Contribution | None] = {}
        self._told: dict[tuple[str, str], Contribution] = {}
        self.moves: set[tuple[str, AliasMove]] = set()
        """(asset uid, what was said of an alias of one of its versions)."""

    def event(self, heard: Heard) -> None:
        facts = heard.facts
        time = facts.time
        for mention, stamp, facets in heard.mentions:
            asset = self._see(mention.asset, time, mention.asset_type)
            asset.said |= facets
            if mention.alias is not None:
                asset.aliased = True
                self.moves.add((mention.asset, alias_move(mention, mention.alias)))
            for other in mention.same_as:
                self._link(mention.asset, other, time)
            if mention.lifecycle is not None and mention.lifecycle.previous:
                self._see(mention.lifecycle.previous, time)
            if mention.derivation is not None and mention.role is not _INPUT:
                self._see(mention.derivation.base.asset, time, AssetType.MODEL)
            for parent in mention.parents:
                self._see(parent.asset, time)
            for explicit in mention.lineage or ():
                self._see_explicit(explicit, time)
            if mention.role is _SUBJECT and facts.event_class is EventClass.DATASET:
                self._subject(asset, mention, stamp, facets)
        for words in facts.run.said.values() if facts.run else ():
            for explicit in words.lineage or ():
                self._see_explicit(explicit, time)

    def changed(self) -> dict[str, tuple[AssetRecord | None, AssetRecord]]:
        """uid -> (record before, record now), already written to the overlay."""
        pairs = {uid: (asset.before, asset.frozen()) for uid, asset in self._now.items()}
        for asset_uid, (_, now) in pairs.items():
            self._overlay.set(asset_uid, now)
        return pairs

    def told(self) -> dict[tuple[str, str], tuple[Contribution | None, Contribution]]:
        """(asset uid, version uid) -> what its DatasetEvents said of the version before and say now, already written to the overlay."""
        pairs = {key: (self._told_before[key], now) for key, now in self._told.items()}
        for (asset, version), (_, now) in pairs.items():
            self._overlay.set(told_key(asset, version), Told(now))
        return pairs

    def _tell(self, asset: str, version: str, said: Contribution) -> None:
        key = (asset, version)
        if key not in self._told:
            before = self._overlay.told(asset, version)
            self._told_before[key] = before.said if before else None
        have = self._told.get(key) or self._told_before[key]
        both = said if have is None else join(have, said)
        self._told[key] = msgspec.structs.replace(both, seqs=ends(both.seqs))

    def _see(self, asset_uid: str, time: int, asset_type: AssetType = _DATASET) -> _Asset:
        asset = self._now.get(asset_uid)
        if asset is None:
            asset = self._now[asset_uid] = _Asset(self._overlay.asset(asset_uid), time)
        if time < asset.first:
            asset.first = time
        if asset_type is not asset.asset_type and asset_type.rank > asset.asset_type.rank:
            asset.asset_type = asset_type
        return asset

    def _see_explicit(self, explicit: Explicit, time: int) -> None:
        for asset in (explicit.target, *explicit.sources):
            self._see(asset, time)

    def _link(self, a: str, b: str, time: int) -> None:
        if a != b:
            self._see(a, time).same_as.add(b)
            self._see(b, time).same_as.add(a)

    def _subject(self, asset: _Asset, mention: Mention, stamp: Stamp, facets: Facets) -> None:
        """What a DatasetEvent says beyond facets: a version given an alias, a drop, or a version seen (rules 10, 25)."""
        named = Contribution(mentioned=stamp.time, seqs=(stamp.seq,))
        if mention.alias_version is not None:
            self._tell(mention.asset, uid.version_of(mention.asset, mention.alias_version), named)
        if mention.lifecycle is not None and mention.lifecycle.state == "DROP":
            asset.drops = tuple(sorted({*asset.drops, stamp.time}))
            return
        if mention.version is None:
            return
        version = uid.version_of(mention.asset, mention.version)
        parents = tuple(sorted(uid.version_of(p.asset, p.version) for p in mention.parents if p.version))
        said = Contribution(
            mentioned=stamp.time,
            digests=mention.digests,
            facets=facets,
            sighted=(stamp.time, ""),
            parents=parents,
            seqs=(stamp.seq,),
        )
        self._tell(mention.asset, version, said)
        for parent in parents:
            if parent != version:
                self._tell(mention.asset, parent, named)
        if "lineage" in facets:
            old = asset.lineage.get(version)
            if old is None or stamp >= old[0]:
                sources = tuple(sorted({s for explicit in mention.lineage or () for s in explicit.sources}))
                asset.lineage = {**asset.lineage, version: (stamp, sources)}


def alias_move(mention: Mention, alias: Alias) -> AliasMove:
    named = mention.alias_version or mention.version
    version = uid.version_of(mention.asset, named) if named else ""
    return AliasMove(alias.at, alias.name, alias.action.upper(), version)


class _Job:
    """A job's record while a batch is folded into it, as `_Asset`."""

    __slots__ = ("before", "declared", "first", "inputs", "outputs", "said")

    def __init__(self, before: JobRecord | None, time: int) -> None:
        record = before or JobRecord(first=time)
        self.before = before
        self.first, self.declared = record.first, record.declared
        self.inputs, self.outputs = record.inputs, record.outputs
        self.said: Facets = {}

    @property
    def changed(self) -> bool:
        before = self.before
        return bool(before is None or self.said or self.first < before.first or self.declared is not before.declared)

    def frozen(self) -> JobRecord:
        facets = latest(self.before.facets if self.before else {}, self.said)
        return JobRecord(self.first, facets, self.declared, self.inputs, self.outputs)


class JobFold:
    """Collects what a batch says of jobs."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._now: dict[str, _Job] = {}

    def event(self, heard: Heard) -> None:
        facts = heard.facts
        if facts.job is not None:
            job = self._see(facts.job.uid, facts.time)
            job.said |= heard.job_facets
            if facts.event_class is _JOB:
                _declare(job, facts, heard.stamp)
        for words in facts.run.said.values() if facts.run else ():
            if words.parent_job is not None:
                self._see(words.parent_job, facts.time)
            if words.root_job is not None:
                self._see(words.root_job, facts.time)

    def changed(self) -> dict[str, tuple[JobRecord | None, JobRecord]]:
        """uid -> (record before, record now), already written to the overlay where they differ."""
        pairs = {uid: (job.before, job.frozen()) for uid, job in self._now.items() if job.changed}
        for job_uid, (_, now) in pairs.items():
            self._overlay.set(job_uid, now)
        return pairs

    def _see(self, job_uid: str, time: int) -> _Job:
        job = self._now.get(job_uid)
        if job is None:
            job = self._now[job_uid] = _Job(self._overlay.job(job_uid), time)
        if time < job.first:
            job.first = time
        return job


def _declare(job: _Job, facts: Facts, stamp: Stamp) -> None:
    if job.declared is None or stamp >= job.declared:
        by_role: dict[Role, set[str]] = defaultdict(set)
        for mention in facts.mentions:
            by_role[mention.role].add(mention.asset)
        job.declared = stamp
        job.inputs, job.outputs = tuple(sorted(by_role[_INPUT])), tuple(sorted(by_role[Role.OUTPUT]))


def teaches(before: AssetRecord | JobRecord | None, now: AssetRecord | JobRecord) -> bool:
    """Whether the record says anything that people see which it did not say before (stamps apart)."""
    if before is now:
        return False
    if before is None or before.first != now.first or before.facets.keys() != now.facets.keys():
        return True
    if isinstance(before, AssetRecord) and isinstance(now, AssetRecord):
        same = (before.same_as, before.asset_type, before.lineage) == (now.same_as, now.asset_type, now.lineage)
    else:
        same = before.inputs == now.inputs and before.outputs == now.outputs  # type: ignore[union-attr]
    if not same:
        return True
    for name, value in now.facets.items():
        known = before.facets[name]
        if value.text != known.text or value.deleted != known.deleted:
            return True
    return False
