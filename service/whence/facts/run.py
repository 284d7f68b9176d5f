"""What an event says of its run."""

from __future__ import annotations

from whence.facts.event import Event, open_run, type_of, without_nulls
from whence.facts.shapes import Facets, standing
from whence.facts.words import JOB_WORDS_OF_RUN, RUN_WORDS, said
from whence.model import uid
from whence.model.facts import JobFacts, RunFacts, Said


def run_facts(event: Event, job: JobFacts, job_facets: Facets) -> RunFacts:
    """`job_facets` are those that stand in the event, the deleted ones included: one that can't be read says nothing, and that is said too,
    because it takes the place of an earlier one (rule 3).

    Raises UnusableEvent when there is no runId.
    """
    run = open_run(event.run)
    facets = without_nulls(run.facets, event.run)
    words = said(standing(facets, event.run), RUN_WORDS)
    of_job = {f"job.{name}": job.said.get(name, Said()) for name in JOB_WORDS_OF_RUN if name in job_facets}
    return RunFacts(uid.normal_run_id(run.runId), type_of(event), facets=facets, said=words | of_job)
