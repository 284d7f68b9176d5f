"""The systems that can be imported. A system is one module with an `IMPORTER`; it is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from whence_emitters.importing.contract import Importer

SYSTEMS: dict[str, str] = {
    "delta": "whence_emitters.systems.delta",
    "dvc": "whence_emitters.systems.dvc",
    "git": "whence_emitters.systems.git",
    "git-lfs": "whence_emitters.systems.git_lfs",
    "huggingface": "whence_emitters.systems.huggingface",
    "iceberg": "whence_emitters.systems.iceberg",
    "jupyter": "whence_emitters.systems.jupyter",
    "mlflow": "whence_emitters.systems.mlflow",
    "wandb": "whence_emitters.systems.wandb",
}


def importer_of(system: str) -> Importer:
    """The importer of a system. Raises `UsageError` when there is none."""
    if system not in SYSTEMS:
        raise UsageError(f"{system!r} is no system that can be imported.", f"use one of {', '.join(SYSTEMS)}")
    importer: Importer = import_module(SYSTEMS[system]).IMPORTER
    return importer
