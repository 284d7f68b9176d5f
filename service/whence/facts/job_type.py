"""`jobType`: batch, stream or service, and what the producer calls the job."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import shape
from whence.model.facts import Said


class _JobType(msgspec.Struct, frozen=True):
    processingType: str | None = None  # noqa: N815  the name in the event
    integration: str | None = None
    jobType: str | None = None  # noqa: N815  the name in the event


_look = shape(_JobType)


def job_type(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage JobTypeJobFacet 2-0-4. `jobType: MODEL` is dbt's word for a query: it makes nothing a model (rule 6)."""
    given = _look(facet)
    if given is None:
        return None
    processing = given.processingType.upper() if given.processingType else None
    return Said(processing_type=processing, integration=given.integration, job_type=given.jobType)
