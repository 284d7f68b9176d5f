"""What an event says of its job."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from whence.facts.event import open_job, without_nulls
from whence.facts.names import job_uid
from whence.facts.shapes import standing
from whence.facts.words import JOB_WORDS, JOB_WORDS_OF_RUN, said
from whence.model.facts import JobFacts, Said


class JobPart(NamedTuple):
    """The part of an event that is its job, read. `of_run`: what it says of the run in whose event it stands, under `job.` + facet name."""

    text: msgspec.Raw
    namespace: str
    facts: JobFacts
    of_run: dict[str, Said]


def read_job(raw: msgspec.Raw) -> JobPart:
    """`raw` is the canonical JSON of the job. Raises UnusableEvent when namespace or name is missing.

    A facet that can't be read or is deleted says nothing of the run, and that is said too, because it takes the place of an earlier one (rule 3).
    """
    job = open_job(raw)
    text = bytes(raw)
    given = without_nulls(job.facets, text)
    facets = standing(given, text)
    deleted = tuple(sorted(given.keys() - facets.keys()))
    words = said(facets, JOB_WORDS)
    facts = JobFacts(job_uid(job.namespace, job.name), facets=facets, said=words, deleted=deleted)
    of_run = {f"job.{name}": words.get(name, Said()) for name in JOB_WORDS_OF_RUN if name in given}
    return JobPart(raw, job.namespace, facts, of_run)
