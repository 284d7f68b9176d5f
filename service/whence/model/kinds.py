"""The closed sets of the graph: kinds of nodes, types of edges, and the words on them.

To look a member up in its class costs as much as a call, so what is asked for many times an event keeps it under a name of its module.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a node is, as people and GraphQL name it. A uid never contains it, because an asset's type may be learned late."""

    DATASET = "DATASET"
    DATASET_VERSION = "DATASET_VERSION"
    MODEL = "MODEL"
    MODEL_VERSION = "MODEL_VERSION"
    ARTIFACT = "ARTIFACT"
    ARTIFACT_VERSION = "ARTIFACT_VERSION"
    CONTENT = "CONTENT"
    JOB = "JOB"
    RUN = "RUN"
    COMMIT = "COMMIT"
    ENVIRONMENT = "ENVIRONMENT"


class AssetType(StrEnum):
    """The type of an asset. The greatest of all that was said counts: MODEL > ARTIFACT > DATASET (rule 6)."""

    DATASET = "DATASET"
    ARTIFACT = "ARTIFACT"
    MODEL = "MODEL"

    @property
    def rank(self) -> int:
        return _TYPE_RANK[self]

    @property
    def asset_kind(self) -> Kind:
        return Kind(self.value)

    @property
    def version_kind(self) -> Kind:
        return Kind(f"{self.value}_VERSION")


_TYPE_RANK = {AssetType.DATASET: 0, AssetType.ARTIFACT: 1, AssetType.MODEL: 2}

ASSET_KINDS = frozenset({Kind.DATASET, Kind.MODEL, Kind.ARTIFACT})
VERSION_KINDS = frozenset({Kind.DATASET_VERSION, Kind.MODEL_VERSION, Kind.ARTIFACT_VERSION})


class EdgeType(StrEnum):
    """Every edge points from the dependent to what it depends on (design page, §3)."""

    USED = "USED"
    GENERATED_BY = "GENERATED_BY"
    DERIVED_FROM = "DERIVED_FROM"
    AT_COMMIT = "AT_COMMIT"
    IN_ENVIRONMENT = "IN_ENVIRONMENT"
    HAS_CONTENT = "HAS_CONTENT"
    CONTENT_OF = "CONTENT_OF"
    INSTANCE_OF = "INSTANCE_OF"
    CHILD_OF = "CHILD_OF"
    VERSION_OF = "VERSION_OF"
    PREVIOUS = "PREVIOUS"
    WRITTEN_BY = "WRITTEN_BY"
    SAME_AS = "SAME_AS"
    SAME_STATE = "SAME_STATE"
    SAME_BYTES = "SAME_BYTES"
    RESTART_OF = "RESTART_OF"


UPSTREAM_EDGES: tuple[EdgeType, ...] = (
    EdgeType.USED,
    EdgeType.GENERATED_BY,
    EdgeType.DERIVED_FROM,
    EdgeType.AT_COMMIT,
    EdgeType.IN_ENVIRONMENT,
    EdgeType.SAME_STATE,
    EdgeType.SAME_BYTES,
)
"""What an upstream walk follows, outgoing (rule 23)."""

DOWNSTREAM_EDGES: tuple[EdgeType, ...] = (
    EdgeType.USED,
    EdgeType.GENERATED_BY,
    EdgeType.DERIVED_FROM,
    EdgeType.AT_COMMIT,
    EdgeType.IN_ENVIRONMENT,
    EdgeType.SAME_STATE,
    EdgeType.HAS_CONTENT,
    EdgeType.CONTENT_OF,
)
"""What a downstream walk follows, incoming (rule 23)."""


class Direction(StrEnum):
    """Which way a hop goes along edges: upstream = outgoing, downstream = incoming."""

    UPSTREAM = "UPSTREAM"
    DOWNSTREAM = "DOWNSTREAM"


class Evidence(StrEnum):
    """How an edge is known. Merged edges keep the strongest: RECORDED > ASSERTED > INFERRED (rule 21)."""

    RECORDED = "RECORDED"
    ASSERTED = "ASSERTED"
    INFERRED = "INFERRED"

    @property
    def rank(self) -> int:
        return _EVIDENCE_RANK[self]


_EVIDENCE_RANK = {Evidence.INFERRED: 0, Evidence.ASSERTED: 1, Evidence.RECORDED: 2}


def strongest(a: Evidence, b: Evidence) -> Evidence:
    return a if a.rank >= b.rank else b


def weakest(a: Evidence, b: Evidence) -> Evidence:
    return a if a.rank <= b.rank else b


class RunState(StrEnum):
    """The state of one attempt: its last terminal event's, else RUNNING; UNKNOWN when only others speak of it (rule 2)."""

    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAIL = "FAIL"
    ABORT = "ABORT"
    UNKNOWN = "UNKNOWN"


class InputRole(StrEnum):
    """What a run used an input for (`whence_inputRole`); absent is unknown."""

    TRAIN = "TRAIN"
    VALIDATION = "VALIDATION"
    TEST = "TEST"
    BASE_MODEL = "BASE_MODEL"
    MODEL = "MODEL"
    CONFIG = "CONFIG"
    REFERENCE = "REFERENCE"


class ModelRole(StrEnum):
    """What a model version is: the first that holds of BASE, RELEASED, INTERMEDIATE."""

    BASE = "BASE"
    INTERMEDIATE = "INTERMEDIATE"
    RELEASED = "RELEASED"


class Strength(StrEnum):
    """How much a digest proves. Only CONTENT makes content nodes (rule 22)."""

    CONTENT = "CONTENT"
    SNAPSHOT = "SNAPSHOT"
    WEAK = "WEAK"
    DECLARED = "DECLARED"


class How(StrEnum):
    """In which way a model used a dataset."""

    TRAINED_ON = "TRAINED_ON"
    VALIDATED_ON = "VALIDATED_ON"
    TRAINED_ON_DERIVED = "TRAINED_ON_DERIVED"
    FINE_TUNED_FROM = "FINE_TUNED_FROM"
    EVALUATED_ON = "EVALUATED_ON"
    ROLE_UNKNOWN = "ROLE_UNKNOWN"


class CutBy(StrEnum):
    """What cut an answer short."""

    DEPTH = "DEPTH"
    NODES = "NODES"
    POLICY = "POLICY"


class GapKind(StrEnum):
    """What an answer can't see."""

    UNVERSIONED_READ = "UNVERSIONED_READ"
    INFERRED_READ = "INFERRED_READ"
    CONFLICT = "CONFLICT"
    HISTORY_TRUNCATED = "HISTORY_TRUNCATED"
    CAPTURE_INCOMPLETE = "CAPTURE_INCOMPLETE"
    RUN_NOT_ENDED = "RUN_NOT_ENDED"
    REJECTED_EVENTS = "REJECTED_EVENTS"


class Bucket(StrEnum):
    """Width of a bucket of time in statistics; WEEK begins on Monday, all in UTC."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
