"""Tracking stores as the real MLflow left them (`records/mlflow-{release}/stage-{n}`, written by produce.py), made again in a folder."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

RECORDS = Path(__file__).parent / "records"
HOST = "mlflow.example.com"
Place = Callable[..., Path]


@pytest.fixture
def store(tmp_path: Path) -> Place:
    """Put a recorded store to `mlflow.db` in a folder of its own, in place of the stage before."""

    def place(stage: int = 1, release: str = "3.17.2") -> Path:
        recorded = RECORDS / f"mlflow-{release}" / f"stage-{stage}"
        path = tmp_path / "mlflow.db"
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as database:
            database.executescript((recorded / "mlflow.sql").read_text("utf-8"))
        database.close()
        shutil.copytree(recorded / "mlruns", tmp_path / "mlruns", dirs_exist_ok=True)
        return path

    return place
