"""MLflow runs name the step around them: a run-context provider, which MLflow finds by its entry point.

Every run that is started inside a step of `whence_emitters`, or below a run that OPENLINEAGE_PARENT_ID names, gets the tag
`whence.parent`; the import makes it the run's parent.
"""

from __future__ import annotations

import os

from whence_emitters.parents import PARENT_VARIABLE, parse_run
from whence_emitters.steps import current_step
from whence_emitters.systems.mlflow.mapping import PARENT_TAG


class WhenceRunContext:
    """What MLflow asks of a provider (`mlflow.tracking.context.abstract_context.RunContextProvider`)."""

    def in_context(self) -> bool:
        """Whether a run surrounds this process or this place in it."""
        return _surrounding() is not None

    def tags(self) -> dict[str, str]:
        """The run around, as `namespace/name/runId`."""
        surrounding = _surrounding()
        return {PARENT_TAG: surrounding} if surrounding else {}


def _surrounding() -> str | None:
    given = current_step().child_environment().get(PARENT_VARIABLE) or os.environ.get(PARENT_VARIABLE, "")
    return given if parse_run(given) else None
