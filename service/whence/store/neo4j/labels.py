"""The readable label that a node carries beside Entity (rule 6: it changes in the same write as the kind)."""

from __future__ import annotations

from typing import Final

from whence.model.graph import Node, VersionDetail
from whence.model.kinds import Kind

LABELS: Final[dict[Kind, str]] = {
    Kind.DATASET: "Dataset",
    Kind.DATASET_VERSION: "DatasetVersion",
    Kind.MODEL: "Model",
    Kind.MODEL_VERSION: "ModelVersion",
    Kind.ARTIFACT: "Artifact",
    Kind.ARTIFACT_VERSION: "ArtifactVersion",
    Kind.CONTENT: "Content",
    Kind.JOB: "Job",
    Kind.RUN: "Run",
    Kind.COMMIT: "Commit",
    Kind.ENVIRONMENT: "Environment",
}
BASE_CHECKPOINT: Final = "BaseCheckpoint"
"""Beside ModelVersion: something derives from it."""
LONG_TEXT: Final = "LongText"
"""What is searched for is too long for the index, and stands in `searchLong`."""


def labels_of(node: Node, *, long_text: bool) -> list[str]:
    """All labels but Entity."""
    labels = [LABELS[node.kind]]
    if node.kind is Kind.MODEL_VERSION and isinstance(node.detail, VersionDetail) and node.detail.base:
        labels.append(BASE_CHECKPOINT)
    if long_text:
        labels.append(LONG_TEXT)
    return labels
