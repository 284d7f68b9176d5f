"""What one event asserts: the output of `facts(event)`, the input of the merge.

Nothing here depends on any other event, on arrival or on a store. Uids are minted already; times are ns UTC.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from whence.model.graph import Alias, Digest, Metric, Param
from whence.model.kinds import AssetType, InputRole


class EventClass(StrEnum):
    """OpenLineage's three events, told apart by what they hold, else by the last segment of schemaURL."""

    RUN = "RUN"
    JOB = "JOB"
    DATASET = "DATASET"


class EventType(StrEnum):
    """The `eventType` of a RunEvent; what is absent or unknown counts as OTHER."""

    START = "START"
    RUNNING = "RUNNING"
    OTHER = "OTHER"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"

    @property
    def order(self) -> int:
        """START < RUNNING/OTHER/none < COMPLETE < ABORT < FAIL at equal times (rule 1)."""
        return _ORDER[self]


_ORDER = {
    EventType.START: 0,
    EventType.RUNNING: 1,
    EventType.OTHER: 1,
    EventType.COMPLETE: 2,
    EventType.ABORT: 3,
    EventType.FAIL: 4,
}


class Role(StrEnum):
    """Where in the event a dataset stood."""

    INPUT = "INPUT"
    OUTPUT = "OUTPUT"
    SUBJECT = "SUBJECT"
    """The dataset of a DatasetEvent."""


class Lifecycle(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """`lifecycleStateChange`: ALTER, CREATE, DROP, OVERWRITE, RENAME, TRUNCATE; `previous` is the asset uid of RENAME's previousIdentifier."""

    state: str
    previous: str | None = None


class Reference(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An asset (uid) with a version named, or none."""

    asset: str
    version: str | None = None


class Derivation(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """`whence_modelDerivation`: the base and how the model was made from it (FINE_TUNE ADAPTER MERGE QUANTIZE DISTILL CONTINUE)."""

    base: Reference
    relation: str


class Explicit(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One target of the experimental `lineage` facet, and what it really came from (sources of type JOB are left out; those of its fields are in)."""

    target: str
    sources: tuple[str, ...]


class Said(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one facet says, in our own words: kept beside the facet's text, so that "the latest facet wins whole" (rule 3) holds for
    the words as for the text. Each facet fills only what it speaks of.
    """

    # of a run
    parent: str | None = None
    """uid of the parent run's first attempt; `parent_job` the uid of its job; the same for root."""
    parent_job: str | None = None
    root: str | None = None
    root_job: str | None = None
    repository: str | None = None
    """In the normal form of the design page; with `sha` it names a commit."""
    sha: str | None = None
    dirty: bool | None = None
    environment: str | None = None
    """uid of the environment, `pin` its canonical JSON."""
    pin: str | None = None
    params: tuple[Param, ...] | None = None
    seeds: str | None = None
    """Canonical JSON of the seeds by name."""
    metrics: tuple[Metric, ...] | None = None
    error: str | None = None
    # of a run or its job
    lineage: tuple[Explicit, ...] | None = None
    processing_type: str | None = None
    job_type: str | None = None
    integration: str | None = None
    description: str | None = None
    # of a dataset
    bytes: int | None = None
    rows: int | None = None
    label: str | None = None
    change_note: str | None = None
    # of anything
    tags: tuple[str, ...] | None = None
    """`key` or `key:value`, sorted."""
    owners: tuple[str, ...] | None = None
    capture_missing: int = 0
    history_truncated: bool = False


class Mention(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One dataset in one event, as input, output or subject.

    `asset` is its uid, `version` the name that the `version` facet gives (under either key: version, datasetVersion) or None. `digests` are
    sorted and without repeats, values lower-case hex. `facets` holds every dataset, input and output facet as canonical JSON, whatever else was read from it;
    `said` our words for those that we read. `text` is the canonical JSON of the whole mention: the last tie-break of "later".
    """

    role: Role
    asset: str
    version: str | None = None
    digests: tuple[Digest, ...] = ()
    input_role: InputRole | None = None
    output_role: str | None = None
    subset: str | None = None
    """Canonical JSON of the subset facet's inputCondition or outputCondition."""
    asserted: bool = False
    asset_type: AssetType = AssetType.DATASET
    same_as: tuple[str, ...] = ()
    lifecycle: Lifecycle | None = None
    append: bool = False
    """Our versionInfo says append, or an output has a subset."""
    derivation: Derivation | None = None
    parents: tuple[Reference, ...] = ()
    alias: Alias | None = None
    alias_version: str | None = None
    """The version that the alias names; None: the mention's own."""
    lineage: tuple[Explicit, ...] | None = None
    """SUBJECT only: the dataset's own `lineage` facet, its one target the dataset itself."""
    facets: dict[str, msgspec.Raw] = {}
    said: dict[str, Said] = {}
    text: msgspec.Raw = msgspec.Raw(b"")


class RunFacts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the event says of its run. `said` also holds our words for those job facets that describe the run
    (jobType, sourceCodeLocation, lineage), under the key `job.` + facet name.
    """

    run_id: str
    """Normalised: a UUID in lower case."""
    event_type: EventType
    facets: dict[str, msgspec.Raw] = {}
    said: dict[str, Said] = {}


class JobFacts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the event says of its job. `deleted` are names of facets that the event takes back (`_deleted: true`), not in `facets`."""

    uid: str
    facets: dict[str, msgspec.Raw] = {}
    said: dict[str, Said] = {}
    deleted: tuple[str, ...] = ()


class Facts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Everything that one event asserts. `key` is the hex SHA-256 of its canonical form, `time` its eventTime in ns UTC, `time_text` as given."""

    key: str
    time: int
    time_text: str
    producer: str
    event_class: EventClass
    run: RunFacts | None = None
    job: JobFacts | None = None
    mentions: tuple[Mention, ...] = ()
