"""The closed sets of the model, with what each word means, as GraphQL enums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import strawberry

from whence.model.kinds import (
    Bucket,
    CutBy,
    EdgeType,
    Evidence,
    GapKind,
    How,
    InputRole,
    Kind,
    ModelRole,
    RunState,
)

if TYPE_CHECKING:
    from enum import EnumMeta

_MEANINGS: Final[dict[EnumMeta, tuple[str, dict[str, str]]]] = {
    Kind: (
        "What a node is.",
        {
            "DATASET": "A logical dataset: a table, a file, a topic. Also any asset of which nothing says that it is more.",
            "DATASET_VERSION": "One immutable state of a dataset.",
            "MODEL": "A logical model.",
            "MODEL_VERSION": "One state of a model: a base checkpoint, an intermediate one, a released model.",
            "ARTIFACT": "Something else that a run leaves behind: metrics, plots, reports, notebooks, configuration.",
            "ARTIFACT_VERSION": "One state of an artifact.",
            "CONTENT": "Some exact bytes, under one strong digest.",
            "JOB": "A step of a pipeline.",
            "RUN": "One execution of a job; an execution that was started again under the same id is a run of its own.",
            "COMMIT": "A commit of code.",
            "ENVIRONMENT": "What a run ran in: interpreter, lock file, image, accelerators.",
        },
    ),
    EdgeType: (
        "What an edge says. Every edge points from the dependent to what it depends on.",
        {
            "USED": "run → version that it read.",
            "GENERATED_BY": "version → run that wrote it.",
            "DERIVED_FROM": "version → version that it was made from.",
            "AT_COMMIT": "run (or version with explicit lineage) → commit of its code.",
            "IN_ENVIRONMENT": "run (or version with explicit lineage) → environment.",
            "HAS_CONTENT": "version → its exact bytes.",
            "CONTENT_OF": "content → version that holds it; only walked downstream.",
            "INSTANCE_OF": "run → its job.",
            "CHILD_OF": "run → the run that started it.",
            "VERSION_OF": "version → its asset.",
            "PREVIOUS": "version → the version that its producer says came before.",
            "WRITTEN_BY": "version → the run that wrote it, where explicit lineage says which inputs it really came from.",
            "SAME_AS": "asset ↔ asset: two names of one thing.",
            "SAME_STATE": "version ↔ the same version under another name of its asset.",
            "SAME_BYTES": "version that nothing else explains → the origin of its bytes.",
            "RESTART_OF": "run → the attempt before it under the same run id.",
        },
    ),
    Evidence: (
        "How an edge is known. Edges that several events support keep the strongest.",
        {
            "RECORDED": "An event says so.",
            "INFERRED": "Concluded from times: the newest version there was when the run read.",
            "ASSERTED": "Somebody says so who did not see it happen, with a reason.",
        },
    ),
    RunState: (
        "The state of a run.",
        {
            "RUNNING": "Begun, and nothing said that it ended.",
            "COMPLETE": "Ended well.",
            "FAIL": "Ended with an error.",
            "ABORT": "Stopped before its end.",
            "UNKNOWN": "Only others speak of it.",
        },
    ),
    InputRole: (
        "What a run used an input for.",
        {
            "TRAIN": "To train on.",
            "VALIDATION": "To validate on while training.",
            "TEST": "To evaluate on.",
            "BASE_MODEL": "As the model to start from.",
            "MODEL": "As the model to evaluate or to serve.",
            "CONFIG": "As configuration.",
            "REFERENCE": "To look things up.",
        },
    ),
    ModelRole: (
        "What a model version is in the life of models; the first that holds of BASE, RELEASED, INTERMEDIATE.",
        {
            "BASE": "Others derive from it, and no run here made it or its derivation says so.",
            "INTERMEDIATE": "Another model version derives from it within the same root run: a checkpoint.",
            "RELEASED": "An alias names it, or a service used it.",
        },
    ),
    How: (
        "In which way a model used a dataset.",
        {
            "TRAINED_ON": "The run that made the model trained on it.",
            "VALIDATED_ON": "The run that made the model validated on it.",
            "TRAINED_ON_DERIVED": "The run that made the model trained on data derived from it.",
            "FINE_TUNED_FROM": "The model was made from another model that came from it.",
            "EVALUATED_ON": "A run evaluated the model on it, or on what derives from it. It did not shape the model.",
            "ROLE_UNKNOWN": "The run that made the model used it, or what derives from it, without saying what for.",
        },
    ),
    CutBy: (
        "What cut an answer short.",
        {
            "DEPTH": "The depth that was asked for.",
            "NODES": "The number of nodes that was asked for.",
            "POLICY": "Reserved: what the asker may not see.",
        },
    ),
    GapKind: (
        "What an answer can't see.",
        {
            "UNVERSIONED_READ": "A read of something of which no state was known.",
            "INFERRED_READ": "A read whose version was concluded from times.",
            "CONFLICT": "A version with two different digests of one algorithm.",
            "HISTORY_TRUNCATED": "A source had forgotten part of its history.",
            "CAPTURE_INCOMPLETE": "An emitter says what it could not capture.",
            "RUN_NOT_ENDED": "A run that may still be going on, or died silently.",
            "REJECTED_EVENTS": "Events that were refused: what they say is not in the graph.",
        },
    ),
    Bucket: (
        "Width of a bucket of time, in UTC.",
        {"HOUR": "An hour.", "DAY": "A day.", "WEEK": "A week, from Monday."},
    ),
}


def register() -> None:
    """Make GraphQL enums of the model's enums. Called once, by the package, before any type is built on them."""
    for enum, (meaning, values) in _MEANINGS.items():
        strawberry.enum(enum, description=meaning)
        for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
            value.description = values[value.name]


register()

__all__ = [
    "Bucket",
    "CutBy",
    "EdgeType",
    "Evidence",
    "GapKind",
    "How",
    "InputRole",
    "Kind",
    "ModelRole",
    "RunState",
]
