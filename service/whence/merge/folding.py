"""Fold a batch of events into the records that they speak of (rules 1 to 4, 6, 25, 26)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from whence.merge import nodes
from whence.merge.aliases import keep_moves
from whence.merge.assets import AssetFold, JobFold, teaches
from whence.merge.below import mentions_data
from whence.merge.fold import Heard, fold_event, fold_run, prepare
from whence.merge.joining import regroup
from whence.merge.overlay import derived_key, drawn_key, placed_key, run_key, told_key
from whence.merge.records import RunRecord
from whence.merge.state import Logged
from whence.merge.work import Work
from whence.model import uid
from whence.model.facts import Facts, Role

_SUBJECT: Final = Role.SUBJECT


def fold_all(work: Work, events: Sequence[Logged]) -> None:
    """Every event, into its run, its job and its assets."""
    work.overlay.load(keys_spoken_of(facts for _, facts in events))
    assets, jobs = AssetFold(work.overlay), JobFold(work.overlay)
    by_run: dict[str, list[Heard]] = defaultdict(list)
    for seq, facts in events:
        heard = prepare(seq, facts, work.overlay.texts)
        assets.event(heard)
        jobs.event(heard)
        if facts.run is not None:
            by_run[facts.run.run_id].append(heard)
    for run_id, said in by_run.items():
        _fold_run(work, run_id, said)
    work.assets, work.told = assets.changed(), assets.told()
    work.to_place |= keep_moves(work.overlay, work.groups, assets.moves)
    regroup(work, work.assets)
    for job_uid, (before, now) in jobs.changed().items():
        if teaches(before, now):
            work.overlay.put_node(nodes.job_node(job_uid, now), now.facets)


def keys_spoken_of(events: Iterable[Facts]) -> list[str]:
    """Keys of the records that merging these events asks for first: a store may read them with the position of its log."""
    runs: dict[str, None] = {}
    jobs: dict[str, None] = {}
    mentions: dict[tuple[str, str | None, bool], None] = {}
    for facts in events:
        if facts.run is not None:
            runs[facts.run.run_id] = None
        if facts.job is not None:
            jobs[facts.job.uid] = None
        for mention in facts.mentions:
            mentions[mention.asset, mention.version, mention.role is _SUBJECT] = None
    keys = [key for run_id in runs for key in (run_key(run_id), derived_key(run_id))]
    keys += jobs
    for asset, named, is_subject in mentions:
        keys += (asset, drawn_key(asset))
        if named is not None:
            version = uid.version_of(asset, named)
            keys += (version, placed_key(version))
            if is_subject:
                keys.append(told_key(asset, version))
    return list(dict.fromkeys(keys))


def _fold_run(work: Work, run_id: str, events: list[Heard]) -> None:
    before = work.overlay.run(run_id)
    record: RunRecord | None = before or RunRecord(run_id, ())
    for heard in events:
        record = fold_event(record, heard) if record is not None else None
    if record is None:
        logged = work.overlay.run_events(run_id)
        known = {facts.key for _, facts in logged}
        record = fold_run(run_id, [*logged, *(h[:2] for h in events if h.facts.key not in known)])
    work.overlay.set(run_key(run_id), record)
    work.to_claim.add(run_id)
    if before is None or _bounds(before) != _bounds(record):
        work.bounds_changed.add(run_id)
    if mentions_data(record) and not mentions_data(before):
        work.speaks_now.add(run_id)


def _bounds(record: RunRecord) -> list[tuple[int | None, tuple[int, int, str]]]:
    return [(attempt.opened, attempt.first) for attempt in record.attempts]
