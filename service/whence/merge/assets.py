"""Fold what events say of assets and jobs: names, types, facets, DatasetEvents, JobEvents (rules 4, 6, 10, 25).

These records only grow, and folding them is a join: any order gives the same.
"""

from __future__ import annotations

from collections import defaultdict

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


class _Asset:
    """An asset's record while a batch is folded into it."""

    __slots__ = ("aliased", "asset_type", "before", "drops", "facets", "first", "lineage", "same_as")

    def __init__(self, before: AssetRecord | None, time: int) -> None:
        record = before or AssetRecord(first=time)
        self.before = before
        self.first, self.same_as, self.asset_type = record.first, set(record.same_as), record.asset_type
        self.facets, self.drops, self.lineage = record.facets, record.drops, record.lineage
        self.aliased = record.aliased

    def frozen(self) -> AssetRecord:
        return AssetRecord(
            self.first,
            tuple(sorted(self.same_as)),
            self.asset_type,
            self.facets,
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
            asset.facets = latest(asset.facets, lasting(facets))
            if mention.alias is not None:
                asset.aliased = True
                self.moves.add((mention.asset, alias_move(mention, mention.alias)))
            for other in mention.same_as:
                self._link(mention.asset, other, time)
            if mention.lifecycle is not None and mention.lifecycle.previous:
                self._see(mention.lifecycle.previous, time)
            if mention.derivation is not None and mention.role is not Role.INPUT:
                self._see(mention.derivation.base.asset, time, AssetType.MODEL)
            for parent in mention.parents:
                self._see(parent.asset, time)
            for explicit in mention.lineage or ():
                self._see_explicit(explicit, time)
            if facts.event_class is EventClass.DATASET and mention.role is Role.SUBJECT:
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

    def _see(self, asset_uid: str, time: int, asset_type: AssetType = AssetType.DATASET) -> _Asset:
        asset = self._now.get(asset_uid)
        if asset is None:
            asset = self._now[asset_uid] = _Asset(self._overlay.asset(asset_uid), time)
        asset.first = min(asset.first, time)
        if asset_type.rank > asset.asset_type.rank:
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


class JobFold:
    """Collects what a batch says of jobs."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._before: dict[str, JobRecord | None] = {}
        self._now: dict[str, JobRecord] = {}

    def event(self, heard: Heard) -> None:
        facts = heard.facts
        if facts.job is not None:
            self._see(facts.job.uid, facts.time, heard.job_facets)
            if facts.event_class is EventClass.JOB:
                self._declare(facts, heard.stamp)
        for words in facts.run.said.values() if facts.run else ():
            for job in (words.parent_job, words.root_job):
                if job is not None:
                    self._see(job, facts.time, {})

    def changed(self) -> dict[str, tuple[JobRecord | None, JobRecord]]:
        """uid -> (record before, record now), already written to the overlay where they differ."""
        pairs = {job: (self._before[job], now) for job, now in self._now.items() if now is not self._before[job]}
        for job, (_, now) in pairs.items():
            self._overlay.set(job, now)
        return pairs

    def _see(self, job: str, time: int, facets: Facets) -> None:
        record = self._now.get(job)
        if record is None:
            before = self._before[job] = self._overlay.job(job)
            record = self._now[job] = before or JobRecord(first=time)
        if facets or time < record.first:
            self._now[job] = JobRecord(
                min(record.first, time), latest(record.facets, facets), record.declared, record.inputs, record.outputs
            )

    def _declare(self, facts: Facts, stamp: Stamp) -> None:
        assert facts.job is not None
        record = self._now[facts.job.uid]
        if record.declared is None or stamp >= record.declared:
            by_role: dict[Role, set[str]] = defaultdict(set)
            for mention in facts.mentions:
                by_role[mention.role].add(mention.asset)
            self._now[facts.job.uid] = msgspec.structs.replace(
                record,
                declared=stamp,
                inputs=tuple(sorted(by_role[Role.INPUT])),
                outputs=tuple(sorted(by_role[Role.OUTPUT])),
            )


def teaches(before: AssetRecord | JobRecord | None, now: AssetRecord | JobRecord) -> bool:
    """Whether the record says anything that people see which it did not say before (stamps apart)."""
    if before is None or before.first != now.first or before.facets.keys() != now.facets.keys():
        return True
    if isinstance(before, AssetRecord) and isinstance(now, AssetRecord):
        same = (before.same_as, before.asset_type, before.lineage) == (now.same_as, now.asset_type, now.lineage)
    else:
        same = before.inputs == now.inputs and before.outputs == now.outputs  # type: ignore[union-attr]
    return not same or any(
        value.text != before.facets[name].text or value.deleted != before.facets[name].deleted
        for name, value in now.facets.items()
    )
