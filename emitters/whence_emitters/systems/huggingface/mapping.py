"""A version of a repository of the Hub as OpenLineage events.

The Hub records no runs. What a card tells of a model's base and its data becomes a run that stands for the training, `card {name}`, whose
inputs are ASSERTED; what it tells of results becomes another, `evaluation {name}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.importing.events import Run, dataset, dataset_event, derived_run_id, present, read, written
from whence_emitters.importing.facets import Digest, digest_set, incomplete, native_ref, tags
from whence_emitters.names import DatasetName
from whence_emitters.parents import RunRef
from whence_emitters.systems.huggingface.card import COMMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.huggingface.card import Base, Card, Result
    from whence_emitters.systems.huggingface.snapshots import Snapshot

_MODELS, _DATASETS = "hf://models", "hf://datasets"
_BY_CARD = "the model card says so"

Pin = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True)
class Described:
    """A version with all that is known of it. `pin` gives the commit that a kind, a name and a moving revision stand for here."""

    snapshot: Snapshot
    namespace: str
    name: str
    time: str
    time_is_given: bool
    card: Card
    header: Mapping[str, str]
    digests: tuple[Digest, ...]
    size: int | None
    pin: Pin

    @property
    def is_model(self) -> bool:
        """Whether it is a model, and no data set."""
        return self.snapshot.kind == "models"


def events(version: Described) -> tuple[tuple[Event, ...], dict[str, str]]:
    """The events of a version, writers before readers, and what could not be told of it."""
    missing = _missing(version)
    made: list[Event] = []
    if version.is_model and (version.card.bases or version.card.datasets):
        made += _training(version, missing).events()
    else:
        made.append(dataset_event(version.time, _described(version, missing)))
    if version.is_model and version.card.results:
        made += _evaluation(version).events()
    return tuple(made), missing


def _training(version: Described, missing: Mapping[str, str]) -> Run:
    card = version.card
    derivations = [
        facets.model_derivation(DatasetName(_MODELS, base.name, None, _commit(base)), card.relation, ())
        for base in card.bases
    ]
    parameters = {f"safetensors.{name}": value for name, value in version.header.items()}
    outputs = [_described(version, {}, derivation) for derivation in derivations] or [_described(version, {})]
    return Run(
        _run(version, "card"),
        started=version.time,
        ended=version.time,
        state="COMPLETE",
        inputs=[*(_base(version, base) for base in card.bases), *(_data(version, name) for name in card.datasets)],
        outputs=[written(output) for output in outputs],
        facets=present(
            whence_nativeRef=_native(version, of_run=True),
            executionParameters=facets.parameters(parameters) if parameters else None,
            whence_captureCompleteness=incomplete(missing, of_run=True),
        ),
    )


def _evaluation(version: Described) -> Run:
    results = version.card.results
    read_once = {(one.dataset, one.revision): one for one in results}
    return Run(
        _run(version, "evaluation"),
        started=version.time,
        ended=version.time,
        state="COMPLETE",
        inputs=[
            read(_named(version), role="MODEL"),
            *(
                read(
                    dataset(_DATASETS, name, revision or version.pin("datasets", name, "")),
                    role="TEST",
                    because=_BY_CARD,
                )
                for name, revision in read_once
            ),
        ],
        facets=present(
            whence_nativeRef=_native(version, of_run=True),
            whence_metrics=facets.metrics([_metric(one) for one in results]),
            whence_captureCompleteness=incomplete(
                {"run": "no run is recorded: the card tells its results"}, of_run=True
            ),
        ),
    )


def _metric(result: Result) -> dict[str, Any]:
    on = {"namespace": _DATASETS, "name": result.dataset} | ({"version": result.revision} if result.revision else {})
    found: dict[str, Any] = {"name": result.metric, "value": facets.metric_value(result.value), "dataset": on}
    return found | ({"subset": result.split} if result.split else {})


def _base(version: Described, base: Base) -> Dataset:
    """A revision that is a commit was recorded; one that is pinned by the cache is a conclusion, and said to be one."""
    if commit := _commit(base):
        return read(dataset(_MODELS, base.name, commit), role="BASE_MODEL")
    pinned = version.pin("models", base.name, base.revision)
    because = f"{base.told_by} says so"
    if pinned:
        because += "; it names no commit, and the cache holds this one"
    return read(dataset(_MODELS, base.name, pinned), role="BASE_MODEL", because=because)


def _data(version: Described, name: str) -> Dataset:
    return read(dataset(_DATASETS, name, version.pin("datasets", name, "")), role="TRAIN", because=_BY_CARD)


def _commit(base: Base) -> str | None:
    return base.revision if COMMIT.fullmatch(base.revision) else None


def _named(version: Described) -> Dataset:
    return dataset(version.namespace, version.name, version.snapshot.commit)


def _described(version: Described, missing: Mapping[str, str], derivation: Facet | None = None) -> Dataset:
    card, snapshot = version.card, version.snapshot
    labels = dict.fromkeys(card.tags, "true") | card.labels
    return dataset(
        version.namespace,
        version.name,
        snapshot.commit,
        datasetType=facets.dataset_type("MODEL") if version.is_model else None,
        whence_contentDigests=digest_set(version.digests, size=version.size),
        whence_modelDerivation=derivation,
        whence_nativeRef=_native(version, of_run=False),
        tags=tags(labels, of="Dataset", source="huggingface") if labels else None,
        whence_captureCompleteness=incomplete(missing, of_run=False),
    )


def _native(version: Described, *, of_run: bool) -> Facet:
    snapshot = version.snapshot
    native = f"{version.namespace}/{version.name}" + (f"@{snapshot.commit}" if snapshot.commit else "")
    url = None
    if snapshot.name and snapshot.commit:
        below = "" if version.is_model else "datasets/"
        url = f"https://huggingface.co/{below}{snapshot.name}/tree/{snapshot.commit}"
    return native_ref("huggingface", native, url=url, of_run=of_run)


def _run(version: Described, job: str) -> RunRef:
    state = version.snapshot.commit or version.time
    run_id = derived_run_id("huggingface", version.namespace, version.name, state, job)
    return RunRef(version.namespace, f"{job} {version.name}", run_id)


def _missing(version: Described) -> dict[str, str]:
    card, found = version.card, dict(version.card.left_out)
    if version.time_is_given:
        found["time"] = "nothing here records one: it was given with --at"
    if version.snapshot.commit is None:
        found["version"] = "the folder does not tell the commit of the Hub that it holds"
    if not any(one.strength == "CONTENT" for one in version.digests):
        found["contentDigests"] = "the version has several files that hold its content, or not all are known here"
    if version.is_model and (card.bases or card.datasets):
        found["run"] = "the Hub records none: this one stands for what the card tells of the training"
    if any(_commit(base) is None for base in card.bases):
        found["base_model.revision"] = "the card names the base without a commit, and the name moves"
    if card.datasets:
        found["datasets.revision"] = "the card names data sets without a commit, and the names move"
    return found
