"""What an MLflow store holds, the same whether it was read by SQL, over HTTP or inside a run. Times are milliseconds since 1970."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

INFINITE = 1.7976931348623157e308  # MLflow stores the infinities as the largest numbers there are


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric. `dataset` is the (name, digest) that it was measured on."""

    name: str
    value: float
    step: int
    time: int
    dataset: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset that a run logged as input.

    `first` is False when another run logged a dataset of this experiment, name and digest before: MLflow then keeps the source of
    that run only, so the location may be another's.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    first: bool = True


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model with an id of its own. `location` is where its files were put; `signature` and the rest are read from there, if anywhere."""

    model_id: str
    name: str
    location: str
    created: int
    updated: int
    run_id: str | None
    ready: bool = True


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a registered model. `source` is `models:/{model id}`, `models:/{name}/{version}`, `runs:/…` or a path."""

    model: str
    version: str
    created: int
    updated: int
    description: str | None
    user: str | None
    stage: str | None
    source: str
    location: str | None
    run_id: str | None
    workspace: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered model: its versions, and what each alias points at."""

    name: str
    workspace: str
    updated: int
    versions: tuple[ModelVersion, ...]
    aliases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """What decides which job a run belongs to: the experiment's name and the tags that name its code."""

    experiment: str
    workspace: str
    source: str | None = None
    entry_point: str | None = None


@dataclass(frozen=True, slots=True)
class MlflowRun:
    """A run with everything that hangs on it. `last_values_only`: only the last value of each metric is here."""

    run_id: str
    experiment_id: str
    job: Job
    name: str
    status: str
    started: int
    ended: int | None
    deleted: bool
    artifacts: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: tuple[Point, ...]
    last_values_only: bool = False
    datasets: tuple[DatasetUse, ...] = ()
    used_models: tuple[str, ...] = ()
    models: tuple[LoggedModel, ...] = ()
    versions: tuple[ModelVersion, ...] = ()
    parent: Job | None = None

    @property
    def over(self) -> bool:
        """Whether it finished, failed or was killed."""
        return self.status in {"FINISHED", "FAILED", "KILLED"}


def state_of(record: MlflowRun | Registered | LoggedModel, *more: object) -> str:
    """A text that differs when the record does."""
    plain = [_plain(value) for value in _VALUES_OF[type(record)](record)]
    return hashlib.blake2b(repr((plain, more)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """A field as tuples: their text takes a third of the time that the text of records takes."""
    of_each = _VALUES_OF.get(type(value[0])) if isinstance(value, tuple) and value else None
    if of_each is not None:
        return list(map(of_each, value))
    of_one = _VALUES_OF.get(type(value))
    return of_one(value) if of_one else value


_VALUES_OF = {
    record: attrgetter(*record.__slots__)
    for record in (Point, DatasetUse, LoggedModel, ModelVersion, Registered, Job, MlflowRun)
}


def job_of(experiment: str, workspace: str | None, tags: Mapping[str, str]) -> Job:
    """The job of a run with these tags."""
    return Job(
        experiment, workspace or "default", tags.get("mlflow.source.name"), tags.get("mlflow.project.entryPoint")
    )
