"""Nodes and edges, as every store keeps them and every answer carries them."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from whence.model.kinds import EdgeType, Evidence, InputRole, Kind, RunState, Strength

_WIDEST = 2**63
_CONTENT, _USED, _DERIVED_FROM = Strength.CONTENT, EdgeType.USED, EdgeType.DERIVED_FROM


def storable(value: Any) -> Any:
    """A JSON value with integers beyond 64 bits as their decimal digits: no store holds such numbers, and no digit is to be lost."""
    if isinstance(value, dict):
        return {key: storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, int) and not -_WIDEST <= value < _WIDEST:
        return str(value)
    return value


class Digest(msgspec.Struct, frozen=True, gc=False, array_like=True, order=True):
    """One digest of a version. `evidence` is INFERRED when only a read that bound by time carried it."""

    algorithm: str
    value: str
    strength: Strength = Strength.CONTENT
    evidence: Evidence = Evidence.RECORDED

    @property
    def strong(self) -> bool:
        return self.strength is _CONTENT


class Metric(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A number that a run reported; `text` holds "NaN", "Infinity" or "-Infinity" where there is no number. `dataset` is the uid of an asset or version."""

    name: str
    value: float | None = None
    text: str | None = None
    step: int | None = None
    dataset: str | None = None


class Param(msgspec.Struct, frozen=True, gc=False):
    name: str
    value: str


class Alias(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A registry alias of a version (`whence_alias`): `at` in ns UTC, `action` as the source said it (for example set, delete)."""

    name: str
    at: int
    action: str = "set"


class AssetDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="asset"):
    namespace: str
    same_as: tuple[str, ...] = ()
    """uids of all other names of this thing (its alias group without itself), sorted."""
    dropped_at: int | None = None
    """When the newest row of the group is a tombstone: its time, ns UTC."""


class VersionDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="version"):
    asset: str
    """uid of the asset under whose name this version was mentioned."""
    namespace: str
    asset_name: str
    version: str
    """The name as given; for the minted ones `run:…`, `{alg}:{value}` or `~`."""
    label: str | None = None
    aliases: tuple[Alias, ...] = ()
    digests: tuple[Digest, ...] = ()
    """Sorted; pooled over the same version under other names (rule 5)."""
    bytes: int | None = None
    rows: int | None = None
    change_note: str | None = None
    written: bool = False
    """Some run wrote it (a write row exists)."""
    failed: bool = False
    conflict: bool = False
    unversioned: bool = False
    base: bool = False
    """Something derives from it by whence_modelDerivation."""
    capture_missing: int = 0
    history_truncated: bool = False


class RunDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run"):
    run_id: str
    job: str | None = None
    state: RunState = RunState.UNKNOWN
    started_at: int | None = None
    ended_at: int | None = None
    parent: str | None = None
    commit: str | None = None
    environment: str | None = None
    dirty: bool | None = None
    processing_type: str | None = None
    """BATCH, STREAMING or SERVICE, from the jobType facet."""
    job_type: str | None = None
    params: tuple[Param, ...] = ()
    seeds: dict[str, Any] = {}
    metrics: tuple[Metric, ...] = ()
    error: str | None = None
    capture_missing: int = 0
    """How many things whence_captureCompleteness says were not captured."""
    history_truncated: bool = False


class JobDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="job"):
    namespace: str
    processing_type: str | None = None
    integration: str | None = None
    job_type: str | None = None
    description: str | None = None
    declared_inputs: tuple[str, ...] = ()
    declared_outputs: tuple[str, ...] = ()


class CommitDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="commit"):
    repository: str
    sha: str
    url: str | None = None


class EnvironmentDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="environment"):
    """`pin` is the canonical pin that the uid is the SHA-256 of."""

    pin: dict[str, Any] = {}


class ContentDetail(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="content"):
    algorithm: str
    value: str


Detail = AssetDetail | VersionDetail | RunDetail | JobDetail | CommitDetail | EnvironmentDetail | ContentDetail


class Node(msgspec.Struct, frozen=True, gc=False):
    """One node. `at` is ns UTC: a version's Version.time, a run's start, an asset's or job's first mention; None when unknown.

    `facets` is None where the store was not asked for it (walks), else {facet name: canonical JSON text}.
    """

    uid: str
    kind: Kind
    name: str
    at: int | None
    detail: Detail
    tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    facets: dict[str, msgspec.Raw] | None = None


class Edge(msgspec.Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """One edge, from the dependent to what it depends on. `at` is ns UTC, None for SAME_AS only.

    Two edges are the same when `key` is: type, ends, and what qualifies them (role and subset of USED, relation and run of DERIVED_FROM).
    `event_seqs`: positions in the log of the events that say so, at most two a mention, its first and its last; they depend on arrival
    and are therefore no part of the graph's digest.
    """

    type: EdgeType
    source: str
    target: str
    at: int | None
    evidence: Evidence = Evidence.RECORDED
    role: InputRole | None = None
    subset: str | None = None
    """Canonical JSON of the input's `subset` facet's condition."""
    relation: str | None = None
    run: str | None = None
    event_seqs: tuple[int, ...] = ()

    @property
    def qualifier(self) -> str:
        """What distinguishes edges of one type between the same two nodes; empty for most."""
        if self.type is _USED:
            if self.role is None and self.subset is None:
                return ""
            subset = hashlib.sha256(self.subset.encode()).hexdigest()[:16] if self.subset else ""
            return f"{self.role or ''}|{subset}"
        if self.type is _DERIVED_FROM:
            return f"{self.relation or ''}|{self.run or ''}"
        return ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        kind = self.type
        qualifier = self.qualifier if kind is _USED or kind is _DERIVED_FROM else ""
        return (kind, self.source, self.target, qualifier)

    @property
    def id(self) -> str:
        """Stable id of this edge for clients."""
        qualifier = self.qualifier
        return f"{self.type.value} {self.source} {self.target}" + (f" {qualifier}" if qualifier else "")
