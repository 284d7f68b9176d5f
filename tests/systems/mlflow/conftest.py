"""Tracking stores as the real MLflow left them (`records/mlflow-{release}/stage-{n}`, written by produce.py), made again in a folder."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

RECORDS = Path(__file__).parent / "records"
HOST = "mlflow.example.com"
Place = Callable[..., Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str], Path]:
    """A recorded database, made once."""

    @cache
    def build(stage: int, release: str) -> Path:
        path = tmp_path_factory.mktemp("built") / "mlflow.db"
        with closing(sqlite3.connect(path)) as database:
            database.executescript((RECORDS / f"mlflow-{release}" / f"stage-{stage}" / "mlflow.sql").read_text("utf-8"))
        return path

    return build


@pytest.fixture
def store(tmp_path: Path, built: Callable[[int, str], Path]) -> Place:
    """Put a recorded store to `mlflow.db` in a folder of its own, in place of the stage before."""

    def place(stage: int = 1, release: str = "3.17.2") -> Path:
        path = tmp_path / "mlflow.db"
        shutil.copyfile(built(stage, release), path)
        shutil.copytree(
            RECORDS / f"mlflow-{release}" / f"stage-{stage}" / "mlruns", tmp_path / "mlruns", dirs_exist_ok=True
        )
        return path

    return place
