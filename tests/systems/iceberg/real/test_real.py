"""The real pyiceberg: make, import, again, change, import; a step that writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.systems.graphs import History, events_of, import_all
from tests.systems.tools import run_script, step_events

pytestmark = pytest.mark.needs("system:iceberg")


@pytest.fixture
def python(capability: Callable[[str], Path]) -> Path:
    return capability("system:iceberg")


def test_made_imported_again_changed_and_imported(python: Path, tmp_path: Path) -> None:
    run_script(python, "iceberg", "produce.py", tmp_path)
    catalog = tmp_path / "catalog.db"
    events = events_of("iceberg", catalog)
    jobs = [event["job"]["name"].rpartition("/")[2] for event in events if event.get("eventType") == "COMPLETE"]
    assert jobs.count("loans append") == 6
    assert jobs.count("loans set current snapshot") == 1
    assert import_all("iceberg", catalog)[0] == []
    run_script(python, "iceberg", "produce.py", tmp_path, "--stage", 2)
    [added] = events_of("iceberg", catalog)
    commits = [event for event in events if event.get("job", {}).get("name", "").endswith("/loans append")]
    assert _version(added["inputs"][0]) == _version(commits[-1]["outputs"][0])


def _version(dataset: dict[str, Any]) -> str:
    return str(dataset["facets"]["version"]["datasetVersion"])


def test_a_step_and_the_snapshot_speak_of_one_run(python: Path, tmp_path: Path) -> None:
    run_script(python, "iceberg", "produce.py", tmp_path)
    raw = tmp_path / "raw.csv"
    raw.write_text("id\n1\n")
    run_id, sent = step_events(python, "iceberg", "live_step.py", tmp_path, raw, log=tmp_path / "events.jsonl")
    history = History([*sent, *events_of("iceberg", tmp_path / "catalog.db")])
    [made] = [line for line in history.edges("GENERATED_BY") if line.endswith(f"GENERATED_BY run/{run_id}")]
    version = made.split(" ")[0]
    encoded = next(
        uid for uid in history.graph.nodes if uid.endswith(version.rpartition("/")[2]) and uid.startswith("version/")
    )
    assert any(uid.startswith(f"version/file/{raw}/") for uid in history.provenance(encoded))
