"""What an event says of its job."""

from __future__ import annotations

from whence.facts.event import Event, open_job, without_nulls
from whence.facts.names import job_uid
from whence.facts.shapes import Facets, standing
from whence.facts.words import JOB_WORDS, said
from whence.model.facts import JobFacts


def job_facts(event: Event) -> tuple[JobFacts, Facets]:
    """The facts, and all facets as they stand in the event. Raises UnusableEvent when namespace or name is missing."""
    job = open_job(event.job)
    given = without_nulls(job.facets, event.job)
    facets = standing(given, event.job)
    deleted = tuple(sorted(given.keys() - facets.keys()))
    return JobFacts(
        job_uid(job.namespace, job.name), facets=facets, said=said(facets, JOB_WORDS), deleted=deleted
    ), given
