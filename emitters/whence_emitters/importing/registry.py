"""The systems that can be imported. A system is one module with an `IMPORTER`; it is loaded when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from whence_emitters.importing.contract import Importer


@dataclass(frozen=True, slots=True)
class System:
    """The module of an importer, and in a few words what it reads, for lists."""

    module: str
    reads: str


SYSTEMS: dict[str, System] = {
    "delta": System("whence_emitters.systems.delta", "commits of Delta Lake tables"),
    "dvc": System("whence_emitters.systems.dvc", "results, tracked data, experiments and models of DVC"),
    "git": System("whence_emitters.systems.git", "versions of declared files, commits, annotated tags"),
    "git-lfs": System("whence_emitters.systems.git_lfs", "pointers of git-lfs in every commit"),
    "huggingface": System("whence_emitters.systems.huggingface", "model and data cards, the Hub's cache, downloads"),
    "iceberg": System("whence_emitters.systems.iceberg", "snapshots, branches and tags of Iceberg tables"),
    "jupyter": System("whence_emitters.systems.jupyter", "executed notebooks"),
    "mlflow": System("whence_emitters.systems.mlflow", "runs, datasets, models and the registry of MLflow"),
    "wandb": System("whence_emitters.systems.wandb", "runs and artifacts of Weights & Biases"),
}


def importer_of(system: str) -> Importer:
    """The importer of a system. Raises `UsageError` when there is none."""
    if system not in SYSTEMS:
        raise UsageError(f"{system!r} is no system that can be imported.", f"use one of {', '.join(SYSTEMS)}")
    importer: Importer = import_module(SYSTEMS[system].module).IMPORTER
    return importer
