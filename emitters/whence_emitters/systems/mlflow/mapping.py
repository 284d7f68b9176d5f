"""A run of MLflow as OpenLineage events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.git import normal_repository
from whence_emitters.importing import events, times
from whence_emitters.importing.facets import incomplete, native_ref, parent
from whence_emitters.parents import parse_run
from whence_emitters.systems.mlflow.inputs import data_by_digest, dataset_called, logged_datasets, used_models
from whence_emitters.systems.mlflow.labels import labels
from whence_emitters.systems.mlflow.model import INFINITE, MlflowRun, Point
from whence_emitters.systems.mlflow.models import models_made
from whence_emitters.systems.mlflow.stated import COMMIT_PARAMETERS, DIGEST_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import State
    from whence_emitters.importing.facets import Digest
    from whence_emitters.systems.mlflow.artifacts import Described
    from whence_emitters.systems.mlflow.naming import Names

PARENT_TAG = "whence.parent"

_TEXTS_KEPT = 16_384
_STATES: Mapping[str, State] = {"FINISHED": "COMPLETE", "FAILED": "FAIL", "KILLED": "ABORT"}
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_IMAGE_TAGS = ("mlflow.docker.image.uri", "mlflow.docker.image.id")


@dataclass(frozen=True, slots=True)
class Mapper:
    """How one store is mapped: its names, what describes a model at a location, and what the options say."""

    names: Names
    describe: Callable[[str], Described]
    digest_names: tuple[str, ...] = DIGEST_PARAMETERS
    commit_names: tuple[str, ...] = COMMIT_PARAMETERS
    repository: str | None = None
    resolve: Callable[[str], tuple[Digest, ...]] | None = None

    def run_events(self, run: MlflowRun, revision: int = 0) -> tuple[Event, ...]:
        """The events of a run.

        MLflow does not say when a tag or a version was added to a run that was over, and of two events at one time neither is the
        later. So each further state of a run that an import finds, its `revision`, ends a microsecond after the one before.
        """
        missing: dict[str, str] = {}
        inputs = [
            *logged_datasets(run, self.names, missing),
            *used_models(run, self.names),
            *data_by_digest(run, self.names, self.digest_names, self.resolve, missing),
        ]
        if not inputs:
            missing["inputs"] = "the run logged no dataset"
        made = models_made(run, self.names, self.describe, missing)
        code = self._code(run, missing)
        started = times.from_milliseconds(run.started)
        ended = after(max(run.ended or 0, run.started), revision) if run.over else None
        of_run = events.present(
            parent=self._parent(run, missing),
            executionParameters=_parameters(run.params),
            whence_metrics=self._metrics(run, missing),
            whence_codeState=code,
            whence_environmentPin=_environment(run, (described for _model, described in made), missing),
            tags=labels(_tags(run), of="Run"),
            whence_nativeRef=native_ref("mlflow", run.run_id, url=self.names.run_url(run), of_run=True),
            whence_captureCompleteness=_incomplete(tuple(missing.items())),
        )
        of_job = events.present(ownership=_owner(run.tags.get("mlflow.user")))
        told = events.Run(
            self.names.run(run.job, run.run_id), started, ended, _STATES.get(run.status),
            inputs, [events.written(model) for model, _described in made], of_run, of_job,
        ).events()  # fmt: skip
        if run.over or not revision:
            return told
        return ({**told[0], "eventType": "RUNNING", "eventTime": after(run.started, revision)},)

    def _parent(self, run: MlflowRun, missing: dict[str, str]) -> Facet | None:
        parent_id = run.tags.get("mlflow.parentRunId")
        if parent_id and run.parent:
            return parent(self.names.run(run.parent, parent_id))
        if parent_id:
            missing["parent"] = f"the run {parent_id} is not in this store"
        outer = parse_run(run.tags.get(PARENT_TAG, ""))
        return parent(outer) if outer and not parent_id else None

    def _metrics(self, run: MlflowRun, missing: dict[str, str]) -> Facet | None:
        if run.last_values_only and run.metrics:
            missing["metrics"] = "only the last value of each was read"
        return facets.metrics([self._metric(point, run) for point in run.metrics]) if run.metrics else None

    def _metric(self, point: Point, run: MlflowRun) -> dict[str, Any]:
        value = point.value if abs(point.value) < INFINITE or point.value != point.value else point.value * 10
        entry = {"name": point.name, "value": facets.metric_value(value), "step": point.step}
        measured_on = dataset_called(run, self.names, point.dataset) if point.dataset else None
        return entry | ({"dataset": measured_on} if measured_on else {})

    def _code(self, run: MlflowRun, missing: dict[str, str]) -> Facet | None:
        told = {**run.tags, **run.params}
        commits = (told.get(name, "").strip().lower() for name in ("mlflow.source.git.commit", *self.commit_names))
        commit = next((commit for commit in commits if _COMMIT.fullmatch(commit)), None)
        repository = run.tags.get("mlflow.source.git.repoURL") or self.repository
        if commit is None:
            missing["codeState"] = "the run names no commit"
            return None
        if not repository:
            missing["codeState"] = f"the run names commit {commit} and no repository; --repository says which"
            return None
        try:
            repository = normal_repository(repository)
        except ValueError:
            missing["codeState"] = "the repository's address is none"
            return None
        dirty = {"true": True, "false": False}.get(run.tags.get("mlflow.source.git.dirty", "").lower())
        if dirty is None:
            missing["codeState.dirty"] = "MLflow records the commit, not whether the files differed from it"
        return facets.own(
            "WhenceCodeStateRunFacet",
            repository=repository, commit=commit, dirty=dirty,
            branch=run.tags.get("mlflow.source.git.branch"),
        )  # fmt: skip


def after(milliseconds: int, revision: int) -> str:
    """A time of MLflow's, which knows no microseconds, and so many of them."""
    if not revision:
        return times.from_milliseconds(milliseconds)
    return times.text_of(times.parse(times.from_milliseconds(milliseconds)) + timedelta(microseconds=revision))


def _parameters(params: Mapping[str, str]) -> Facet | None:
    if not params:
        return None
    return facets.standard(
        "1-0-0", "ExecutionParametersRunFacet", parameters=[_parameter(name, text) for name, text in params.items()]
    )


@lru_cache(maxsize=_TEXTS_KEPT)
def _parameter(name: str, text: str) -> dict[str, str]:
    """One entry of `executionParameters`: to look for secrets takes longer than all else, and runs of a search share their parameters."""
    (entry,) = facets.parameters({name: text})["parameters"]
    return dict(entry)


@lru_cache(maxsize=_TEXTS_KEPT)
def _incomplete(missing: tuple[tuple[str, str], ...]) -> Facet | None:
    return incomplete(dict(missing), of_run=True)


def _tags(run: MlflowRun) -> dict[str, str]:
    named = {**run.tags, **({"run_name": run.name} if run.name else {})}
    return named | ({"lifecycle_stage": "deleted"} if run.deleted else {})


def _environment(run: MlflowRun, described: Iterable[Described], missing: dict[str, str]) -> Facet | None:
    pin = dict(next((one.environment for one in described if one.environment), ()))
    if image := next((run.tags[tag] for tag in _IMAGE_TAGS if run.tags.get(tag)), None):
        pin["image"] = image
    if pin:
        return facets.environment_pin(pin)
    missing["environmentPin"] = "MLflow keeps requirements beside a model's files only, and none were found"
    return None


@lru_cache(maxsize=_TEXTS_KEPT)
def _owner(user: str | None) -> Facet | None:
    return facets.standard("1-0-1", "OwnershipJobFacet", owners=[{"name": user}]) if user else None
