"""MLflow's own stores, which also tell whence what is logged: only the tracking URI changes, from `sqlite:///…` to `whence+sqlite:///…`.

MLflow finds `tracking_store`, `registry_store` and `artifact_repository` by their entry points. Each builds the store that the rest of
the URI names and adds one thing: after a call that matters for lineage, the run is read back as an import would read it and its events
go to the spool. So what is told live and what an import finds later are the same. An error of ours is logged once and never reaches the
training. WHENCE_MLFLOW_HOST says what the server is called, as `--host` does for an import.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters import ids, settings
from whence_emitters.digests import digest
from whence_emitters.importing.contract import Event
from whence_emitters.masking import shown_error
from whence_emitters.sender import ask_to_send
from whence_emitters.spool import Spool
from whence_emitters.systems.mlflow.artifacts import Described
from whence_emitters.systems.mlflow.database import Database, server_of
from whence_emitters.systems.mlflow.inputs import DIGEST_TAG, SOURCE_TAG
from whence_emitters.systems.mlflow.mapping import Mapper
from whence_emitters.systems.mlflow.model import Registered
from whence_emitters.systems.mlflow.models import alias_event
from whence_emitters.systems.mlflow.naming import Names
from whence_emitters.systems.mlflow.rest import RestStore, without_credentials
from whence_emitters.systems.mlflow.rest import server_of as server_of_url
from whence_emitters.systems.mlflow.sql import SqlStore

if TYPE_CHECKING:
    from whence_emitters.systems.mlflow.model import MlflowRun

_log = logging.getLogger(__name__)
_PREFIX = "whence+"
_TAG_CHARACTERS = 500  # what MLflow takes as the value of an input's tag
_IN_SERVER = "_MLFLOW_SERVER_FILE_STORE"
_said: set[str] = set()


def tracking_store(store_uri: str, artifact_uri: str | None = None) -> Any:
    """The tracking store of a URI that begins with `whence+` (entry point group `mlflow.tracking_store`)."""
    from mlflow.tracking._tracking_service.utils import _tracking_store_registry  # type: ignore[import-not-found, unused-ignore]

    uri = store_uri.removeprefix(_PREFIX)
    store = _tracking_store_registry.get_store_builder(uri)(store_uri=uri, artifact_uri=artifact_uri)
    return _telling(store, uri, TellingTracking)


def registry_store(store_uri: str, tracking_uri: str | None = None) -> Any:
    """The model registry of such a URI (entry point group `mlflow.model_registry_store`)."""
    from mlflow.tracking._model_registry.utils import _get_store_registry  # type: ignore[import-not-found, unused-ignore]

    uri = store_uri.removeprefix(_PREFIX)
    builder = _get_store_registry().get_store_builder(uri)
    takes_both = "tracking_uri" in signature(builder).parameters
    both = {"tracking_uri": (tracking_uri or uri).removeprefix(_PREFIX)} if takes_both else {}
    return _telling(builder(store_uri=uri, **both), uri, TellingRegistry)


def artifact_repository(artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None) -> Any:
    """Artifacts that the tracking server hands on, which MLflow looks for at the tracking URI (group `mlflow.artifact_repository`)."""
    from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository  # type: ignore[import-not-found, unused-ignore]
    from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository  # type: ignore[import-not-found, unused-ignore]
    from mlflow.tracking import get_tracking_uri  # type: ignore[import-not-found, unused-ignore]

    uri = (tracking_uri or get_tracking_uri()).removeprefix(_PREFIX)
    if "tracking_uri" not in signature(MlflowArtifactsRepository).parameters:  # MLflow 2
        return HttpArtifactRepository(MlflowArtifactsRepository.resolve_uri(artifact_uri, uri))
    return MlflowArtifactsRepository(artifact_uri, tracking_uri=uri, registry_uri=registry_uri)


def _telling(store: Any, uri: str, role: type[Teller]) -> Any:
    store.__class__ = type(f"Telling{type(store).__name__}", (role, type(store)), {"whence_uri": uri})
    return store


class Teller:
    """What both stores have: a way to read a run back and to put events to the spool."""

    whence_uri: str

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if what not in _said:
                _said.add(what)
                _log.warning("Lineage of an MLflow run lacks %s: %s", what, shown_error(error))

    def _mapper(self) -> Mapper:
        web = self.whence_uri.startswith(("http://", "https://"))
        server = os.environ.get("WHENCE_MLFLOW_HOST") or (server_of_url if web else server_of)(self.whence_uri)
        page = without_credentials(self.whence_uri) if web else None
        return Mapper(Names(server, page), lambda _location: Described())

    def _read(self, run_id: str) -> MlflowRun | None:
        engine = getattr(self, "engine", None)
        if engine is None:
            return RestStore(self.whence_uri).run(run_id)
        connection = engine.raw_connection()
        try:
            return SqlStore(Database(connection, engine.dialect.name)).run(run_id)
        finally:
            connection.close()

    def _tell_run(self, run_id: str, what: str, *, going_on: bool = False) -> None:
        """Tell all that is known of a run; of one that goes on, as it is now."""
        if settings.disabled():
            return
        with self._guarded(what):
            run = self._read(run_id)
            if run is None or (going_on and run.over):
                return
            events = self._mapper().run_events(run)
            if going_on:
                events = ({**events[-1], "eventType": "RUNNING", "eventTime": ids.now()},)
            self._tell(events)

    def _tell(self, events: Sequence[Event]) -> None:
        spool = Spool(settings.spool_folder(), settings.spool_max_bytes())
        for event in events:
            spool.put(event)
        ask_to_send(spool)


class TellingTracking(Teller):
    """A tracking store that tells of runs."""

    def create_run(self, *arguments: Any, **named: Any) -> Any:
        """Tell that a run has begun."""
        run = super().create_run(*arguments, **named)  # type: ignore[misc]
        self._tell_run(run.info.run_id, "its start")
        return run

    def update_run_info(self, run_id: str, run_status: Any, end_time: Any, run_name: Any) -> Any:
        """Tell that a run is over."""
        info = super().update_run_info(run_id, run_status, end_time, run_name)  # type: ignore[misc]
        if end_time is not None:
            self._tell_run(run_id, "its end")
        return info

    def log_inputs(self, run_id: str, datasets: Any = None, **more: Any) -> Any:
        """Digest local files before they are read, and tell of the inputs."""
        if not settings.disabled():
            for dataset in datasets or ():
                with self._guarded("digests of its inputs"):
                    _capture(dataset)
        done = super().log_inputs(run_id, datasets, **more)  # type: ignore[misc]
        self._tell_run(run_id, "its inputs", going_on=True)
        return done

    def log_outputs(self, run_id: str, models: Any) -> Any:
        """Tell of the models that a run has made so far."""
        done = super().log_outputs(run_id, models)  # type: ignore[misc]
        self._tell_run(run_id, "its models", going_on=True)
        return done

    def finalize_logged_model(self, model_id: str, status: Any) -> Any:
        """Tell of a model that is whole now."""
        model = super().finalize_logged_model(model_id, status)  # type: ignore[misc]
        if model.source_run_id:
            self._tell_run(model.source_run_id, "its models", going_on=True)
        return model


class TellingRegistry(Teller):
    """A model registry that tells of versions and aliases."""

    def create_model_version(self, *arguments: Any, **named: Any) -> Any:
        """Tell of a version with the run that made it."""
        version = super().create_model_version(*arguments, **named)  # type: ignore[misc]
        if version.run_id:
            self._tell_run(version.run_id, "its registered version")
        return version

    def set_registered_model_alias(self, name: str, alias: str, version: Any) -> Any:
        """Tell that an alias was moved, at the time when it was."""
        done = super().set_registered_model_alias(name, alias, version)  # type: ignore[misc]
        self._tell_alias(name, alias, str(version), deleted=False)
        return done

    def delete_registered_model_alias(self, name: str, alias: str) -> Any:
        """Tell that an alias is gone."""
        done = super().delete_registered_model_alias(name, alias)  # type: ignore[misc]
        self._tell_alias(name, alias, "", deleted=True)
        return done

    def _tell_alias(self, name: str, alias: str, version: str, *, deleted: bool) -> None:
        if settings.disabled():
            return
        with self._guarded("aliases of its model"):
            registered = Registered(name, "default", 0, (), {})
            self._tell([alias_event(self._mapper().names, registered, alias, version, ids.now(), deleted=deleted)])


def _capture(logged: Any) -> None:
    """Tag an input with its own source, since MLflow keeps one for all that share a digest, and with the digests of a local file."""
    told = _object(logged.dataset.source)
    uri = told.get("uri") or told.get("path")
    here = Path(str(uri).removeprefix("file://")) if uri and logged.dataset.source_type == "local" else None
    in_server = _IN_SERVER in os.environ
    if here and not here.is_absolute() and not in_server:
        told = {**told, "uri": str(here.absolute())}
    source = json.dumps(told)
    if len(source) <= _TAG_CHARACTERS:
        _tag(logged, SOURCE_TAG, source)
    if here is None or in_server or not here.is_file():
        return
    limit = settings.digest_max_bytes()
    if not limit or here.stat().st_size <= limit:
        for algorithm, value in digest(here).values:
            _tag(logged, f"{DIGEST_TAG}{algorithm}", value)


def _tag(logged: Any, key: str, value: str) -> None:
    from mlflow.entities import InputTag  # type: ignore[import-not-found, unused-ignore]

    logged._tags.append(InputTag(key, value))


def _object(text: str) -> dict[str, Any]:
    told = json.loads(text)
    return told if isinstance(told, dict) else {}
