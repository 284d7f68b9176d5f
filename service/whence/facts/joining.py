"""The parts of an event, each read, to the facts of the whole."""

from __future__ import annotations

from collections.abc import Iterator

from whence.facts.airflow import declared
from whence.facts.job import JobPart
from whence.facts.mention import mention
from whence.facts.run import RunPart
from whence.model.facts import EventClass, EventType, Facts, Mention, RunFacts


def joined(
    key: str,
    time: int,
    time_text: str,
    producer: str,
    event_class: EventClass,
    event_type: EventType,
    run: RunPart | None,
    job: JobPart | None,
    mentions: tuple[Mention, ...],
) -> Facts:
    """Arguments as in Facts; `run` and `job` where the event is of a class that has them. Raises nothing."""
    if run is not None and job is not None and "airflow" in run.facets:
        mentions = (*mentions, *_declared(run, job, mentions, time))
    return Facts(
        key=key,
        time=time,
        time_text=time_text,
        producer=producer,
        event_class=event_class,
        run=None if run is None or job is None else _run_facts(run, job, event_type),
        job=None if job is None else job.facts,
        mentions=mentions,
    )


def _run_facts(run: RunPart, job: JobPart, event_type: EventType) -> RunFacts:
    return RunFacts(run.run_id, event_type, facets=run.facets, said=run.said | job.of_run)


def _declared(run: RunPart, job: JobPart, given: tuple[Mention, ...], time: int) -> Iterator[Mention]:
    """Mentions of the assets that only a facet of the run names; one that stands among the inputs or outputs as well says no more."""
    known = {(each.role, each.asset) for each in given}
    for role, dataset in declared(run.facets, job.namespace):
        found = mention(dataset, role, "run.facets.airflow", time)
        if (role, found.asset) not in known:
            known.add((role, found.asset))
            yield found
