"""Runs and registered models out of a tracking store's database, in blocks whose size in memory is bounded."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from whence_emitters.systems.mlflow.model import (
    DatasetUse,
    Job,
    LoggedModel,
    MlflowRun,
    ModelVersion,
    Point,
    Registered,
    job_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from whence_emitters.systems.mlflow.database import Database

MAX_POINTS_OF_A_RUN = 20_000
_RUNS_OF_A_BLOCK = 500
_POINTS_OF_A_BLOCK = 50_000
_READY = 2
_MODEL_COLUMNS = (
    "model_id", "name", "artifact_location", "creation_timestamp_ms", "last_updated_timestamp_ms", "source_run_id", "status",
)  # fmt: skip
_VERSION_COLUMNS = (
    "name", "version", "creation_time", "last_updated_time", "description", "user_id", "current_stage", "source",
    "storage_location", "run_id", "workspace",
)  # fmt: skip


class SqlStore:
    """A tracking store as its database holds it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._experiments: dict[Any, tuple[str, str]] = {}
        self._begun: dict[str, int] | None = None

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def runs(self) -> Iterator[MlflowRun]:
        """Every run, in the order in which they ended."""
        self._begun = self._database.first_uses()
        ids = [row[0] for row in self._database.select("runs", ["run_uuid"], tail="ORDER BY COALESCE(end_time, start_time), run_uuid")]  # fmt: skip
        for start in range(0, len(ids), _RUNS_OF_A_BLOCK):
            counts = self._database.counts("metrics", "run_uuid", ids[start : start + _RUNS_OF_A_BLOCK])
            for block in _blocks(ids[start : start + _RUNS_OF_A_BLOCK], counts):
                yield from self._read(block, counts)

    def run(self, run_id: str) -> MlflowRun | None:
        """One run; None when there is none of this id."""
        return next(self._read([run_id], self._database.counts("metrics", "run_uuid", [run_id])), None)

    def models(self) -> Iterator[LoggedModel]:
        """Logged models that no run made."""
        for row in self._database.select(
            "logged_models", _MODEL_COLUMNS, tail="ORDER BY creation_timestamp_ms, model_id"
        ):
            if row[5] is None:
                yield _model(row)

    def registered(self) -> Iterator[Registered]:
        """Every registered model."""
        versions: dict[tuple[str, str], list[ModelVersion]] = defaultdict(list)
        aliases: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for version in self._versions():
            versions[version.workspace, version.model].append(version)
        for name, alias, number, workspace in self._database.select(
            "registered_model_aliases", ["name", "alias", "version", "workspace"]
        ):
            aliases[workspace or "default", name][alias] = str(number)
        for name, workspace, created, updated in self._database.select(
            "registered_models", ["name", "workspace", "creation_time", "last_updated_time"], tail="ORDER BY name"
        ):
            key = (workspace or "default", name)
            yield Registered(
                name, key[0], updated or created or 0, tuple(versions[key]), dict(sorted(aliases[key].items()))
            )

    def _read(self, ids: Sequence[str], counts: Mapping[str, int]) -> Iterator[MlflowRun]:
        tags, params = self._pairs("tags", ids), self._pairs("params", ids)
        metrics = self._metrics(ids, counts)
        used, models = self._used_models(ids), self._made_models(ids)
        versions: dict[str, list[ModelVersion]] = defaultdict(list)
        for version in self._versions(ids=("run_id", ids)):
            versions[version.run_id or ""].append(version)
        rows = {row[0]: row for row in self._database.select(
            "runs", ["run_uuid", "experiment_id", "name", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri"],
            ids=("run_uuid", ids),
        )}  # fmt: skip
        datasets = self._datasets(ids, {run_id: row[4] or 0 for run_id, row in rows.items()})
        parents = self._jobs({tags[one]["mlflow.parentRunId"] for one in ids if "mlflow.parentRunId" in tags[one]})
        for run_id in ids:
            if run_id not in rows:
                continue
            _id, experiment, name, status, started, ended, stage, artifacts = rows[run_id]
            yield MlflowRun(
                run_id=run_id, experiment_id=str(experiment), job=self._job(experiment, tags[run_id]),
                name=name or tags[run_id].get("mlflow.runName", ""), status=status or "RUNNING", started=started or 0,
                ended=ended, deleted=stage == "deleted", artifacts=artifacts or "", params=params[run_id], tags=tags[run_id],
                metrics=tuple(metrics[run_id]), last_values_only=counts.get(run_id, 0) > MAX_POINTS_OF_A_RUN,
                datasets=tuple(datasets[run_id]), used_models=tuple(used[run_id]), models=tuple(models[run_id]),
                versions=tuple(versions[run_id]), parent=parents.get(tags[run_id].get("mlflow.parentRunId", "")),
            )  # fmt: skip

    def _pairs(self, table: str, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        rows = self._database.select(table, ["run_uuid", "key", "value"], ids=("run_uuid", ids))
        for run_id, key, value in sorted(rows, key=itemgetter(0, 1)):
            found[run_id][key] = value if value is not None else ""
        return found

    def _metrics(self, ids: Sequence[str], counts: Mapping[str, int]) -> dict[str, list[Point]]:
        found: dict[str, list[Point]] = defaultdict(list)
        measured_on = self._measured_on(ids)
        cut = [one for one in ids if counts.get(one, 0) > MAX_POINTS_OF_A_RUN]
        whole = [one for one in ids if one not in set(cut)]
        for table, some in (("metrics", whole), ("latest_metrics", cut)):
            rows = self._database.select(
                table, ["key", "step", "timestamp", "value", "is_nan", "run_uuid"], ids=("run_uuid", some)
            )
            for key, step, time, value, is_nan, run_id in sorted(
                (key, int(step or 0), int(time or 0), float(value), bool(is_nan), run_id)
                for key, step, time, value, is_nan, run_id in rows
            ):
                on = measured_on.get((run_id, key, step, time)) if measured_on else None
                found[run_id].append(Point(key, math.nan if is_nan else value, step, time, on))
        return found

    def _measured_on(self, ids: Iterable[str]) -> dict[tuple[str, str, int, int], tuple[str, str]]:
        return {
            (run_id, key, int(step), int(time)): (name, digest)
            for run_id, key, step, time, name, digest in self._database.select(
                "logged_model_metrics",
                ["run_id", "metric_name", "metric_step", "metric_timestamp_ms", "dataset_name", "dataset_digest"],
                ids=("run_id", ids),
            )
            if name and digest
        }

    def _datasets(self, ids: Sequence[str], started: Mapping[str, int]) -> dict[str, list[DatasetUse]]:
        inputs = list(self._database.select(
            "inputs", ["input_uuid", "source_id", "destination_id"], ids=("destination_id", ids),
            where={"source_type": "DATASET", "destination_type": "RUN"},
        ))  # fmt: skip
        used = {row[1] for row in inputs}
        rows = {row[0]: row[1:] for row in self._database.select(
            "datasets", ["dataset_uuid", "name", "digest", "dataset_source_type", "dataset_source", "dataset_schema", "dataset_profile"],
            ids=("dataset_uuid", used),
        )}  # fmt: skip
        tags: dict[str, dict[str, str]] = defaultdict(dict)
        for input_id, name, value in sorted(
            self._database.select(
                "input_tags", ["input_uuid", "name", "value"], ids=("input_uuid", [row[0] for row in inputs])
            )
        ):
            tags[input_id][name] = value
        begun = self._begun if self._begun is not None else self._database.first_uses(used)
        found: dict[str, list[DatasetUse]] = defaultdict(list)
        for input_id, dataset_id, run_id in inputs:
            if dataset_id in rows and run_id in started:
                name, digest, kind, source, schema, profile = rows[dataset_id]
                first = begun.get(dataset_id, started[run_id]) >= started[run_id]
                found[run_id].append(DatasetUse(name, digest, kind, source, schema, profile, tags[input_id], first))
        for uses in found.values():
            uses.sort(key=lambda use: (use.name, use.digest))
        return found

    def _used_models(self, ids: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for run_id, model_id in sorted(self._database.select(
            "inputs", ["source_id", "destination_id"], ids=("source_id", ids), where={"source_type": "RUN_INPUT"}
        )):  # fmt: skip
            found[run_id].append(model_id)
        return found

    def _made_models(self, ids: Sequence[str]) -> dict[str, list[LoggedModel]]:
        rows = self._database.select("logged_models", _MODEL_COLUMNS, ids=("source_run_id", ids))
        found: dict[str, list[LoggedModel]] = defaultdict(list)
        for model in sorted(map(_model, rows), key=lambda model: (model.created, model.model_id)):
            found[model.run_id or ""].append(model)
        return found

    def _versions(self, ids: tuple[str, Iterable[str]] | None = None) -> list[ModelVersion]:
        rows = sorted(
            self._database.select("model_versions", _VERSION_COLUMNS, ids=ids), key=lambda row: (row[0], row[1])
        )
        tags: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for name, version, key, value, workspace in sorted(self._database.select(
            "model_version_tags", ["name", "version", "key", "value", "workspace"], ids=("name", {row[0] for row in rows})
        ), key=repr):  # fmt: skip
            tags[workspace or "default", name, str(version)][key] = value or ""
        return [_version(row, tags[row[10] or "default", row[0], str(row[1])]) for row in rows]

    def _job(self, experiment: Any, tags: Mapping[str, str]) -> Job:
        if experiment not in self._experiments:
            rows = self._database.select("experiments", ["experiment_id", "name", "workspace"])
            self._experiments = {row[0]: (row[1], row[2] or "default") for row in rows}
        return job_of(*self._experiments.get(experiment, (str(experiment), "default")), tags)

    def _jobs(self, ids: Iterable[str]) -> dict[str, Job]:
        ids = list(ids)
        experiments = dict(self._database.select("runs", ["run_uuid", "experiment_id"], ids=("run_uuid", ids)))
        tags = self._pairs("tags", experiments)
        return {run_id: self._job(experiment, tags[run_id]) for run_id, experiment in experiments.items()}


def _blocks(ids: Iterable[str], counts: Mapping[str, int]) -> Iterator[list[str]]:
    """Runs in their order, as many at once as have not too many points together."""
    block: list[str] = []
    points = 0
    for one in ids:
        of_one = min(counts.get(one, 0), MAX_POINTS_OF_A_RUN)
        if block and points + of_one > _POINTS_OF_A_BLOCK:
            yield block
            block, points = [], 0
        block.append(one)
        points += of_one
    if block:
        yield block


def _model(row: tuple[Any, ...]) -> LoggedModel:
    model_id, name, location, created, updated, run_id, status = row
    return LoggedModel(model_id, name, location or "", created, updated or created, run_id, status == _READY)


def _version(row: tuple[Any, ...], tags: Mapping[str, str]) -> ModelVersion:
    name, version, created, updated, description, user, stage, source, location, run_id, workspace = row
    return ModelVersion(
        name, str(version), created or 0, updated or created or 0, description or None, user or None,
        stage if stage and stage != "None" else None, source or "", location, run_id or None, workspace or "default", tags,
    )  # fmt: skip
