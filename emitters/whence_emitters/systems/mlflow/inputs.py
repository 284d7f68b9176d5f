"""What a run read: the datasets that it logged, the models that it measured, and the data that its parameters name by digest."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.errors import DamagedError
from whence_emitters.importing import events
from whence_emitters.importing.facets import Digest, digest_set, native_ref, schema
from whence_emitters.importing.files import load_json
from whence_emitters.systems.mlflow.locations import Location, locate
from whence_emitters.systems.mlflow.signatures import type_name
from whence_emitters.systems.mlflow.stated import stated_data, whole_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from whence_emitters.facets import Facet
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.mlflow.model import DatasetUse, MlflowRun
    from whence_emitters.systems.mlflow.naming import Names

CONTEXT_TAG = "mlflow.data.context"
SOURCE_TAG = "whence.source"
DIGEST_TAG = "whence.digest."

_SHARED = "MLflow keeps one source for each experiment, name and digest8: that of the run which logged it first"
_MAX_FIELDS = 1000
_TEXTS_KEPT = 4096


def logged_datasets(run: MlflowRun, names: Names, missing: dict[str, str]) -> Iterator[Dataset]:
    """The datasets that a run logged; what is open about each goes to `missing`."""
    for use in run.datasets:
        place = _place(use, names)
        uncertain = not use.first and SOURCE_TAG not in use.tags and place is not None
        why = _SHARED if uncertain else place.open if place else "MLflow recorded no place of this data"
        if why:
            missing[f"dataset {use.name}"] = why
        yield _input(
            place or Location(names.data(), _own_name(use, run), _own_version(use, run)),
            f"{run.experiment_id}/{use.name}/{use.digest}",
            (Digest("mlflow-digest8", use.digest, "WEAK"), *_captured(use)),
            use.schema, use.profile, _role(use, run), _SHARED if uncertain and place and place.version else None,
        )  # fmt: skip


def dataset_called(run: MlflowRun, names: Names, called: tuple[str, str]) -> dict[str, str] | None:
    """The namespace, name and version of the run's dataset of this MLflow name and digest, for a metric measured on it."""
    for use in run.datasets:
        if (use.name, use.digest) == called:
            place = _place(use, names)
            if place is None:
                return {"namespace": names.data(), "name": _own_name(use, run), "version": _own_version(use, run)}
            version = {"version": place.version} if place.version else {}
            return {"namespace": place.namespace, "name": place.name, **version}
    return None


def used_models(run: MlflowRun, names: Names) -> Iterator[Dataset]:
    """The models that a run measured or loaded, other than those that it made."""
    made = {model.model_id for model in run.models}
    for model_id in dict.fromkeys(run.used_models):
        if model_id not in made:
            named = events.dataset(
                names.models(), f"logged-model/{model_id}", model_id, datasetType=facets.dataset_type("MODEL")
            )
            yield events.read(named, role="MODEL")


def data_by_digest(
    run: MlflowRun, names: Names, told_by: Iterable[str], resolve: Callable[[str], tuple[Digest, ...]] | None,
    missing: dict[str, str],
) -> Iterator[Dataset]:  # fmt: skip
    """The data that parameters or tags of the run state by a digest; what states none that can be used goes to `missing`.

    Nothing but the digest is known of it, so all of a parameter's data is one dataset of that name, a version for each digest.
    """
    for stated in stated_data({**run.tags, **run.params}, told_by, resolve):
        if stated.digest is None:
            missing[f"data of parameter {stated.name}"] = stated.why
            continue
        yield events.read(
            events.dataset(names.data(), f"parameter/{stated.name}", whence_contentDigests=digest_set([stated.digest])),
            role=_role_of(stated.name),
            because=f"the run's parameter {stated.name} says so",
        )


def _place(use: DatasetUse, names: Names) -> Location | None:
    return locate(use.source_type, use.tags.get(SOURCE_TAG, use.source), names.catalog, names.data())


@lru_cache(maxsize=_TEXTS_KEPT)
def _input(
    place: Location, native_id: str, digests: tuple[Digest, ...], columns: str | None, profile: str | None,
    role: str | None, because: str | None,
) -> Dataset:  # fmt: skip
    """One input. Runs of an experiment share their data, so most are made once and stand in many events."""
    declared = [Digest("revision", place.declared, "DECLARED")] if place.declared else []
    named = events.dataset(
        place.namespace, place.name, place.version,
        schema=_schema(columns),
        whence_contentDigests=digest_set([*digests, *declared]),
        whence_nativeRef=native_ref("mlflow", native_id, of_run=False),
    )  # fmt: skip
    part = facets.subset(dict(place.subset), of_input=True) if place.subset else None
    return events.read(named, role=role, because=because, rows=_rows(profile), subset=part)


def _own_name(use: DatasetUse, run: MlflowRun) -> str:
    return f"dataset/{run.job.experiment.strip('/')}/{use.name}"


def _own_version(use: DatasetUse, run: MlflowRun) -> str:
    # The digest looks at the first 10,000 rows of some columns: different data may have it. Only the run tells two states apart.
    return f"{use.digest}-{run.run_id}"


def _captured(use: DatasetUse) -> Iterator[Digest]:
    """Digests that the tracking-store plugin took of the file when the run logged it."""
    for tag, value in use.tags.items():
        if tag.startswith(DIGEST_TAG) and (digest := whole_digest(f"{tag.removeprefix(DIGEST_TAG)}:{value}")):
            yield digest


def _role(use: DatasetUse, run: MlflowRun) -> str | None:
    context = use.tags.get(CONTEXT_TAG, "").lower()
    if context.startswith("eval"):
        return "VALIDATION" if run.models else "TEST"
    return _role_of(context)


def _role_of(text: str) -> str | None:
    begins = (("train", "TRAIN"), ("val", "VALIDATION"), ("test", "TEST"), ("reference", "REFERENCE"))
    return next((role for beginning, role in begins if text.lower().startswith(beginning)), None)


@lru_cache(maxsize=_TEXTS_KEPT)
def _schema(text: str | None) -> Facet | None:
    told = _object(text).get("mlflow_colspec")
    if not isinstance(told, list) or len(told) > _MAX_FIELDS:
        return None
    columns = [column for column in told if isinstance(column, dict) and column.get("name")]
    return schema({"name": str(column["name"]), "type": type_name(column)} for column in columns) if columns else None


@lru_cache(maxsize=_TEXTS_KEPT)
def _rows(text: str | None) -> int | None:
    rows = _object(text).get("num_rows")
    return rows if isinstance(rows, int) and not isinstance(rows, bool) and rows >= 0 else None


def _object(text: str | None) -> dict[str, Any]:
    try:
        told = load_json(text) if text else None
    except DamagedError:
        return {}
    return told if isinstance(told, dict) else {}
