"""Who started this run: the step around it in the same process, else the one named by the environment.

OPENLINEAGE_PARENT_ID and OPENLINEAGE_ROOT_PARENT_ID are `namespace/name/runId`, as Airflow and dbt write them. A `/` inside a job's name
is written as `%2F`, since the parts could not be told apart otherwise; a namespace keeps its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from uuid import UUID

PARENT_VARIABLE = "OPENLINEAGE_PARENT_ID"
ROOT_VARIABLE = "OPENLINEAGE_ROOT_PARENT_ID"


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run by its job and its id."""

    namespace: str
    name: str
    run_id: str

    def text(self) -> str:
        """The run as the environment variables write it."""
        return f"{self.namespace}/{self.name.replace('/', '%2F')}/{self.run_id}"


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The parent of a run and the root of the whole tree."""

    parent: RunRef
    root: RunRef


def parse_run(text: str) -> RunRef | None:
    """Read `namespace/name/runId`; None when it is not that, or the id is no UUID."""
    namespace, _, rest = text.strip().rpartition("/")
    namespace, _, name = namespace.rpartition("/")
    try:
        run_id = str(UUID(rest))
    except ValueError:
        return None
    return RunRef(namespace, name.replace("%2F", "/"), run_id) if namespace and name else None


def ancestry_from_environment() -> Ancestry | None:
    """The parent that the environment names; the parent is the root when no root is named.

    Raises ValueError when OPENLINEAGE_PARENT_ID is set and cannot be read.
    """
    given = os.environ.get(PARENT_VARIABLE)
    if not given:
        return None
    parent = parse_run(given)
    if parent is None:
        raise ValueError(f"{PARENT_VARIABLE} is not namespace/name/runId")
    return Ancestry(parent, parse_run(os.environ.get(ROOT_VARIABLE, "")) or parent)
