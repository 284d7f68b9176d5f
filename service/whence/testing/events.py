"""OpenLineage events as JSON bytes, by short words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from whence.facts import read
from whence.store.port import Incoming

PRODUCER: Final = "https://example.com/tests"
_SPEC: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
_RUNS: Final = uuid.UUID("5c1b2b1e-0d0c-4a65-8f2c-6f3d2a6f7f10")

Dataset = str | Mapping[str, Any]


def run_id(word: str) -> str:
    """A UUID that this word stands for, always the same."""
    return str(uuid.uuid5(_RUNS, word))


def facet(**content: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": "https://example.com/facets/1-0-0.json", **content}


def dataset(word: str, namespace: str = "file", **facets: Mapping[str, Any]) -> dict[str, Any]:
    """`clean` or, with a version, `clean@3`; further facets by name."""
    name, _, version = word.partition("@")
    own = {"version": facet(datasetVersion=version)} if version else {}
    given = {key: facet(**content) for key, content in facets.items()}
    return {"namespace": namespace, "name": name, "facets": own | given}


def run_event(
    run: str = "r1",
    event_type: str = "COMPLETE",
    time: str = "2024-05-01T12:00:00Z",
    *,
    job: str = "train",
    inputs: Sequence[Dataset] = (),
    outputs: Sequence[Dataset] = (),
    run_facets: Mapping[str, Mapping[str, Any]] | None = None,
    job_facets: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """A RunEvent. `run` is any word; datasets are words (see `dataset`) or whole datasets."""
    return _event(
        "RunEvent",
        time,
        eventType=event_type,
        run={"runId": run_id(run), "facets": _facets(run_facets)},
        job={"namespace": "jobs", "name": job, "facets": _facets(job_facets)},
        inputs=_datasets(inputs),
        outputs=_datasets(outputs),
    )


def dataset_event(subject: Dataset, time: str = "2024-05-01T12:00:00Z") -> bytes:
    """A DatasetEvent about one dataset."""
    return _event("DatasetEvent", time, dataset=_datasets([subject])[0])


def job_event(
    job: str = "train",
    time: str = "2024-05-01T12:00:00Z",
    *,
    inputs: Sequence[Dataset] = (),
    outputs: Sequence[Dataset] = (),
) -> bytes:
    """A JobEvent: what a job is declared to read and write."""
    return _event(
        "JobEvent",
        time,
        job={"namespace": "jobs", "name": job},
        inputs=_datasets(inputs),
        outputs=_datasets(outputs),
    )


def incoming(body: bytes, received_at: int = 0, sender: str | None = None, *, replay_of: str | None = None) -> Incoming:
    """The event as a store takes it in. `received_at` in ns UTC."""
    return Incoming(body, read(body), received_at, sender, replay_of)


def _event(kind: str, time: str, **content: Any) -> bytes:
    return msgspec.json.encode({"eventTime": time, "producer": PRODUCER, "schemaURL": f"{_SPEC}{kind}", **content})


def _datasets(given: Sequence[Dataset]) -> list[Mapping[str, Any]]:
    return [dataset(each) if isinstance(each, str) else each for each in given]


def _facets(given: Mapping[str, Mapping[str, Any]] | None) -> dict[str, dict[str, Any]]:
    return {name: facet(**content) for name, content in (given or {}).items()}
