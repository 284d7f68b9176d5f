"""`make bench` runs, and no row is left out. What the figures are is not for a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = {
    "python -c pass",
    "whence --help",
    "floor: json.loads",
    "floor: HTTP answered, single posts",
    "floor: rows in SQLite, single posts",
    "floor: the three in turn, single posts",
    "floor: HTTP answered, batches of 100",
    "floor: rows in SQLite, batches of 100",
    "floor: the three in turn, batches of 100",
    "start, a bare server",
    "memory, a bare server",
    "start, a new store",
    "300 nodes: taken in by the store, by 500",
    "300 nodes: closure of 100, networkx",
    "300 nodes: closure of 100, recursive CTE",
    "300 nodes: closure of 100, provenance()",
    "300 nodes: start",
    "300 nodes: single posts",
    "300 nodes: batches of 100",
    "300 nodes: memory, idle",
    "300 nodes: memory, after posts",
    "300 nodes: body of an event",
    "300 nodes: database of an event",
    "reference: a million turns of a loop",
    "reference: json.loads of 1,000 events",
}


COMPARED = {
    f"300 nodes: {question}, SQLite"
    for question in (
        "graph written without events",
        "closure of 100",
        "closure of 100, as of",
        "hub of 1,500, first page",
        "hub of 1,500, walk cut at 1,000",
        "put, batches of 100",
        "HTTP, batches of 100",
    )
}


def run(tmp_path_factory: pytest.TempPathFactory, *more: str) -> dict[str, Any]:
    """The figures of a quick run."""
    file = tmp_path_factory.mktemp("bench") / "bench.json"
    folder = tmp_path_factory.mktemp("stores")
    command: list[str | Path] = [
        sys.executable,
        ROOT / "scripts" / "bench.py",
        "--quick",
        *more,
        "--json",
        file,
        "--folder",
        folder,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return told | {"text": done.stdout, "left": list(folder.iterdir())}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(tmp_path_factory)


def test_every_row_is_there_and_positive(measured: dict[str, Any]) -> None:
    figures = {row["name"]: row["values"] for row in measured["rows"]}
    assert figures.keys() == ROWS
    assert all(value > 0 for values in figures.values() for value in values)


def test_every_floor_that_a_row_names_is_a_row(measured: dict[str, Any]) -> None:
    compared = [row for row in measured["rows"] if row["floor"]]
    assert len(compared) >= 9
    assert all(row["times_floor"] > 0 for row in compared)


def test_the_requirements_are_told_with_what_was_measured(measured: dict[str, Any]) -> None:
    text = measured["text"]
    assert [must["name"] in text for must in measured["musts"]] == [True] * 5
    assert all((must["measured"] >= must["limit"]) == must["met"] for must in measured["musts"] if must["at_least"])


def test_nothing_is_left_behind(measured: dict[str, Any]) -> None:
    assert measured["left"] == []


def test_stores_are_compared_by_the_same_questions(tmp_path_factory: pytest.TempPathFactory) -> None:
    measured = run(tmp_path_factory, "--large")
    figures = {row["name"]: row["values"] for row in measured["rows"] if not row["name"].startswith("reference")}
    assert figures.keys() == COMPARED
    assert all(value > 0 for values in figures.values() for value in values)
    assert [must["reached"] for must in measured["musts"]].count(None) == 2, "first page and as-of have no wish"
    assert measured["left"] == []


def test_imports_of_long_histories_are_measured_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = run(tmp_path_factory, "--importers")
    assert [row["name"] for row in told["rows"]] == [
        "mlflow: 50 runs from SQL", "mlflow: again, nothing new",
        "delta: 50 commits", "delta: again, nothing new",
        "dvc: 50 commits of dvc.lock", "dvc: again, nothing new",
    ]  # fmt: skip
    assert all(must["met"] for must in told["musts"])
    assert told["left"] == []
