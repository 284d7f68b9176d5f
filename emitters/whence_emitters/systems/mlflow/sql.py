"""Runs and registered models out of a tracking store's database, in blocks whose size in memory is bounded."""

from __future__ import annotations

import math
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from whence_emitters.systems.mlflow import statements
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
from whence_emitters.systems.mlflow.statements import IDS_OF_A_QUESTION, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from whence_emitters.systems.mlflow.database import Database

MAX_POINTS_OF_A_RUN = 20_000
_POINTS_OF_A_BLOCK = 50_000
_READY = 2


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
        self._begun = _begun(self._database.rows(statements.FIRST_USES))
        ids = [run_id for (run_id,) in self._database.rows(statements.RUN_IDS)]
        for start in range(0, len(ids), IDS_OF_A_QUESTION):
            some = ids[start : start + IDS_OF_A_QUESTION]
            counts = self._points(some)
            for block in _blocks(some, counts):
                yield from self._read(block, counts)

    def run(self, run_id: str) -> MlflowRun | None:
        """One run; None when there is none of this id."""
        return next(self._read([run_id], self._points([run_id])), None)

    def models(self) -> Iterator[LoggedModel]:
        """Logged models that no run made."""
        for row in self._database.rows(statements.MODELS):
            if row[5] is None:
                yield _model(row)

    def registered(self) -> Iterator[Registered]:
        """Every registered model."""
        versions: dict[tuple[str, str], list[ModelVersion]] = defaultdict(list)
        aliases: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for version in self._versions(self._database.rows(statements.VERSIONS)):
            versions[version.workspace, version.model].append(version)
        for name, alias, number, workspace in self._database.rows(statements.ALIASES):
            aliases[workspace or "default", name][alias] = str(number)
        for name, workspace, created, updated in self._database.rows(statements.REGISTERED):
            key = (workspace or "default", name)
            yield Registered(
                name, key[0], updated or created or 0, tuple(versions[key]), dict(sorted(aliases[key].items()))
            )

    def _read(self, ids: Sequence[str], counts: Mapping[str, int]) -> Iterator[MlflowRun]:
        tags, params = self._pairs(statements.TAGS, ids), self._pairs(statements.PARAMS, ids)
        metrics = self._metrics(ids, counts)
        used, models = self._used_models(ids), self._made_models(ids)
        versions: dict[str, list[ModelVersion]] = defaultdict(list)
        for version in self._versions(self._database.rows_of(statements.VERSIONS_OF_RUNS, ids)):
            versions[version.run_id or ""].append(version)
        rows = {row[0]: row for row in self._database.rows_of(statements.RUNS, ids)}
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

    def _points(self, ids: Iterable[str]) -> dict[str, int]:
        return dict(self._database.rows_of(statements.POINTS, ids))

    def _pairs(self, question: Question, ids: Iterable[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        rows = self._database.rows_of(question, ids)
        for run_id, key, value in sorted(rows, key=itemgetter(0, 1)):
            found[run_id][key] = value if value is not None else ""
        return found

    def _metrics(self, ids: Sequence[str], counts: Mapping[str, int]) -> dict[str, list[Point]]:
        found: dict[str, list[Point]] = defaultdict(list)
        measured_on = self._measured_on(ids)
        cut = [one for one in ids if counts.get(one, 0) > MAX_POINTS_OF_A_RUN]
        whole = [one for one in ids if one not in set(cut)]
        for question, some in ((statements.METRICS, whole), (statements.LAST_METRICS, cut)):
            rows = self._database.rows_of(question, some)
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
            for run_id, key, step, time, name, digest in self._database.rows_of(statements.MEASURED_ON, ids)
            if name and digest
        }

    def _datasets(self, ids: Sequence[str], started: Mapping[str, int]) -> dict[str, list[DatasetUse]]:
        inputs = list(self._database.rows_of(statements.DATASET_INPUTS, ids))
        used = {row[1] for row in inputs}
        rows = {row[0]: row[1:] for row in self._database.rows_of(statements.DATASETS, used)}
        tags: dict[str, dict[str, str]] = defaultdict(dict)
        for input_id, name, value in sorted(self._database.rows_of(statements.INPUT_TAGS, [row[0] for row in inputs])):
            tags[input_id][name] = value
        begun = self._begun
        if begun is None:
            begun = _begun(self._database.rows_of(statements.FIRST_USES_OF, used))
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
        for run_id, model_id in sorted(self._database.rows_of(statements.MODEL_INPUTS, ids)):
            found[run_id].append(model_id)
        return found

    def _made_models(self, ids: Sequence[str]) -> dict[str, list[LoggedModel]]:
        rows = self._database.rows_of(statements.MODELS_OF_RUNS, ids)
        found: dict[str, list[LoggedModel]] = defaultdict(list)
        for model in sorted(map(_model, rows), key=lambda model: (model.created, model.model_id)):
            found[model.run_id or ""].append(model)
        return found

    def _versions(self, told: Iterable[tuple[Any, ...]]) -> list[ModelVersion]:
        rows = sorted(told, key=lambda row: (row[0], row[1]))
        tags: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for name, version, key, value, workspace in sorted(
            self._database.rows_of(statements.VERSION_TAGS, {row[0] for row in rows}), key=repr
        ):
            tags[workspace or "default", name, str(version)][key] = value or ""
        return [_version(row, tags[row[10] or "default", row[0], str(row[1])]) for row in rows]

    def _job(self, experiment: Any, tags: Mapping[str, str]) -> Job:
        if experiment not in self._experiments:
            rows = self._database.rows(statements.EXPERIMENTS)
            self._experiments = {row[0]: (row[1], row[2] or "default") for row in rows}
        return job_of(*self._experiments.get(experiment, (str(experiment), "default")), tags)

    def _jobs(self, ids: Iterable[str]) -> dict[str, Job]:
        experiments = {row[0]: row[1] for row in self._database.rows_of(statements.RUNS, ids)}
        tags = self._pairs(statements.TAGS, experiments)
        return {run_id: self._job(experiment, tags[run_id]) for run_id, experiment in experiments.items()}


def _begun(rows: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """When the first run began that logged a dataset as its input, for those that several runs share."""
    return {dataset: int(begun or 0) for dataset, begun in rows}


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
