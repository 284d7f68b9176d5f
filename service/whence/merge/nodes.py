"""Records -> nodes, as people see them (rules 2, 3, 6, 14)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from whence.merge import attempts as att
from whence.merge.claims import AttemptClaim
from whence.merge.records import AssetRecord, Facets, JobRecord, VersionRecord
from whence.model import uid
from whence.model.facts import Said
from whence.model.graph import (
    Alias,
    AssetDetail,
    CommitDetail,
    ContentDetail,
    Digest,
    EnvironmentDetail,
    JobDetail,
    Node,
    RunDetail,
    VersionDetail,
    storable,
)
from whence.model.kinds import AssetType, EdgeType, Kind, RunState


def asset_node(
    asset_uid: str, record: AssetRecord, members: Sequence[str], asset_type: AssetType, dropped_at: int | None
) -> Node:
    namespace, name = uid.parse_asset(asset_uid)
    words = _said(record.facets)
    return Node(
        asset_uid,
        asset_type.asset_kind,
        name,
        record.first,
        AssetDetail(namespace, tuple(m for m in members if m != asset_uid), dropped_at),
        _tags(words),
        _owners(words),
    )


def job_node(job_uid: str, record: JobRecord) -> Node:
    namespace, name = uid.parse_job(job_uid)
    words = _said(record.facets)
    return Node(
        job_uid,
        Kind.JOB,
        name,
        record.first,
        JobDetail(
            namespace,
            processing_type=_first(words, "processing_type"),
            integration=_first(words, "integration"),
            job_type=_first(words, "job_type"),
            description=_first(words, "description"),
            declared_inputs=record.inputs,
            declared_outputs=record.outputs,
        ),
        _tags(words),
        _owners(words),
    )


def run_node(claimed: AttemptClaim, parent: str | None) -> Node:
    """One attempt."""
    folded = claimed.attempt
    words = _said(folded.facets)
    pins = dict(claimed.pins)
    code = att.code(folded)
    kind = att.said(folded, "job.jobType")
    return Node(
        claimed.uid,
        Kind.RUN,
        uid.parse_job(folded.job)[1],
        claimed.began,
        RunDetail(
            run_id=claimed.ref.run_id,
            job=folded.job,
            state=claimed.state,
            started_at=claimed.began,
            ended_at=claimed.ended,
            parent=parent,
            commit=pins.get(EdgeType.AT_COMMIT),
            environment=pins.get(EdgeType.IN_ENVIRONMENT),
            dirty=code.dirty if code else None,
            processing_type=kind.processing_type if kind else None,
            job_type=kind.job_type if kind else None,
            params=_first(words, "params") or (),
            seeds=_json(_first(words, "seeds")),
            metrics=_first(words, "metrics") or (),
            error=_first(words, "error"),
            capture_missing=sum([w.capture_missing for w in words]),
            history_truncated=True in [w.history_truncated for w in words],
        ),
        _tags(words),
        _owners(words),
    )


def unknown_run_node(run_id: str, job: str | None) -> Node:
    """A run that only others speak of (rule 2)."""
    run_uid = uid.run(run_id)
    name = uid.parse_job(job)[1] if job else run_id
    return Node(run_uid, Kind.RUN, name, None, RunDetail(run_id=run_id, job=job, state=RunState.UNKNOWN))


def version_node(
    version_uid: str,
    record: VersionRecord,
    time: int,
    asset_type: AssetType,
    digests: tuple[Digest, ...],
    aliases: tuple[Alias, ...],
    *,
    written: bool,
    failed: bool,
    conflict: bool,
) -> Node:
    parts = uid.parse_version(version_uid)
    words, shown = _said(record.facets), parts.shown
    return Node(
        version_uid,
        asset_type.version_kind,
        f"{parts.name}@{shown}",
        time,
        VersionDetail(
            asset=parts.asset_uid,
            namespace=parts.namespace,
            asset_name=parts.name,
            version=shown,
            label=_first(words, "label"),
            aliases=aliases,
            digests=digests,
            bytes=_first(words, "bytes"),
            rows=_first(words, "rows"),
            change_note=_first(words, "change_note"),
            written=written,
            failed=failed,
            conflict=conflict,
            unversioned=parts.is_unversioned,
            base=record.bases > 0,
            capture_missing=sum([w.capture_missing for w in words]),
            history_truncated=True in [w.history_truncated for w in words],
        ),
        _tags(words),
        _owners(words),
    )


def content_node(content_uid: str, at: int) -> Node:
    algorithm, value = uid.parse_content(content_uid)
    return Node(content_uid, Kind.CONTENT, f"{algorithm}:{value}", at, ContentDetail(algorithm, value))


def commit_node(said: Said, at: int) -> Node:
    assert said.repository is not None
    assert said.sha is not None
    return Node(
        uid.commit(said.repository, said.sha),
        Kind.COMMIT,
        said.sha,
        at,
        CommitDetail(said.repository, said.sha, _commit_url(said.repository, said.sha)),
        facets={},
    )


def environment_node(said: Said, at: int) -> Node:
    assert said.environment is not None
    pin = _json(said.pin)
    return Node(said.environment, Kind.ENVIRONMENT, _environment_name(pin), at, EnvironmentDetail(pin))


def _commit_url(repository: str, sha: str) -> str | None:
    """Where people look at a commit; only for hosts that are known to keep it there. Never fetched."""
    host = repository.removeprefix("https://").split("/")[0]
    if host == "github.com":
        return f"{repository}/commit/{sha}"
    return f"{repository}/-/commit/{sha}" if host == "gitlab.com" else None


def _environment_name(pin: dict[str, Any]) -> str:
    words = [f"Python {pin['python']}" if isinstance(pin.get("python"), str) else None, pin.get("image"), pin.get("os")]
    return " · ".join(str(word) for word in words if word) or "environment"


def _said(facets: Facets) -> list[Said]:
    """Our words for the facets that are there, in the order of their names."""
    found = []
    for name in sorted(facets):
        value = facets[name]
        if value.said is not None and not value.deleted:
            found.append(value.said)
    return found


def _tags(words: list[Said]) -> tuple[str, ...]:
    found: set[str] = set()
    for each in words:
        if each.tags:
            found.update(each.tags)
    return tuple(sorted(found)) if found else ()


def _owners(words: list[Said]) -> tuple[str, ...]:
    found: set[str] = set()
    for each in words:
        if each.owners:
            found.update(each.owners)
    return tuple(sorted(found)) if found else ()


def _first(words: list[Said], what: str) -> Any:
    """The first that is said."""
    for each in words:
        value = getattr(each, what)
        if value is not None:
            return value
    return None


def _json(text: str | None) -> dict[str, Any]:
    value = storable(json.loads(text)) if text else {}
    return value if isinstance(value, dict) else {}
