"""The real deltalake: make, import, again, change, import; a step that writes; checkpoints in Parquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.delta.tables import contents
from tests.systems.graphs import History, events_of, import_all
from tests.systems.table_graphs import lines
from tests.systems.tools import printed_import, run_script, step_events

pytestmark = pytest.mark.needs("system:delta")
ROOT = "s3://lake/"


@pytest.fixture
def python(capability: Callable[[str], Path]) -> Path:
    return capability("system:delta")


def test_made_imported_again_changed_and_imported(python: Path, tmp_path: Path) -> None:
    run_script(python, "delta", "produce.py", tmp_path)
    events = events_of("delta", tmp_path, name="s3://lake")
    found = lines(events, ROOT)
    assert {"loans/2 DERIVED_FROM loans/1", "loans/4 DERIVED_FROM loans/1", "loans/12 DERIVED_FROM loans/10"} <= found
    assert import_all("delta", tmp_path, name="s3://lake")[0] == []
    run_script(python, "delta", "produce.py", tmp_path, "--stage", 2)
    [added] = events_of("delta", tmp_path, name="s3://lake")
    assert added["outputs"][0]["facets"]["version"]["datasetVersion"] == "15"
    assert added["inputs"][0]["facets"]["version"]["datasetVersion"] == "14"


def test_the_library_agrees_on_the_active_files(python: Path, tmp_path: Path) -> None:
    run_script(python, "delta", "produce.py", tmp_path)
    ask = "import sys, deltalake; [print(len(deltalake.DeltaTable(sys.argv[1], version=v).file_uris())) for v in range(13)]"
    (tmp_path / "ask.py").write_text(ask)
    told = run_script(python, "delta", str(tmp_path / "ask.py"), tmp_path / "loans").split()
    outputs = [
        event["outputs"][0] for event in events_of("delta", tmp_path / "loans") if event["eventType"] == "COMPLETE"
    ]
    ours = [output["facets"]["whence_contentDigests"].get("files") for output in outputs[:13]]
    assert [str(count) for count in ours] == told


def test_a_checkpoint_in_parquet_is_read_where_the_library_is(python: Path, tmp_path: Path) -> None:
    run_script(python, "delta", "produce.py", tmp_path)
    without = events_of("delta", tmp_path / "cleaned", name="s3://lake/cleaned")
    assert contents(without) == {}
    events = printed_import(python, "delta", tmp_path / "cleaned", "--name", "s3://lake/cleaned")
    output = events[0]["outputs"][0]["facets"]
    assert output["whence_contentDigests"]["files"] == 2
    assert [one["name"] for one in output["schema"]["fields"]] == ["id", "name"]
    assert events[0]["inputs"][0]["facets"]["whence_captureCompleteness"]["historyTruncated"] is True


def test_a_step_and_the_log_speak_of_one_run(python: Path, tmp_path: Path) -> None:
    table, raw = tmp_path / "scores", tmp_path / "raw.csv"
    raw.write_text("id\n1\n")
    run_id, sent = step_events(python, "delta", "live_step.py", table, raw, log=tmp_path / "events.jsonl")
    history = History([*sent, *events_of("delta", table)])
    assert f"version/file/{table}/0 GENERATED_BY run/{run_id}" in history.edges("GENERATED_BY")
    version = next(uid for uid in history.graph.nodes if uid.endswith("scores/0"))
    assert any(uid.startswith(f"version/file/{raw}/") for uid in history.provenance(version))
