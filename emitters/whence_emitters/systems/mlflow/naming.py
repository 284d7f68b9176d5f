"""What the things of an MLflow server are called (docs/naming.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from whence_emitters.importing.events import derived_run_id
from whence_emitters.parents import RunRef

if TYPE_CHECKING:
    from whence_emitters.systems.mlflow.model import Job, MlflowRun, ModelVersion


@dataclass(frozen=True, slots=True)
class Names:
    """`server` follows `mlflow://`; `page` is the address of its pages, when it has any; tables without a path are in `catalog`.

    Models are in `mlflow://{server}`, where everything is a model. Datasets that only MLflow has a name for are therefore in
    `mlflow-data://{server}`, and jobs in a namespace for each experiment.
    """

    server: str
    page: str | None = None
    catalog: str | None = None

    def models(self, workspace: str = "default") -> str:
        """The namespace of models."""
        return f"mlflow://{self.server}" if workspace == "default" else f"mlflow://{self.server}/workspaces/{workspace}"

    def data(self) -> str:
        """The namespace of datasets that have no name outside of MLflow."""
        return f"mlflow-data://{self.server}"

    def run(self, job: Job, run_id: str) -> RunRef:
        """A run by its job: the experiment's namespace and the file, notebook or project that ran."""
        namespace = f"{self.models(job.workspace)}/{job.experiment.strip('/')}"
        source = (job.source or "").replace("\\", "/").rstrip("/").rpartition("/")[2].partition("#")[0]
        name = f"{source or 'run'}:{job.entry_point}" if job.entry_point else source or "run"
        return RunRef(namespace, name, uuid_of(run_id, self.server))

    def run_url(self, run: MlflowRun) -> str | None:
        """The page of a run."""
        if self.page is None:
            return None
        return f"{self.page}/#/experiments/{quote(run.experiment_id)}/runs/{quote(run.run_id)}"

    def version_url(self, version: ModelVersion) -> str | None:
        """The page of a registered version."""
        if self.page is None:
            return None
        return f"{self.page}/#/models/{quote(version.model, safe='')}/versions/{quote(version.version)}"


def uuid_of(run_id: str, server: str) -> str:
    """A run's id as a UUID: MLflow's own are the digits of one, others are derived from."""
    try:
        return str(UUID(run_id))
    except ValueError:
        return derived_run_id("mlflow", server, run_id)
