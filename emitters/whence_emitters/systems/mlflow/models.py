"""Models: what a run logged, and the versions of the registry.

A registered version is an asset of its own beside the logged model that it was made from, and the same run made both. They cannot be two
names of one asset: one logged model may be registered under several names, whose versions would then be one by their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.errors import DamagedError
from whence_emitters.importing import events, times
from whence_emitters.importing.facets import Digest, alias, digest_set, native_ref, ownership
from whence_emitters.importing.files import load_json
from whence_emitters.masking import mask_text
from whence_emitters.systems.mlflow.artifacts import Described
from whence_emitters.systems.mlflow.labels import labels
from whence_emitters.systems.mlflow.signatures import signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.mlflow.model import MlflowRun, ModelVersion, Registered
    from whence_emitters.systems.mlflow.naming import Names

HISTORY_TAG = "mlflow.log-model.history"
_NO_STAGE = frozenset({"None", "Archived"})


def logged_model(names: Names, model_id: str, described: Described, user: str | None) -> Dataset:
    """A logged model at its one version, which is called as it is."""
    return events.dataset(
        names.models(), f"logged-model/{model_id}", model_id,
        datasetType=facets.dataset_type("MODEL"),
        whence_contentDigests=digest_set([Digest("mlflow-model", model_id, "SNAPSHOT")]),
        whence_modelSignature=described.signature,
        ownership=ownership([user]) if user else None,
        whence_nativeRef=native_ref("mlflow", model_id, of_run=False),
    )  # fmt: skip


def registered_version(names: Names, version: ModelVersion, described: Described) -> Dataset:
    """A version of a registered model."""
    model_id = model_id_of(version.source)
    return events.dataset(
        names.models(version.workspace), version.model, version.version,
        datasetType=facets.dataset_type("MODEL"),
        whence_contentDigests=digest_set([Digest("mlflow-model", model_id, "SNAPSHOT")]) if model_id else None,
        whence_versionInfo=facets.own(
            "WhenceVersionInfoDatasetFacet",
            createdAt=times.from_milliseconds(version.created),
            changeNote=mask_text(version.description) if version.description else None,
        ),
        whence_modelSignature=described.signature,
        ownership=ownership([version.user]) if version.user else None,
        tags=labels({**version.tags, **({"stage": version.stage} if version.stage else {})}, of="Dataset"),
        whence_nativeRef=native_ref(
            "mlflow", f"{version.model}/{version.version}", url=names.version_url(version), of_run=False
        ),
    )  # fmt: skip


def models_made(
    run: MlflowRun, names: Names, describe: Callable[[str], Described], missing: dict[str, str]
) -> list[tuple[Dataset, Described]]:
    """Every model that a run made, under each of its names."""
    user = run.tags.get("mlflow.user")
    found: dict[str, Described] = {}
    made = []
    for model in run.models:
        if not model.ready:
            missing[f"model {model.name}"] = "it was never finished"
            continue
        found[model.model_id] = describe(model.location)
        made.append((logged_model(names, model.model_id, found[model.model_id], user), found[model.model_id]))
    for model_id, path, stated in _models_of_tag(run.tags.get(HISTORY_TAG, "")):
        if model_id not in found:
            beside = describe(f"{run.artifacts}/{path}")
            found[model_id] = Described(beside.signature or stated.signature, beside.environment)
            made.append((logged_model(names, model_id, found[model_id], user), found[model_id]))
    for version in run.versions:
        known = found.get(model_id_of(version.source) or "")
        described = known or describe(version_location(version, run))
        made.append((registered_version(names, version, described), described))
    return made


def model_id_of(source: str) -> str | None:
    """The logged model that a registered version was made from: the id in `models:/m-…`."""
    model_id = source.removeprefix("models:/").strip("/")
    return (
        model_id if source.startswith("models:/") and "/" not in model_id and "@" not in model_id and model_id else None
    )


def version_location(version: ModelVersion, run: MlflowRun | None) -> str:
    """Where a version's files were put."""
    if version.location:
        return version.location
    if version.source.startswith("runs:/") and run is not None:
        return f"{run.artifacts}/{version.source.removeprefix('runs:/').partition('/')[2]}"
    return version.source


def version_events(
    registered: Registered, names: Names, describe: Callable[[str], Described], revision_time: Callable[[int], str]
) -> Iterator[Event]:
    """What the registry says of each version: that it was there when it was made, and all about it when it last changed."""
    for version in registered.versions:
        what = registered_version(names, version, describe(version_location(version, None)))
        created = times.from_milliseconds(version.created)
        told = revision_time(max(version.updated, version.created))
        if told != created:
            yield events.dataset_event(created, {**what, "facets": {"version": what["facets"]["version"]}})
        yield events.dataset_event(told, what)


def pointers(registered: Registered) -> dict[str, str]:
    """What names a version of a registered model: its aliases, and each stage for the newest version in it."""
    found = {}
    for version in sorted(registered.versions, key=_number):
        if version.stage and version.stage not in _NO_STAGE:
            found[version.stage] = version.version
    return {**found, **registered.aliases}


def alias_event(names: Names, registered: Registered, name: str, version: str, at: str, *, deleted: bool) -> Event:
    """One move of an alias."""
    moved = alias(name, version=version or None, at=at, deleted=deleted)
    what = events.dataset(names.models(registered.workspace), registered.name, whence_alias=moved)
    return events.dataset_event(at, what)


def _number(version: ModelVersion) -> int:
    return int(version.version) if version.version.isdigit() else 0


def _models_of_tag(text: str) -> Iterator[tuple[str, str, Described]]:
    """(id, path among the run's artifacts, signature) of the models of a run that MLflow 2 logged; it keeps them in a tag."""
    try:
        listed = load_json(text) if text else None
    except DamagedError:
        return
    for told in listed if isinstance(listed, list) else ():
        if isinstance(told, dict) and isinstance(told.get("model_uuid"), str) and told["model_uuid"]:
            yield told["model_uuid"], str(told.get("artifact_path") or ""), Described(_signature(told))


def _signature(told: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        return signature_of(told)
    except DamagedError:
        return None
