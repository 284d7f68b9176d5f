"""What a store keeps for the merge, one record a key: folded runs, assets, jobs and versions (rule 26).

Records are values: the merge makes new ones and never changes one in place, so that a store may cache them.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

from whence.model.facts import Derivation, Lifecycle, Reference, Role, Said
from whence.model.graph import Alias, Digest, Edge
from whence.model.kinds import AssetType, Evidence, InputRole


class Stamp(msgspec.Struct, frozen=True, gc=False, order=True, array_like=True):
    """When something was said, for "later": event time (ns UTC), first half of the event key (16 bytes: enough to order by),
    `place` among the event's mentions sorted by their text.

    `seq` is where in the log; it depends on arrival and only names evidence. It comes last, so it never decides.
    """

    time: int
    key: bytes
    place: int
    seq: int


class FacetValue(msgspec.Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """The latest value of one facet, and our words for it. `text` names its canonical JSON (`text_name`), empty where there is none;
    `phase` is the event type's order (rule 1).
    """

    stamp: Stamp
    text: bytes
    said: Said | None = None
    phase: int = 1
    deleted: bool = False


Facets = dict[str, FacetValue]


def text_name(text: bytes) -> bytes:
    """A facet's canonical JSON is kept once, under its BLAKE2b-128, however many records and nodes show it."""
    return hashlib.blake2b(text, digest_size=16).digest()


def stamp_at(time: int, event_key: str, place: int, seq: int) -> Stamp:
    """The stamp of one mention, or with place 0 of the event itself; `event_key` in hex."""
    return Stamp(time, bytes.fromhex(event_key[:32]), place, seq)


START, MID, END = 0, 1, 2


class Times(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """First and last event of one thing said in an attempt, and the first times by phase: START, before the end, terminal (ns UTC)."""

    first: Stamp
    last: Stamp
    start: int | None = None
    mid: int | None = None
    end: int | None = None

    @property
    def open(self) -> int | None:
        """The first non-terminal time."""
        if self.start is None or self.mid is None:
            return self.mid if self.start is None else self.start
        return min(self.start, self.mid)

    @property
    def later_than_start(self) -> bool:
        """Some event other than a START said it."""
        return self.mid is not None or self.end is not None

    @property
    def seqs(self) -> tuple[int, ...]:
        return (self.first.seq,) if self.first.seq == self.last.seq else (self.first.seq, self.last.seq)


class MentionKey(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What makes two mentions of an attempt the same mention."""

    role: Role
    asset: str
    version: str | None
    digests: tuple[Digest, ...]
    input_role: InputRole | None
    output_role: str | None
    subset: str | None
    asserted: bool
    lifecycle: Lifecycle | None
    append: bool
    derivation: Derivation | None
    parents: tuple[Reference, ...]
    alias: Alias | None
    alias_version: str | None


class MentionFold(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One mention, folded over all events of the attempt that repeat it."""

    what: MentionKey
    times: Times
    facets: Facets


class Attempt(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One attempt of a run, folded (rules 1-3)."""

    opened: int | None
    """Time of the START that opened it; None for the first attempt."""
    first: tuple[int, int, str]
    """Sort key (time, order, event key) of its first event, `last` of its last."""
    last: tuple[int, int, str]
    job: str
    job_stamp: Stamp
    events: Times
    least_end: int | None
    """Time of its earliest terminal event."""
    final: tuple[int, int] | None
    """(time, order) of its last terminal event."""
    latest_start: int | None
    """Time of its latest START."""
    facets: Facets
    mentions: tuple[MentionFold, ...]
    parent: tuple[str, str | None] | None = None
    """(run id, job uid) of the run that the parent facet names; its root when it names no parent."""


class RunRecord(msgspec.Struct, frozen=True, gc=False, tag="run", array_like=True):
    """All attempts under one run id, oldest first; key `run {run_id}`."""

    run_id: str
    attempts: tuple[Attempt, ...]


Sight = tuple[int, str]
"""Time (ns UTC) of a mention that may give a version a sighting row, and the running attempt that it is the output of; empty for any other mention."""


class Contribution(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one run, or the DatasetEvents of one asset, say of one version."""

    mentioned: int
    """Time of the earliest mention, ns UTC."""
    digests: tuple[Digest, ...] = ()
    facets: Facets = {}
    complete: int = 0
    """Attempts that wrote it and COMPLETEd; `failed` those that FAILed or ABORTed, `open` those that have not ended."""
    failed: int = 0
    open: int = 0
    began: int | None = None
    """Least start of the attempts that wrote it."""
    sighted: Sight | None = None
    """What may give it a sighting row, the earliest (rule 12)."""
    base: bool = False
    parents: tuple[str, ...] = ()
    pins: tuple[Edge, ...] = ()
    """AT_COMMIT and IN_ENVIRONMENT copied from the run (rule 20)."""
    seqs: tuple[int, ...] = ()


class Row(NamedTuple):
    """A row of a timeline (rules 11-13): rank 0 tombstone, 1 sighting, 2 write; `writer` is an attempt, or empty."""

    asset: str
    time: int
    rank: int
    version: str
    writer: str


class ReadIndex(NamedTuple):
    """Where a read looks: an asset and an instant; `digest` ("" for any) as `{alg}:{value}`."""

    asset: str
    instant: int
    digest: str


class RunDerived(msgspec.Struct, frozen=True, gc=False, tag="derived", array_like=True):
    """What a run's record led to when it was last derived: kept to find the difference. Key `derived {run_id}`."""

    attempts: tuple[str, ...]
    rows: tuple[Row, ...]
    reads: tuple[ReadIndex, ...]
    claims: dict[str, Contribution]
    """By version uid: from the record alone (with groups and descendants), before any read is bound."""
    edges: tuple[Edge, ...] = ()
    bound: dict[str, Contribution] = {}
    """By version uid: from reads bound by rules 16 and 17."""
    parents: tuple[str, ...] = ()
    """Run ids that its attempts name as parent."""
    """With the uid of the parent's job after a space, where the facet names one."""
    assets: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    """Run ids above it that mention data, sorted: it is found by them (`below`)."""
    successors: tuple[tuple[str, str], ...] = ()
    """(stand-in that is no version of its own, what answers for it) (rule 9)."""


class AssetRecord(msgspec.Struct, frozen=True, gc=False, tag="asset", array_like=True):
    """What all events say of one asset name; key is its uid. Only grows: nothing here is ever taken back."""

    first: int
    same_as: tuple[str, ...] = ()
    asset_type: AssetType = AssetType.DATASET
    facets: Facets = {}
    drops: tuple[int, ...] = ()
    """Times of DatasetEvents that drop it, sorted (rule 10)."""
    lineage: dict[str, tuple[Stamp, tuple[str, ...]]] = {}
    """Explicit lineage of DatasetEvents: version uid -> latest (stamp, source asset uids) (rule 25)."""
    aliased: bool = False
    """Some registry alias was set on a version of it, or deleted."""


class Told(msgspec.Struct, frozen=True, gc=False, tag="told", array_like=True):
    """What the DatasetEvents of one asset say of one version (rule 25). Key `told {asset uid} {version uid}`."""

    said: Contribution


class Drawn(msgspec.Struct, frozen=True, gc=False, tag="drawn", array_like=True):
    """What an asset's record led to when it was last drawn. Key `drawn {asset uid}`."""

    edges: tuple[Edge, ...] = ()
    bound: dict[str, Contribution] = {}
    reads: tuple[ReadIndex, ...] = ()
    dropped_at: int | None = None
    shown: bytes = b""
    """BLAKE2b of the node, so that an event that teaches nothing new writes nothing."""


class JobRecord(msgspec.Struct, frozen=True, gc=False, tag="job", array_like=True):
    """What all events say of a job; key is its uid."""

    first: int
    facets: Facets = {}
    declared: Stamp | None = None
    """Of the latest JobEvent, whose inputs and outputs these are (rule 25)."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


class DigestCount(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """How many contributors give a digest, by evidence."""

    digest: Digest
    recorded: int = 0
    asserted: int = 0
    inferred: int = 0

    @property
    def evidence(self) -> Evidence | None:
        if self.recorded:
            return Evidence.RECORDED
        if self.asserted:
            return Evidence.ASSERTED
        return Evidence.INFERRED if self.inferred else None


class VersionRecord(msgspec.Struct, frozen=True, gc=False, tag="version", array_like=True):
    """All contributions to one version, pooled; key is its uid. Counts make taking one away exact; what counts can't undo is pooled anew."""

    contributors: int
    mentioned: int
    digests: tuple[DigestCount, ...] = ()
    facets: Facets = {}
    writers_complete: int = 0
    writers_failed: int = 0
    writers_open: int = 0
    began: int | None = None
    sighted: Sight | None = None
    bases: int = 0
    """Contributors that name it as the base of a model."""
    parents: tuple[str, ...] = ()
    pins: tuple[Edge, ...] = ()
    seqs: tuple[int, ...] = ()


class Placed(msgspec.Struct, frozen=True, gc=False, tag="placed", array_like=True):
    """What a version's pooled state led to when it was last placed. Key `placed {version uid}`."""

    edges: tuple[Edge, ...] = ()
    rows: tuple[Row, ...] = ()
    """Its sighting row, if any."""
    indexed: tuple[str, ...] = ()
    """Digests that its rows are found by, `{alg}:{value}`."""
    contents: tuple[tuple[str, int, str], ...] = ()
    """(content uid, Version.time, evidence) of each content that it has."""
    conflict: bool = False
    classes: tuple[tuple[str, str, int, int, str, str], ...] = ()
    """Entries under which it is indexed as original or unexplained (rule 23)."""
    origin: tuple[Edge, ...] = ()
    """Its SAME_BYTES edges."""

    @property
    def holdings(self) -> tuple[tuple[str, int, str], ...]:
        """What it counts as a holder of: a conflict neither gives nor receives (rule 23)."""
        return () if self.conflict else self.contents


Record = RunRecord | RunDerived | AssetRecord | Told | Drawn | JobRecord | VersionRecord | Placed

_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


def encode(record: Record) -> bytes:
    """The record as bytes for a store."""
    return _ENCODER.encode(record)


def decode(data: bytes) -> Record:
    """The record again. Raises msgspec.DecodeError when the bytes are none of ours."""
    return _DECODER.decode(data)
