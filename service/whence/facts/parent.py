"""`parent`: the run that started this one, and the root of them all (rule 2)."""

from __future__ import annotations

import msgspec

from whence.facts.names import job_uid
from whence.facts.shapes import Name, shape
from whence.model import uid
from whence.model.facts import Said


class _Run(msgspec.Struct, frozen=True):
    runId: Name  # noqa: N815  the name in the event


class _Job(msgspec.Struct, frozen=True):
    namespace: Name
    name: Name


class _Root(msgspec.Struct, frozen=True):
    run: _Run
    job: _Job | None = None


class _Parent(msgspec.Struct, frozen=True):
    run: _Run
    job: _Job | None = None
    root: _Root | None = None


_look = shape(_Parent)


def parent(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage ParentRunFacet 1-2-0; older ones have no root."""
    given = _look(facet)
    if given is None:
        return None
    root = given.root
    return Said(
        parent=uid.run(given.run.runId),
        parent_job=_uid_of(given.job),
        root=None if root is None else uid.run(root.run.runId),
        root_job=None if root is None else _uid_of(root.job),
    )


def _uid_of(job: _Job | None) -> str | None:
    return None if job is None else job_uid(job.namespace, job.name)
