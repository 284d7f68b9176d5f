"""The real MLflow, in an environment of its own that has the package installed with its entry points."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.graphs import Event
from tests.systems.mlflow.conftest import HOST

_SECONDS = 600


@pytest.fixture
def mlflow(tmp_path: Path, capability: Callable[[str], str]) -> Callable[..., str]:
    """Run a script with the real MLflow; give what it prints."""

    def run(*arguments: str | Path, **variables: str) -> str:
        environment = {**os.environ, "WHENCE_SPOOL": str(tmp_path / "spool"), "WHENCE_EMIT_SEND": "later",
                       "WHENCE_MLFLOW_HOST": HOST, "MLFLOW_DISABLE_TELEMETRY": "true", **variables}  # fmt: skip
        done = subprocess.run(
            [capability("system:mlflow"), *map(str, arguments)], cwd=tmp_path, env=environment, check=False,
            capture_output=True, text=True, timeout=_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        assert "Lineage of an MLflow run lacks" not in done.stderr, done.stderr[-4000:]
        return done.stdout

    return run


@pytest.fixture
def spooled(tmp_path: Path) -> Callable[[], list[Event]]:
    """The events that the plugin has told of so far."""
    return lambda: [json.loads(path.read_bytes()) for path in sorted((tmp_path / "spool" / "pending").glob("*.json"))]
