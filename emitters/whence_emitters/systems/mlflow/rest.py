"""Runs and registered models from a tracking server, over its REST API 2.0.

A token is taken from MLFLOW_TRACKING_TOKEN, a user and password from MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD or the URL;
none of them is part of a name, a message or an event. The API gives the last value of a metric only: a call for each metric of each run
would be needed for its steps.
"""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from whence_emitters.errors import SourceError
from whence_emitters.masking import mask_text, shown_error
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
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    Made = TypeVar("Made")

    Told = dict[str, Any]

_API = "/api/2.0/mlflow"
_SECONDS = 60.0
_ANSWER_BYTES = 256 * 1024 * 1024
_RUNS_OF_A_PAGE = 500
_MODELS_OF_A_PAGE = 50
_OF_A_PAGE = 100
_EXPERIMENTS_OF_A_SEARCH = 200
_WEB_PORTS = {"https": 443, "http": 80}
_NO_SUCH_CALL = frozenset({404, 405, 501})


def server_of(url: str) -> str:
    """What follows `mlflow://` in the names of a server: its host, its port where it is not the usual one, and its path.

    >>> server_of("https://ada:pw@MLflow.example.com:443/team/")
    'mlflow.example.com/team'
    """
    parts = urlsplit(url)
    port = "" if parts.port in {None, _WEB_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{(parts.hostname or 'localhost').lower()}{port}{parts.path.rstrip('/')}"


def without_credentials(url: str) -> str:
    """The address of a server's pages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


class RestStore:
    """A tracking store as its server tells it."""

    def __init__(self, url: str) -> None:
        self._base = without_credentials(url) + _API
        self._authorization = _authorization(url)
        self._jobs: dict[str, Job] = {}
        self._seen: set[tuple[str, str, str]] = set()

    def close(self) -> None:
        """Nothing is held."""

    def runs(self) -> Iterator[MlflowRun]:
        """Every run, in the order in which they began."""
        experiments = self._experiments()
        models: dict[str, list[LoggedModel]] = defaultdict(list)
        versions: dict[str, list[ModelVersion]] = defaultdict(list)
        used: dict[str, set[str]] = defaultdict(set)
        ids = list(experiments)
        for some in _batches(ids):
            for told in self._logged_models(some):
                model = _understood(_model, told)
                models[model.run_id or ""].append(model)
                for run_id in _measured_by(told):
                    used[run_id].add(model.model_id)
        for registered in self.registered():
            for version in registered.versions:
                versions[version.run_id or ""].append(version)
        for some in _batches(ids):
            for told in self._pages("POST", "runs/search", "runs", experiment_ids=some, run_view_type="ALL",
                                    max_results=_RUNS_OF_A_PAGE, order_by=["attributes.start_time ASC"]):  # fmt: skip
                run = _understood(_run, told, experiments)
                yield replace(
                    run, models=tuple(models[run.run_id]), versions=tuple(versions[run.run_id]),
                    parent=self._parent(run), datasets=self._first(run), used_models=tuple(sorted(used[run.run_id])),
                )  # fmt: skip

    def run(self, run_id: str) -> MlflowRun | None:
        """One run with its models and their versions."""
        told = self._call("GET", "runs/get", run_id=run_id)["run"]
        experiment_id = str(told["info"]["experiment_id"])
        experiment = self._call("GET", "experiments/get", experiment_id=experiment_id)["experiment"]
        run = _understood(_run, told, {experiment_id: experiment})
        listed = told.get("outputs", {}).get("model_outputs", ())
        models = [
            _understood(_model, self._call("GET", f"logged-models/{quote(one['model_id'])}")["model"]) for one in listed
        ]
        versions = self._versions(filter=f"run_id = '{run_id}'")
        return replace(run, models=tuple(models), versions=tuple(versions), parent=self._parent(run))

    def models(self) -> Iterator[LoggedModel]:
        """Logged models that no run made."""
        for some in _batches(list(self._experiments())):
            models = (_understood(_model, told) for told in self._logged_models(some))
            yield from (model for model in models if model.run_id is None)

    def registered(self) -> Iterator[Registered]:
        """Every registered model."""
        versions: dict[str, list[ModelVersion]] = defaultdict(list)
        for version in self._versions():
            versions[version.model].append(version)
        for told in self._pages("GET", "registered-models/search", "registered_models", max_results=_OF_A_PAGE):
            name = told["name"]
            aliases = {one["alias"]: str(one["version"]) for one in told.get("aliases", ())}
            updated = int(told.get("last_updated_timestamp") or told.get("creation_timestamp") or 0)
            of_name = sorted(versions[name], key=lambda version: int(version.version))
            yield Registered(name, "default", updated, tuple(of_name), dict(sorted(aliases.items())))

    def _versions(self, **given: str) -> Iterator[ModelVersion]:
        for told in self._pages("GET", "model-versions/search", "model_versions", max_results=_OF_A_PAGE, **given):
            yield _understood(_version, told)

    def _experiments(self) -> dict[str, Told]:
        listed = self._pages("POST", "experiments/search", "experiments", view_type="ALL", max_results=_OF_A_PAGE)
        return {_understood(lambda told: str(told["experiment_id"]), one): one for one in listed}

    def _logged_models(self, experiments: Sequence[str]) -> Iterator[Told]:
        try:
            yield from self._pages(
                "POST", "logged-models/search", "models", experiment_ids=experiments, max_results=_MODELS_OF_A_PAGE
            )
        except _NoSuchCallError:
            return  # a server before MLflow 3

    def _parent(self, run: MlflowRun) -> Job | None:
        self._jobs[run.run_id] = run.job
        parent_id = run.tags.get("mlflow.parentRunId")
        if not parent_id:
            return None
        if parent_id not in self._jobs:
            try:
                told = self._call("GET", "runs/get", run_id=parent_id)["run"]
            except _NoSuchCallError:
                return None
            self._jobs[parent_id] = job_of(run.job.experiment, run.job.workspace, _pairs(told["data"].get("tags")))
        return self._jobs[parent_id]

    def _first(self, run: MlflowRun) -> tuple[DatasetUse, ...]:
        found = []
        for use in run.datasets:
            key = (run.experiment_id, use.name, use.digest)
            found.append(replace(use, first=key not in self._seen))
            self._seen.add(key)
        return tuple(found)

    def _pages(self, method: str, path: str, holds: str, **given: Any) -> Iterator[Told]:
        token, seen = "", set[str]()
        while True:
            page = self._call(method, path, **given, **({"page_token": token} if token else {}))
            yield from page.get(holds, ())
            token = page.get("next_page_token") or ""
            if not token or token in seen:
                return
            seen.add(token)

    def _call(self, method: str, path: str, **given: Any) -> Told:
        query = f"?{urlencode(given)}" if method == "GET" and given else ""
        body = json.dumps(given).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json", **self._authorization}
        request = urllib.request.Request(f"{self._base}/{path}{query}", body, headers, method=method)  # noqa: S310 - http or https
        try:
            with _opener().open(request, timeout=_SECONDS) as answer:
                told = json.loads(answer.read(_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            if error.code in _NO_SUCH_CALL:
                raise _NoSuchCallError(f"The server does not know {path} (HTTP {error.code}).") from error
            raise SourceError(f"The server answered {path} with HTTP {error.code}.", _hint(error.code)) from error
        except (OSError, ValueError) as error:
            raise SourceError(
                f"The server did not answer {path}: {mask_text(str(error))}", "is its address right, and is it up?"
            ) from error
        if not isinstance(told, dict):
            raise SourceError(
                f"The server's answer to {path} is none of MLflow's.", "is this the address of an MLflow server?"
            )
        return told


class _NoSuchCallError(SourceError):
    """A server that is older than a call, or has no record of what was asked for."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along to somewhere else."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _hint(status: int) -> str:
    if status in {401, 403}:
        return "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    return "try again later, or read the server's database instead"


def _authorization(url: str) -> dict[str, str]:
    if token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    parts = urlsplit(url)
    user = os.environ.get("MLFLOW_TRACKING_USERNAME") or unquote(parts.username or "")
    password = os.environ.get("MLFLOW_TRACKING_PASSWORD") or unquote(parts.password or "")
    if not user:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _EXPERIMENTS_OF_A_SEARCH):
        yield ids[start : start + _EXPERIMENTS_OF_A_SEARCH]


def _understood(make: Callable[..., Made], *told: Any) -> Made:
    """A record of what a server told. Raises `SourceError` when that has another form than MLflow's."""
    try:
        return make(*told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            f"The server's answer is none of MLflow's: {shown_error(error)}", "is this the address of an MLflow server?"
        ) from error


def _measured_by(told: Told) -> Iterator[str]:
    """Runs that measured a model which another made."""
    made_by = told["info"].get("source_run_id")
    for metric in told.get("data", {}).get("metrics", ()):
        if metric.get("run_id") and metric["run_id"] != made_by:
            yield metric["run_id"]


def _run(told: Told, experiments: Mapping[str, Told]) -> MlflowRun:
    info, data, inputs = told["info"], told.get("data", {}), told.get("inputs", {})
    experiment = experiments.get(info["experiment_id"], {})
    tags = _pairs(data.get("tags"))
    return MlflowRun(
        run_id=info["run_id"], experiment_id=str(info["experiment_id"]),
        job=job_of(experiment.get("name", str(info["experiment_id"])), None, tags),
        name=info.get("run_name") or tags.get("mlflow.runName", ""), status=info.get("status", "RUNNING"),
        started=int(info.get("start_time") or 0), ended=int(info["end_time"]) if info.get("end_time") else None,
        deleted=info.get("lifecycle_stage") == "deleted", artifacts=info.get("artifact_uri", ""),
        params=_pairs(data.get("params")), tags=tags,
        metrics=tuple(sorted((_point(one) for one in data.get("metrics", ())), key=lambda point: point.name)),
        last_values_only=True,
        datasets=tuple(sorted((_dataset(one) for one in inputs.get("dataset_inputs", ())), key=lambda use: (use.name, use.digest))),
        used_models=tuple(sorted(one["model_id"] for one in inputs.get("model_inputs", ()))),
    )  # fmt: skip


def _point(told: Told) -> Point:
    named = told.get("dataset_name")
    measured_on = (str(named), str(told.get("dataset_digest", ""))) if named else None
    return Point(
        told["key"], float(told["value"]), int(told.get("step") or 0), int(told.get("timestamp") or 0), measured_on
    )


def _dataset(told: Told) -> DatasetUse:
    dataset = told["dataset"]
    return DatasetUse(
        dataset["name"], dataset["digest"], dataset.get("source_type", ""), dataset.get("source", ""),
        dataset.get("schema"), dataset.get("profile"), _pairs(told.get("tags")),
    )  # fmt: skip


def _model(told: Told) -> LoggedModel:
    info = told["info"]
    created = int(info.get("creation_timestamp_ms") or 0)
    return LoggedModel(
        info["model_id"], info.get("name", ""), info.get("artifact_uri", ""), created,
        int(info.get("last_updated_timestamp_ms") or created), info.get("source_run_id") or None,
        info.get("status") in {"LOGGED_MODEL_READY", "READY", 2},
    )  # fmt: skip


def _version(told: Told) -> ModelVersion:
    created = int(told.get("creation_timestamp") or 0)
    stage = told.get("current_stage")
    return ModelVersion(
        told["name"], str(told["version"]), created, int(told.get("last_updated_timestamp") or created),
        told.get("description") or None, told.get("user_id") or None, stage if stage and stage != "None" else None,
        told.get("source", ""), None, told.get("run_id") or None, "default", _pairs(told.get("tags")),
    )  # fmt: skip


def _pairs(told: Any) -> Mapping[str, str]:
    return dict(sorted((one["key"], one.get("value", "")) for one in told or ()))
