"""Fold what events say of assets and jobs: names, types, facets, DatasetEvents, JobEvents (rules 4, 6, 10, 25).

These records only grow, and folding them is a join: any order gives the same.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from whence.merge.collect import join
from whence.merge.fold import dataset_facets, is_deleted, latest, mention_stamps
from whence.merge.overlay import Overlay
from whence.merge.records import AssetRecord, Contribution, Facets, FacetValue, JobRecord, Stamp
from whence.model import uid
from whence.model.facts import EventClass, Explicit, Facts, JobFacts, Mention, Role, Said
from whence.model.kinds import AssetType


class AssetFold:
    """Collects what a batch says of assets, then writes each record once."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._before: dict[str, AssetRecord | None] = {}
        self._now: dict[str, AssetRecord] = {}

    def event(self, seq: int, facts: Facts) -> None:
        order = facts.run.event_type.order if facts.run else 1
        for mention, stamp in mention_stamps(facts, seq):
            self._see(mention.asset, facts.time, mention.asset_type, dataset_facets(mention, stamp, order))
            for other in mention.same_as:
                self._link(mention.asset, other, facts.time)
            if mention.lifecycle is not None and mention.lifecycle.previous:
                self._see(mention.lifecycle.previous, facts.time)
            if mention.derivation is not None and mention.role is not Role.INPUT:
                self._see(mention.derivation.base.asset, facts.time, AssetType.MODEL)
            for parent in mention.parents:
                self._see(parent.asset, facts.time)
            for explicit in mention.lineage or ():
                self._see_explicit(explicit, facts.time)
            if facts.event_class is EventClass.DATASET and mention.role is Role.SUBJECT:
                self._subject(mention, stamp)
        for words in facts.run.said.values() if facts.run else ():
            for explicit in words.lineage or ():
                self._see_explicit(explicit, facts.time)

    def changed(self) -> dict[str, tuple[AssetRecord | None, AssetRecord]]:
        """uid -> (record before, record now), already written to the overlay."""
        pairs = {asset: (self._before[asset], now) for asset, now in self._now.items() if now != self._before[asset]}
        for asset, (_, now) in pairs.items():
            self._overlay.set(asset, now)
        return pairs

    def _get(self, asset: str, time: int) -> AssetRecord:
        if asset not in self._now:
            before = self._overlay.asset(asset)
            self._before[asset] = before
            self._now[asset] = before or AssetRecord(first=time)
        return self._now[asset]

    def _see(
        self, asset: str, time: int, asset_type: AssetType = AssetType.DATASET, facets: Facets | None = None
    ) -> None:
        record = self._get(asset, time)
        self._now[asset] = msgspec.structs.replace(
            record,
            first=min(record.first, time),
            asset_type=max(record.asset_type, asset_type, key=lambda t: t.rank),
            facets=latest(record.facets, facets or {}),
        )

    def _see_explicit(self, explicit: Explicit, time: int) -> None:
        for asset in (explicit.target, *explicit.sources):
            self._see(asset, time)

    def _link(self, a: str, b: str, time: int) -> None:
        if a == b:
            return
        for one, other in ((a, b), (b, a)):
            self._see(one, time)
            record = self._now[one]
            if other not in record.same_as:
                links = tuple(sorted((*record.same_as, other)))
                self._now[one] = msgspec.structs.replace(record, same_as=links)

    def _subject(self, mention: Mention, stamp: Stamp) -> None:
        record = self._now[mention.asset]
        if mention.lifecycle is not None and mention.lifecycle.state == "DROP":
            drops = tuple(sorted({*record.drops, stamp.time}))
            self._now[mention.asset] = msgspec.structs.replace(record, drops=drops)
            return
        if mention.version is None:
            return
        version = uid.version_of(mention.asset, mention.version)
        said = Contribution(
            mentioned=stamp.time,
            digests=mention.digests,
            facets=dataset_facets(mention, stamp, 1),
            sighted=stamp.time,
            parents=tuple(sorted(uid.version_of(p.asset, p.version) for p in mention.parents if p.version)),
            aliases=(mention.alias,) if mention.alias and mention.alias_version in (None, mention.version) else (),
            seqs=(stamp.seq,),
        )
        found = {version: said}
        if mention.alias and mention.alias_version not in (None, mention.version):
            other = uid.version_of(mention.asset, mention.alias_version or "")
            found[other] = Contribution(mentioned=stamp.time, aliases=(mention.alias,), seqs=(stamp.seq,))
        for parent in said.parents:
            found.setdefault(parent, Contribution(mentioned=stamp.time, seqs=(stamp.seq,)))
        versions = dict(record.versions)
        for key, contribution in found.items():
            versions[key] = join(versions[key], contribution) if key in versions else contribution
        lineage = dict(record.lineage)
        if mention.lineage is not None:
            sources = tuple(sorted({s for explicit in mention.lineage for s in explicit.sources}))
            old = lineage.get(version)
            if old is None or stamp >= old[0]:
                lineage[version] = (stamp, sources)
        self._now[mention.asset] = msgspec.structs.replace(record, versions=versions, lineage=lineage)


class JobFold:
    """Collects what a batch says of jobs."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._before: dict[str, JobRecord | None] = {}
        self._now: dict[str, JobRecord] = {}

    def event(self, seq: int, facts: Facts) -> None:
        stamp = Stamp(facts.time, facts.key, 0, seq)
        if facts.job is not None:
            self._see(facts.job.uid, facts.time, job_facets(facts.job, stamp))
            if facts.event_class is EventClass.JOB:
                self._declare(facts, stamp)
        for words in facts.run.said.values() if facts.run else ():
            for job in (words.parent_job, words.root_job):
                if job is not None:
                    self._see(job, facts.time, {})

    def changed(self) -> dict[str, tuple[JobRecord | None, JobRecord]]:
        pairs = {job: (self._before[job], now) for job, now in self._now.items() if now != self._before[job]}
        for job, (_, now) in pairs.items():
            self._overlay.set(job, now)
        return pairs

    def _see(self, job: str, time: int, facets: Facets) -> None:
        if job not in self._now:
            before = self._overlay.job(job)
            self._before[job] = before
            self._now[job] = before or JobRecord(first=time)
        record = self._now[job]
        self._now[job] = msgspec.structs.replace(
            record, first=min(record.first, time), facets=latest(record.facets, facets)
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


def job_facets(job: JobFacts, stamp: Stamp) -> Facets:
    values = {
        name: FacetValue(stamp, bytes(raw), job.said.get(name), 1, is_deleted(raw)) for name, raw in job.facets.items()
    }
    for name in job.deleted:
        values[name] = FacetValue(stamp, b"", Said(), 1, deleted=True)
    return values


