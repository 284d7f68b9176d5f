"""What a step writes into a table's own history, so that the history alone names the run and the code that wrote a version.

The keys stand in the properties of a Delta commit or in the summary of an Iceberg snapshot, each value a text.
"""

from __future__ import annotations

import logging
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from whence_emitters.masking import shown_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.parents import RunRef

RUN_ID = "lineage.run_id"
JOB_NAMESPACE = "lineage.job_namespace"
JOB_NAME = "lineage.job_name"
COMMIT = "git.commit"
REPOSITORY = "git.repository"
_OTHER_RUN_ID = "whence.run_id"
KEYS = frozenset({RUN_ID, _OTHER_RUN_ID, JOB_NAMESPACE, JOB_NAME, COMMIT, REPOSITORY})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a version: the run's id, its job as (namespace, name), its code as (repository in normal form, commit).

    What the properties do not tell is None.
    """

    run_id: str | None = None
    job: tuple[str, str] | None = None
    code: tuple[str, str] | None = None


def properties_of_step() -> dict[str, str]:
    """The properties that name the current step, or the run that `whence-emit run` made around this process; none outside of both.

    Never raises: what cannot be found out is left out and logged.
    """
    run = _current_run()
    if run is None:
        return {}
    return {RUN_ID: run.run_id, JOB_NAMESPACE: run.namespace, JOB_NAME: run.name} | _code()


def writer_of(properties: Mapping[str, object]) -> Writer:
    """Read the properties back; a run id that is no UUID, a commit without its repository and half a job's name tell nothing."""
    from whence_emitters.git import normal_repository

    texts = {key: value for key, value in properties.items() if key in KEYS and isinstance(value, str)}
    namespace, name = texts.get(JOB_NAMESPACE), texts.get(JOB_NAME)
    repository, commit = texts.get(REPOSITORY), texts.get(COMMIT)
    return Writer(
        run_id=_uuid(texts.get(RUN_ID) or texts.get(_OTHER_RUN_ID, "")),
        job=(namespace, name) if namespace and name else None,
        code=(normal_repository(repository), commit) if repository and commit else None,
    )


def _current_run() -> RunRef | None:
    from whence_emitters.parents import PARENT_VARIABLE, ancestry_from_environment, parse_run
    from whence_emitters.steps import current_step

    try:
        inside = current_step().child_environment().get(PARENT_VARIABLE)
        if inside is not None:
            return parse_run(inside)
        around = ancestry_from_environment()
    except ValueError as error:
        _log.warning("A table's history will not name its run: %s", shown_error(error))
        return None
    return around.parent if around else None


def _code() -> dict[str, str]:
    from whence_emitters.context import code_folder, main_script
    from whence_emitters.git import code_state

    try:
        code = code_state(code_folder(main_script()))
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("A table's history will not name the commit of its code: %s", shown_error(error))
        return {}
    return {COMMIT: code.commit, REPOSITORY: code.repository} if code else {}


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
