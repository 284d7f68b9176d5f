"""An event to its facts: a pure function, and a tuple of small extractors, one concern a file."""

from __future__ import annotations

from whence.canonical import MAX_DEPTH, canonical_of
from whence.canonical import key as key_of
from whence.facts.by_parts import read_by_parts
from whence.facts.event import Event, class_of, items, open_event, optional_text, time_of, type_of
from whence.facts.job import read_job
from whence.facts.joining import joined
from whence.facts.mention import mention
from whence.facts.run import read_run
from whence.model.facts import EventClass, Facts, Mention, Role


def facts(canonical: bytes, key: str) -> Facts:
    """Everything that one event asserts. `canonical` is its canonical form, `key` the SHA-256 of that.

    Raises UnusableEvent, with a sentence that names the field, when it lacks what an event needs. Facets that don't fit their shape are kept as
    they are and say nothing.
    """
    event = open_event(canonical)
    event_class = class_of(event)
    time, time_text = time_of(event)
    job = None if event_class is EventClass.DATASET else read_job(event.job)
    run = read_run(event.run) if event_class is EventClass.RUN else None
    return joined(
        key,
        time,
        time_text,
        optional_text(event.producer),
        event_class,
        type_of(optional_text(event.eventType)),
        run,
        job,
        _mentions(event, event_class, time),
    )


def read(body: bytes, *, max_depth: int = MAX_DEPTH) -> Facts:
    """The facts of an event as it was sent. Raises NotJson, TooLarge and UnusableEvent."""
    found = read_by_parts(body, max_depth)
    if found is not None:
        return found
    text = canonical_of(body, max_depth=max_depth)
    return facts(text, key_of(text))


def _mentions(event: Event, event_class: EventClass, time: int) -> tuple[Mention, ...]:
    if event_class is EventClass.DATASET:
        return (mention(event.dataset, Role.SUBJECT, "dataset", time),)
    inputs = items(event.inputs, "inputs")
    outputs = items(event.outputs, "outputs")
    return (
        *(mention(each, Role.INPUT, f"inputs[{place}]", time) for place, each in enumerate(inputs)),
        *(mention(each, Role.OUTPUT, f"outputs[{place}]", time) for place, each in enumerate(outputs)),
    )
