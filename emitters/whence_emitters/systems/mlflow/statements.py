"""What is asked of a tracking store's database: constant text, values as parameters.

Releases of MLflow differ in columns, so rows are taken whole and their columns picked by name. `:ids` stands for `IDS_OF_A_QUESTION`
parameters in the way that the driver marks them (PEP 249, `paramstyle`): always so many, so that a question has one text for each driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IDS_OF_A_QUESTION: Final = 500
"""Parameters of a list of ids; with fewer, the last one is repeated."""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement about a table, and the columns that are wanted of its rows: None where a release lacks one."""

    table: str
    text: str
    columns: tuple[str, ...]


_RUN_COLUMNS: Final = (
    "run_uuid", "experiment_id", "name", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri",
)  # fmt: skip
_PAIR_COLUMNS: Final = ("run_uuid", "key", "value")
_POINT_COLUMNS: Final = ("key", "step", "timestamp", "value", "is_nan", "run_uuid")
_MEASURED_COLUMNS: Final = (
    "run_id", "metric_name", "metric_step", "metric_timestamp_ms", "dataset_name", "dataset_digest",
)  # fmt: skip
_DATASET_COLUMNS: Final = (
    "dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source", "dataset_schema", "dataset_profile",
)  # fmt: skip
_MODEL_COLUMNS: Final = (
    "model_id", "name", "artifact_location", "creation_timestamp_ms", "last_updated_timestamp_ms", "source_run_id", "status",
)  # fmt: skip
_VERSION_COLUMNS: Final = (
    "name", "version", "creation_time", "last_updated_time", "description", "user_id", "current_stage", "source",
    "storage_location", "run_id", "workspace",
)  # fmt: skip

TABLES_OF_A_FILE: Final = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
TABLES_OF_A_SERVER: Final = {
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))",
    "mysql": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
}

EXPERIMENTS: Final = Question("experiments", "SELECT * FROM experiments", ("experiment_id", "name", "workspace"))
RUN_IDS: Final = Question(
    "runs", "SELECT run_uuid FROM runs ORDER BY COALESCE(end_time, start_time), run_uuid", ("run_uuid",)
)
RUNS: Final = Question("runs", "SELECT * FROM runs WHERE run_uuid IN (:ids)", _RUN_COLUMNS)
TAGS: Final = Question("tags", "SELECT * FROM tags WHERE run_uuid IN (:ids)", _PAIR_COLUMNS)
PARAMS: Final = Question("params", "SELECT * FROM params WHERE run_uuid IN (:ids)", _PAIR_COLUMNS)
METRICS: Final = Question("metrics", "SELECT * FROM metrics WHERE run_uuid IN (:ids)", _POINT_COLUMNS)
LAST_METRICS: Final = Question(
    "latest_metrics", "SELECT * FROM latest_metrics WHERE run_uuid IN (:ids)", _POINT_COLUMNS
)
POINTS: Final = Question(
    "metrics",
    "SELECT run_uuid, COUNT(*) AS points FROM metrics WHERE run_uuid IN (:ids) GROUP BY run_uuid",
    ("run_uuid", "points"),
)
MEASURED_ON: Final = Question(
    "logged_model_metrics", "SELECT * FROM logged_model_metrics WHERE run_id IN (:ids)", _MEASURED_COLUMNS
)
DATASET_INPUTS: Final = Question(
    "inputs",
    "SELECT * FROM inputs WHERE source_type = 'DATASET' AND destination_type = 'RUN' AND destination_id IN (:ids)",
    ("input_uuid", "source_id", "destination_id"),
)
MODEL_INPUTS: Final = Question(
    "inputs",
    "SELECT * FROM inputs WHERE source_type = 'RUN_INPUT' AND source_id IN (:ids)",
    ("source_id", "destination_id"),
)
DATASETS: Final = Question("datasets", "SELECT * FROM datasets WHERE dataset_uuid IN (:ids)", _DATASET_COLUMNS)
INPUT_TAGS: Final = Question(
    "input_tags", "SELECT * FROM input_tags WHERE input_uuid IN (:ids)", ("input_uuid", "name", "value")
)
FIRST_USES: Final = Question(
    "inputs",
    "SELECT i.source_id, MIN(r.start_time) AS begun FROM inputs i JOIN runs r ON r.run_uuid = i.destination_id "
    "WHERE i.source_type = 'DATASET' GROUP BY i.source_id HAVING COUNT(*) > 1",
    ("source_id", "begun"),
)
FIRST_USES_OF: Final = Question(
    "inputs",
    "SELECT i.source_id, MIN(r.start_time) AS begun FROM inputs i JOIN runs r ON r.run_uuid = i.destination_id "
    "WHERE i.source_type = 'DATASET' AND i.source_id IN (:ids) GROUP BY i.source_id HAVING COUNT(*) > 1",
    ("source_id", "begun"),
)
MODELS: Final = Question(
    "logged_models", "SELECT * FROM logged_models ORDER BY creation_timestamp_ms, model_id", _MODEL_COLUMNS
)
MODELS_OF_RUNS: Final = Question(
    "logged_models", "SELECT * FROM logged_models WHERE source_run_id IN (:ids)", _MODEL_COLUMNS
)
REGISTERED: Final = Question(
    "registered_models",
    "SELECT * FROM registered_models ORDER BY name",
    ("name", "workspace", "creation_time", "last_updated_time"),
)
ALIASES: Final = Question(
    "registered_model_aliases",
    "SELECT * FROM registered_model_aliases",
    ("name", "alias", "version", "workspace"),
)
VERSIONS: Final = Question("model_versions", "SELECT * FROM model_versions", _VERSION_COLUMNS)
VERSIONS_OF_RUNS: Final = Question(
    "model_versions", "SELECT * FROM model_versions WHERE run_id IN (:ids)", _VERSION_COLUMNS
)
VERSION_TAGS: Final = Question(
    "model_version_tags",
    "SELECT * FROM model_version_tags WHERE name IN (:ids)",
    ("name", "version", "key", "value", "workspace"),
)
