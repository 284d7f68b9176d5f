"""Notebooks that papermill 2.7.0 and nbclient 0.11.0 executed, as a graph."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.graphs import Event, History, check, events_of, import_all

from whence_emitters.errors import DamagedError, SourceError, UsageError
from whence_emitters.systems.jupyter.mapping import events as events_made
from whence_emitters.systems.jupyter.notebook import parse_notebook
from whence_emitters.systems.places import Place

RECORDS = Path(__file__).parent / "records" / "papermill-2.7.0"
REPOSITORY = "git+https://git.example.com/acme/risk"
OCTOBER = (RECORDS / "reports" / "october.ipynb").read_bytes()
DIGESTS = dict.fromkeys(("sha256", "git-blob"), "0" * 40)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS, tmp_path / "notebooks"))


@pytest.fixture
def repository(source: Path) -> Path:
    for command in (("init", "-q"), ("remote", "add", "origin", "https://ada:hunter2@git.example.com/acme/risk.git")):
        subprocess.run(["git", *command], cwd=source.parent, check=True)
    return source


def _by_output(events: list[Event]) -> dict[str, Any]:
    return {Path(event["outputs"][0]["name"]).name: event for event in events if event.get("outputs")}


def test_what_executed_a_notebook_wrote_it(repository: Path) -> None:
    history = History(events_of("jupyter", repository))
    written = {line.rpartition(" GENERATED_BY ")[0] for line in history.edges("GENERATED_BY")}
    blobs = {
        name: hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        for name in ("broken", "by_nbclient", "october")
        if (data := (RECORDS / "reports" / f"{name}.ipynb").read_bytes())
    }
    assert written == {
        f"version/{REPOSITORY}/notebooks/reports/{name}.ipynb/git-blob:{blob}" for name, blob in blobs.items()
    }
    assert {line.partition(" USED ")[2] for line in history.edges("USED")} == {
        f"version/{REPOSITORY}/notebooks/template.ipynb/~ CONFIG INFERRED",
        f"version/{REPOSITORY}/notebooks/broken.ipynb/~ CONFIG INFERRED",
    }
    runs = {node["state"] for uid, node in history.nodes.items() if uid.startswith("run/")}
    assert runs == {"COMPLETE", "FAIL"}
    kinds = {node["kind"] for uid, node in history.nodes.items() if uid.startswith("version/") and "reports" in uid}
    assert kinds == {"ARTIFACT_VERSION"}


def test_parameters_environment_and_the_kind_of_error(source: Path) -> None:
    found = _by_output(events_of("jupyter", source))
    october = found["october.ipynb"]["run"]["facets"]
    parameters = {one["name"]: one["value"] for one in october["executionParameters"]["parameters"]}
    assert parameters == {"rate": "0.3", "hub_token": "***"}
    assert october["whence_environmentPin"]["python"].startswith("3.")
    assert found["broken.ipynb"]["run"]["facets"]["errorMessage"]["message"] == "ValueError"
    assert found["broken.ipynb"]["job"]["name"].endswith("/notebooks/broken.ipynb")
    assert "hunter2" not in json.dumps(list(found.values()))


def test_a_notebook_without_times_is_told_and_left_out_unless_one_is_given(source: Path) -> None:
    events, _, reading = import_all("jupyter", source)
    assert "by_hand.ipynb" not in _by_output(events)
    assert any(what == "times" for what, _ in reading.missing)
    with_time = _by_output(events_of("jupyter", source / "by_hand.ipynb", at="2026-11-02"))["by_hand.ipynb"]
    assert with_time["eventTime"] == "2026-11-02T00:00:00.000000Z"
    why = {one["what"]: one["why"] for one in with_time["run"]["facets"]["whence_captureCompleteness"]["missing"]}
    assert why["executionOrder"].endswith("they stand in: 7, 3")
    assert {"time", "executions", "cells"} <= why.keys()


def test_a_second_import_sends_nothing_and_a_new_execution_alone(source: Path) -> None:
    assert len(import_all("jupyter", source)[0]) == 6
    assert import_all("jupyter", source)[0] == []
    (source / "reports" / "november.ipynb").write_bytes(OCTOBER)
    assert len(import_all("jupyter", source)[0]) == 2


def test_text_that_is_written_after_the_execution_is_another_state_and_no_conflict(source: Path) -> None:
    events = import_all("jupyter", source)[0]
    path = source / "reports" / "october.ipynb"
    notebook = json.loads(path.read_bytes())
    notebook["cells"].append({"cell_type": "markdown", "id": "note", "metadata": {}, "source": ["reviewed"]})
    path.write_text(json.dumps(notebook))
    history = History([*events, *import_all("jupyter", source)[0]])
    states = [node for uid, node in history.nodes.items() if "october.ipynb/sha256:" in uid]
    assert [node["conflict"] for node in states] == [False, False]


def test_bad_files_are_told_and_the_others_read(source: Path, tmp_path: Path) -> None:
    (source / "truncated.ipynb").write_bytes(OCTOBER[:200])
    (source / "old.ipynb").write_text('{"nbformat": 3, "worksheets": [], "cells": []}')
    (tmp_path / "outside.ipynb").write_bytes(OCTOBER)
    (source / "escaped.ipynb").symlink_to(tmp_path / "outside.ipynb")
    events, _, reading = import_all("jupyter", source)
    assert len(events) == 6
    assert sorted(what for what, _ in reading.damaged) == ["escaped.ipynb", "old.ipynb", "truncated.ipynb"]


def test_no_notebook_and_no_time_are_messages(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no notebook"):
        import_all("jupyter", tmp_path / "none.ipynb")
    with pytest.raises(UsageError, match="is no time"):
        import_all("jupyter", tmp_path, at="yesterday")


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(source: Path, capability: Callable[[str], Path]) -> None:
    check(events_of("jupyter", source, at="2026-11-02"), capability("shared-spec"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    ["cells", "cell_type", "code", "execution_count", "metadata", "papermill", "start_time", "end_time", "execution", "outputs", "source",
     "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "input_path", "output_path", "../../x.ipynb", "/"]
)  # fmt: skip
CELL = st.dictionaries(WORDS, JSON | WORDS | st.dictionaries(WORDS, JSON | WORDS, max_size=3), max_size=5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(CELL, max_size=4),
    st.dictionaries(WORDS, JSON | WORDS | st.dictionaries(WORDS, WORDS | JSON, max_size=6), max_size=3),
)
def test_hostile_notebooks_raise_nothing_else(cells: list[Any], metadata: dict[str, Any]) -> None:
    coded = [cell | {"cell_type": "code"} for cell in cells]
    document = json.dumps({"nbformat": 4, "cells": coded, "metadata": metadata}).encode()
    notebook = parse_notebook(document)
    events_made(notebook, Place("file", "/data/"), "a.ipynb", DIGESTS, 1, "2026-01-01T00:00:00Z")


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0, max_value=len(OCTOBER) - 3))
def test_a_truncated_notebook_is_damaged(length: int) -> None:
    with pytest.raises(DamagedError):
        parse_notebook(OCTOBER[:length])
