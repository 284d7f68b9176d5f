"""Rules 2, 3, 6, 14, 24, 25: the nodes, with everything that they show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from spec.aliases import Moves
from spec.edges import commit_of, environment_of, pins
from spec.mentions import Heard
from spec.names import Names, State
from spec.runs import Attempt, Event, Raws, without_deleted
from spec.timelines import Timelines
from spec.told import Pool, Told
from spec.written import TOMBSTONE
from whence.model import uid
from whence.model.facts import EventClass, Facts, Role, Said
from whence.model.graph import (
    AssetDetail,
    CommitDetail,
    ContentDetail,
    EnvironmentDetail,
    JobDetail,
    Node,
    RunDetail,
    VersionDetail,
    storable,
)
from whence.model.kinds import Kind, RunState

OF_ONE_VERSION = {
    "version",
    "datasetVersion",
    "lifecycleStateChange",
    "inputStatistics",
    "outputStatistics",
    "subset",
    "whence_inputRole",
    "whence_outputRole",
    "whence_evidence",
    "whence_contentDigests",
    "whence_versionInfo",
    "whence_modelDerivation",
    "whence_alias",
}
"""Facets that are not shown on the asset (docs/design.md, Decisions)."""

SIZES = ("dataQualityMetrics", "inputStatistics", "outputStatistics", "whence_contentDigests")
"""Where several facets give a size or a number of rows, the first of these that does."""


@dataclass(frozen=True)
class Words:
    """The latest facets of several mentions, or of several events of a job, and what they say."""

    facets: Raws
    said: Mapping[str, Said]

    def __getitem__(self, facet: str) -> Said:
        return self.said.get(facet, Said())


def words_of(heard: Iterable[Heard]) -> Words:
    """Rule 3: the latest of each facet wins whole; one that is taken back is none."""
    facets: Raws = {}
    said: dict[str, Said] = {}
    for each in sorted(heard, key=lambda each: each.later):
        for name, facet in each.mention.facets.items():
            facets[name] = facet
            said[name] = each.mention.said.get(name, Said())
    return Words(without_deleted(facets), said)


def run_nodes(attempts: Mapping[str, Attempt], parent_of: Mapping[str, str]) -> Iterator[Node]:
    for attempt in attempts.values():
        said = attempt.said
        job_type, code = said.get("job.jobType", Said()), said.get("whence_codeState", Said())
        completeness = said.get("whence_captureCompleteness", Said())
        yield Node(
            uid=attempt.uid,
            kind=Kind.RUN,
            name=uid.parse_job(attempt.job)[1],
            at=attempt.started,
            detail=RunDetail(
                run_id=attempt.run_id,
                job=attempt.job,
                state=attempt.state,
                started_at=attempt.started,
                ended_at=attempt.ended,
                parent=parent_of.get(attempt.uid),
                commit=commit_of(attempt),
                environment=environment_of(attempt),
                dirty=code.dirty,
                processing_type=job_type.processing_type,
                job_type=job_type.job_type,
                params=said.get("executionParameters", Said()).params or (),
                seeds=storable(json.loads(said.get("whence_seeds", Said()).seeds or "{}")),
                metrics=said.get("whence_metrics", Said()).metrics or (),
                error=said.get("errorMessage", Said()).error,
                capture_missing=completeness.capture_missing,
                history_truncated=completeness.history_truncated,
            ),
            tags=said.get("tags", Said()).tags or (),
            facets=attempt.facets,
        )


def unknown_run_nodes(attempts: Mapping[str, Attempt], parent_of: Mapping[str, str]) -> Iterator[Node]:
    """Rule 2: a run known only from others' facets is UNKNOWN, without times. Its job is the least that its first child by run id to name one names."""
    for run in sorted(set(parent_of.values()) - attempts.keys()):
        children = [attempts[child] for child, parent in parent_of.items() if parent == run]
        named = [(uid.parse_run(child.uid)[0], child.said["parent"].parent_job) for child in children]
        job = min(((child, job) for child, job in named if job), default=("", None))[1]
        run_id, _ = uid.parse_run(run)
        name = uid.parse_job(job)[1] if job else run_id
        yield Node(run, Kind.RUN, name, None, RunDetail(run_id, job=job, state=RunState.UNKNOWN), facets={})


def job_nodes(log: Iterable[Event]) -> Iterator[Node]:
    """Rule 25, and the jobs that parent facets name."""
    events: dict[str, list[Event]] = {}
    first: dict[str, list[int]] = {}
    for event in log:
        if event.facts.job is not None:
            events.setdefault(event.facts.job.uid, []).append(event)
            first.setdefault(event.facts.job.uid, []).append(event.time)
        parent = event.facts.run.said.get("parent", Said()) if event.facts.run else Said()
        for job in filter(None, (parent.parent_job, parent.root_job)):
            first.setdefault(job, []).append(event.time)
    for job, times in first.items():
        yield _job_node(job, min(times), sorted(events.get(job, ()), key=lambda event: event.later))


def _job_node(job: str, at: int, by_later: list[Event]) -> Node:
    facets: Raws = {}
    said: dict[str, Said] = {}
    for event in by_later:
        facts = event.facts.job
        assert facts is not None
        for name in facts.deleted:
            facets.pop(name, None)
            said.pop(name, None)
        for name, facet in facts.facets.items():
            facets[name] = facet
            said[name] = facts.said.get(name, Said())
    words = Words(facets, said)
    declaring = [event for event in by_later if event.facts.event_class is EventClass.JOB]
    namespace, name = uid.parse_job(job)
    return Node(
        uid=job,
        kind=Kind.JOB,
        name=name,
        at=at,
        detail=JobDetail(
            namespace=namespace,
            processing_type=words["jobType"].processing_type,
            integration=words["jobType"].integration,
            job_type=words["jobType"].job_type,
            description=words["documentation"].description,
            declared_inputs=_declared(declaring, Role.INPUT),
            declared_outputs=_declared(declaring, Role.OUTPUT),
        ),
        tags=words["tags"].tags or (),
        owners=words["ownership"].owners or (),
        facets=facets,
    )


def _declared(declaring: list[Event], role: Role) -> tuple[str, ...]:
    """What the latest JobEvent says (docs/graphql.md)."""
    mentions = declaring[-1].facts.mentions if declaring else ()
    return tuple(sorted({mention.asset for mention in mentions if mention.role is role}))


def asset_nodes(log: Iterable[Event], lines: Timelines, names: Names) -> Iterator[Node]:
    heard: dict[str, list[Heard]] = {}
    first: dict[str, list[int]] = {}
    for event in log:
        for mention in event.facts.mentions:
            heard.setdefault(mention.asset, []).append(Heard(event, mention))
        for asset in _assets_of(event.facts):
            first.setdefault(asset, []).append(event.time)
    for asset, times in first.items():
        namespace, name = uid.parse_asset(asset)
        words = words_of(heard.get(asset, ()))
        group = names.group(asset)
        rows = lines.rows.get(group, ())
        yield Node(
            uid=asset,
            kind=names.type_of(asset).asset_kind,
            name=name,
            at=min(times),
            detail=AssetDetail(
                namespace=namespace,
                same_as=tuple(sorted(group - {asset})),
                dropped_at=rows[-1].time if rows and rows[-1].rank == TOMBSTONE else None,
            ),
            tags=words["tags"].tags or (),
            owners=words["ownership"].owners or (),
            facets={name: facet for name, facet in words.facets.items() if name not in OF_ONE_VERSION},
        )


def _assets_of(facts: Facts) -> Iterator[str]:
    """Every asset that an event names."""
    lineage = [words.lineage for words in (facts.run.said.values() if facts.run else ())]
    for mention in facts.mentions:
        yield mention.asset
        yield from mention.same_as
        yield from (parent.asset for parent in mention.parents)
        if mention.lifecycle is not None and mention.lifecycle.previous is not None:
            yield mention.lifecycle.previous
        if mention.derivation is not None:
            yield mention.derivation.base.asset
        lineage.append(mention.lineage)
    for entries in lineage:
        for entry in entries or ():
            yield entry.target
            yield from entry.sources


def version_size(told: Told, version: str) -> int | None:
    words = words_of(told.described.get(version, ()))
    return next((words[name].bytes for name in SIZES if words[name].bytes is not None), None)


def version_nodes(told: Told, pools: Mapping[State, Pool], names: Names, moves: Moves) -> Iterator[Node]:
    for state, pool in pools.items():
        for version in pool.versions:
            parts = uid.parse_version(version)
            words = words_of(told.described.get(version, ()))
            info, completeness = words["whence_versionInfo"], words["whence_captureCompleteness"]
            yield Node(
                uid=version,
                kind=names.type_of(parts.asset_uid).version_kind,
                name=f"{parts.name}@{parts.shown}",
                at=pool.times[version],
                detail=VersionDetail(
                    asset=parts.asset_uid,
                    namespace=parts.namespace,
                    asset_name=parts.name,
                    version=parts.shown,
                    label=info.label,
                    aliases=moves.get(state, ()),
                    digests=pool.digests,
                    bytes=version_size(told, version),
                    rows=next((words[name].rows for name in SIZES if words[name].rows is not None), None),
                    change_note=info.change_note,
                    written=pool.written,
                    failed=pool.failed,
                    conflict=pool.conflict,
                    unversioned=parts.is_unversioned,
                    base=version in told.bases,
                    capture_missing=completeness.capture_missing,
                    history_truncated=completeness.history_truncated,
                ),
                tags=words["tags"].tags or (),
                owners=words["ownership"].owners or (),
                facets=words.facets,
            )


def content_nodes(born: Mapping[str, int]) -> Iterator[Node]:
    for content, at in born.items():
        algorithm, value = uid.parse_content(content)
        yield Node(content, Kind.CONTENT, f"{algorithm}:{value}", at, ContentDetail(algorithm, value), facets={})


def pin_nodes(attempts: Mapping[str, Attempt]) -> Iterator[Node]:
    """Commits and environments live as long as an attempt points at them; their `at` is the earliest start of such an attempt."""
    pointing: dict[str, list[Attempt]] = {}
    for attempt in attempts.values():
        for _, target in pins(attempt):
            pointing.setdefault(target, []).append(attempt)
    for target, by in pointing.items():
        at = min(attempt.started for attempt in by)
        if uid.prefix_of(target) == "environment":
            pin = storable(json.loads(by[0].said["whence_environmentPin"].pin or "{}"))
            yield Node(target, Kind.ENVIRONMENT, f"Python {pin['python']}", at, EnvironmentDetail(pin), facets={})
        else:
            _, repository, sha = (unquote(part) for part in target.split("/"))
            yield Node(target, Kind.COMMIT, sha, at, CommitDetail(repository, sha), facets={})
