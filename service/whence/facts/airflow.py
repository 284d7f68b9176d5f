"""The assets that an Airflow task declares, which its events may name in the `airflow` facet only.

Airflow's OpenLineage provider makes inputs and outputs of those assets alone whose scheme some installed provider converts: `s3://` only beside the
Amazon provider, say. All of them stand in `airflow.task.inlets` and `.outlets`, a Python list of dicts printed as text
(apache-airflow-providers-openlineage 1.8 and later, AssetInfo in utils/utils.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from whence.canonical import canonical
from whence.facts.printed import members
from whence.facts.shapes import Facets, shape
from whence.facts.uris import dataset_name
from whence.model.facts import Role

NAMESPACE: Final = "airflow://"
"""Of assets that have a name and no URI: followed by the job's namespace, which stands for the installation (docs/naming.md)."""


class _Task(msgspec.Struct, frozen=True):
    inlets: str | None = None
    outlets: str | None = None


class _Airflow(msgspec.Struct, frozen=True):
    task: _Task
    deleted: bool = msgspec.field(default=False, name="_deleted")


_look = shape(_Airflow)


def declared(run_facets: Facets, job_namespace: str) -> Iterator[tuple[Role, msgspec.Raw]]:
    """Each asset that the event's task declares, as a dataset in canonical JSON, and what it is to the task."""
    facet = run_facets.get("airflow")
    given = None if facet is None else _look(facet)
    if given is None or given.deleted:
        return
    for role, text in ((Role.INPUT, given.task.inlets), (Role.OUTPUT, given.task.outlets)):
        for uri in members(text or "", "uri"):
            namespace, name = dataset_name(uri) or (NAMESPACE + job_namespace, uri)
            if name and _is_text(uri):
                yield role, msgspec.Raw(canonical({"namespace": namespace, "name": name}))


def _is_text(uri: str) -> bool:
    """Whether it can be written as JSON: Python prints halves of surrogate pairs too."""
    try:
        uri.encode()
    except UnicodeEncodeError:
        return False
    return True
