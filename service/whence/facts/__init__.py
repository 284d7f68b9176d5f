"""An event to its facts: a pure function, and a tuple of small extractors, one concern a file."""

from __future__ import annotations

from collections.abc import Iterator

from whence.canonical import MAX_DEPTH, canonical_of
from whence.canonical import key as key_of
from whence.facts.airflow import declared
from whence.facts.event import Event, class_of, items, open_event, open_job, optional_text, time_of
from whence.facts.job import job_facts
from whence.facts.mention import mention
from whence.facts.run import run_facts
from whence.model.facts import EventClass, Facts, Mention, Role, RunFacts


def facts(canonical: bytes, key: str) -> Facts:
    """Everything that one event asserts. `canonical` is its canonical form, `key` the SHA-256 of that.

    Raises UnusableEvent, with a sentence that names the field, when it lacks what an event needs. Facets that don't fit their shape are kept as
    they are and say nothing.
    """
    event = open_event(canonical)
    event_class = class_of(event)
    time, time_text = time_of(event)
    job, job_facets = job_facts(event) if event_class is not EventClass.DATASET else (None, {})
    run = run_facts(event, job, job_facets) if job and event_class is EventClass.RUN else None
    mentions = _mentions(event, event_class, time)
    return Facts(
        key=key,
        time=time,
        time_text=time_text,
        producer=optional_text(event.producer),
        event_class=event_class,
        run=run,
        job=job,
        mentions=mentions if run is None else (*mentions, *_declared(event, run, mentions, time)),
    )


def read(body: bytes, *, max_depth: int = MAX_DEPTH) -> Facts:
    """The facts of an event as it was sent. Raises NotJson, TooLarge and UnusableEvent."""
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


def _declared(event: Event, run: RunFacts, given: tuple[Mention, ...], time: int) -> Iterator[Mention]:
    """Mentions of the assets that only a facet of the run names; one that stands among the inputs or outputs as well says no more."""
    if "airflow" not in run.facets:
        return
    known = {(each.role, each.asset) for each in given}
    for role, dataset in declared(run.facets, open_job(event.job).namespace):
        found = mention(dataset, role, "run.facets.airflow", time)
        if (role, found.asset) not in known:
            known.add((role, found.asset))
            yield found
