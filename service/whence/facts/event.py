"""The frame of an event: which of OpenLineage's three it is, and the parts that it can't do without."""

from __future__ import annotations

from typing import Final

import msgspec

from whence.errors import UnusableEvent
from whence.facts.shapes import Facets, Name, T, shape
from whence.model import instant
from whence.model.facts import EventClass, EventType

_ABSENT: Final = msgspec.Raw(b"null")


class Event(msgspec.Struct, frozen=True, gc=False):
    """An event with its parts unread; what is absent is `null`."""

    eventTime: msgspec.Raw = _ABSENT  # noqa: N815  the names in the event
    eventType: msgspec.Raw = _ABSENT  # noqa: N815
    producer: msgspec.Raw = _ABSENT
    schemaURL: msgspec.Raw = _ABSENT  # noqa: N815
    run: msgspec.Raw = _ABSENT
    job: msgspec.Raw = _ABSENT
    dataset: msgspec.Raw = _ABSENT
    inputs: msgspec.Raw = _ABSENT
    outputs: msgspec.Raw = _ABSENT


class Run(msgspec.Struct, frozen=True, gc=False):
    runId: Name  # noqa: N815
    facets: Facets = {}


class Job(msgspec.Struct, frozen=True, gc=False):
    namespace: Name
    name: Name
    facets: Facets = {}


class Dataset(msgspec.Struct, frozen=True, gc=False):
    namespace: Name
    name: Name
    facets: Facets = {}
    inputFacets: Facets = {}  # noqa: N815
    outputFacets: Facets = {}  # noqa: N815


class _Parts(msgspec.Struct, frozen=True, gc=False):
    """A run, job or dataset that does not fit: its parts unread, to keep what can be kept and to say what is wrong."""

    runId: msgspec.Raw = _ABSENT  # noqa: N815
    namespace: msgspec.Raw = _ABSENT
    name: msgspec.Raw = _ABSENT
    facets: msgspec.Raw = _ABSENT
    inputFacets: msgspec.Raw = _ABSENT  # noqa: N815
    outputFacets: msgspec.Raw = _ABSENT  # noqa: N815


_event = shape(Event)
_run = shape(Run)
_job = shape(Job)
_dataset = shape(Dataset)
_parts = shape(_Parts)
_items = shape(list[msgspec.Raw])
_facets = shape(dict[str, msgspec.Raw])
_text = shape(str)


def open_event(canonical: bytes) -> Event:
    """Raises UnusableEvent when it is no JSON object."""
    event = _event(msgspec.Raw(canonical))
    if event is None:
        raise UnusableEvent(f"the event is {_kind(msgspec.Raw(canonical))}, not an object")
    return event


def class_of(event: Event) -> EventClass:
    """The one that `schemaURL` ends with, where the fields fit it (specification 2-0-2: a JobEvent has no run, a DatasetEvent no run beside a job), else
    the one that the fields are of. Raises UnusableEvent when they are of none.
    """
    run, job, dataset = (not _is_absent(part) for part in (event.run, event.job, event.dataset))
    named = optional_text(event.schemaURL).rpartition("/")[2]
    if named == "DatasetEvent" and dataset and not run:
        return EventClass.DATASET
    if named == "JobEvent" and job and not run:
        return EventClass.JOB
    if run:
        return EventClass.RUN
    if dataset:
        return EventClass.DATASET
    if job:
        return EventClass.JOB
    raise UnusableEvent("the event has neither a run nor a job nor a dataset")


def time_of(event: Event) -> tuple[int, str]:
    """eventTime in ns UTC, and as given. Raises UnusableEvent when it is absent or can't be read."""
    text = required_text(event.eventTime, "eventTime")
    try:
        return instant.parse(text), text
    except ValueError as error:
        raise UnusableEvent(f"eventTime is {error}") from None


_TYPES: Final = {each.value: each for each in EventType}


def type_of(text: str) -> EventType:
    """What is absent (empty) or unknown counts as OTHER."""
    return _TYPES.get(text, EventType.OTHER)


def open_run(raw: msgspec.Raw) -> Run:
    """Raises UnusableEvent when it is no object with a runId."""
    run = _run(raw)
    if run is not None:
        return run
    parts = _object(_parts(raw), raw, "run")
    return Run(required_text(parts.runId, "run.runId"), _read_facets(parts.facets))


def open_job(raw: msgspec.Raw) -> Job:
    """Raises UnusableEvent when it is no object with a namespace and a name."""
    job = _job(raw)
    if job is not None:
        return job
    if _is_absent(raw):
        raise UnusableEvent("job is missing")
    parts = _object(_parts(raw), raw, "job")
    namespace = required_text(parts.namespace, "job.namespace")
    return Job(namespace, required_text(parts.name, "job.name"), _read_facets(parts.facets))


def open_dataset(raw: msgspec.Raw, where: str) -> Dataset:
    """Raises UnusableEvent when it is no object with a namespace and a name."""
    dataset = _dataset(raw)
    if dataset is not None:
        return dataset
    parts = _object(_parts(raw), raw, where)
    namespace = required_text(parts.namespace, f"{where}.namespace")
    name = required_text(parts.name, f"{where}.name")
    return Dataset(namespace, name, *map(_read_facets, (parts.facets, parts.inputFacets, parts.outputFacets)))


def without_nulls(facets: Facets, around: bytes) -> Facets:
    """A facet that is null is none. `around` is the text that they stand in."""
    if b":null" not in around:
        return facets
    return {name: facet for name, facet in facets.items() if not _is_absent(facet)}


def _read_facets(raw: msgspec.Raw) -> Facets:
    """What is no object holds no facets: it stays in the log and refuses nothing."""
    return _facets(raw) or {}


def items(raw: msgspec.Raw, where: str) -> list[msgspec.Raw]:
    """The datasets of `inputs` or `outputs`; absent means none. Raises UnusableEvent when it is no array: half an event is never kept."""
    if _is_absent(raw):
        return []
    found = _items(raw)
    if found is None:
        raise UnusableEvent(f"{where} is {_kind(raw)}, not an array")
    return found


def required_text(raw: msgspec.Raw, where: str) -> str:
    """Raises UnusableEvent, with a sentence that names the field, unless it is a text with something in it."""
    text = _text(raw)
    if text is None:
        raise UnusableEvent(f"{where} is missing" if _is_absent(raw) else f"{where} is {_kind(raw)}, not a text")
    if not text:
        raise UnusableEvent(f"{where} is empty")
    return text


def optional_text(raw: msgspec.Raw) -> str:
    """Empty when it is absent or no text."""
    return _text(raw) or ""


def _object(found: T | None, raw: msgspec.Raw, where: str) -> T:
    if found is None:
        raise UnusableEvent(f"{where} is {_kind(raw)}, not an object")
    return found


_NULL: Final = ord("n")
_KINDS: Final = {
    ord("{"): "an object",
    ord("["): "an array",
    ord('"'): "a text",
    ord("t"): "a boolean",
    ord("f"): "a boolean",
    ord("n"): "null",
}


def _kind(raw: msgspec.Raw) -> str:
    return _KINDS.get(memoryview(raw)[0], "a number")


def _is_absent(raw: msgspec.Raw) -> bool:
    return memoryview(raw)[0] == _NULL
