"""With the real papermill, nbclient and ipykernel: executed, imported, and followed while they run."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.systems.graphs import History, check, events_of, import_all

pytestmark = pytest.mark.needs("system:jupyter")
PRODUCE = Path(__file__).resolve().parents[1] / "produce.py"
SESSION = [
    "%load_ext whence_emitters",
    "%whence_input TRAIN=train.csv",
    "from pathlib import Path\nfrom whence_emitters import step\nwith step('inside'):\n    Path('model.bin').write_bytes(b'weights')",
    "%whence_output MODEL=model.bin",
]


def _produce(python: Path, folder: Path, stage: int) -> None:
    subprocess.run([python, PRODUCE, folder, "--stage", str(stage)], check=True, capture_output=True)


def test_produced_imported_produced_again(capability: Callable[[str], Path], tmp_path: Path) -> None:
    python = capability("system:jupyter")
    _produce(python, tmp_path, 1)
    events, _, reading = import_all("jupyter", tmp_path)
    assert not reading.damaged
    assert {event["job"]["name"].rpartition("/")[2] for event in events} == {
        "template.ipynb",
        "broken.ipynb",
        "by_nbclient.ipynb",
    }
    assert import_all("jupyter", tmp_path)[0] == []
    _produce(python, tmp_path, 2)
    changed, _, _ = import_all("jupyter", tmp_path)
    assert [event["eventType"] for event in changed] == ["START", "COMPLETE"]
    history = History([*events, *changed])
    assert len(history.edges("GENERATED_BY")) == 4


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(capability: Callable[[str], Path], tmp_path: Path) -> None:
    _produce(capability("system:jupyter"), tmp_path, 1)
    check(events_of("jupyter", tmp_path, at="2026-11-02"), capability("shared-spec"))


def _notebook(folder: Path, cells: list[str]) -> None:
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for n, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    document = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "train.ipynb").write_text(json.dumps(document))


def _spooled(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((folder / "spool" / "pending").iterdir())]


def _papermill(python: Path, folder: Path, *before: str) -> int:
    environment = {
        "HOME": str(folder), "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "WHENCE_SPOOL": str(folder / "spool"), "WHENCE_EMIT_SEND": "later", "IPYTHONDIR": str(folder / "ipython"),
    }  # fmt: skip
    command = [*before, python.parent / "papermill", "train.ipynb", "out.ipynb", "--no-progress-bar"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


def test_a_session_is_a_run_inside_the_command_that_started_it(
    capability: Callable[[str], Path], tmp_path: Path
) -> None:
    python = capability("system:jupyter")
    (tmp_path / "train.csv").write_text("amount,default\n100,0\n")
    _notebook(tmp_path, SESSION)
    wrapper = (str(python.parent / "whence-emit"), "run", "--output", "NOTEBOOK=out.ipynb", "--")
    assert _papermill(python, tmp_path, *wrapper) == 0
    history = History(_spooled(tmp_path))
    runs = {node["name"]: uid for uid, node in history.nodes.items() if uid.startswith("job/")}
    assert set(runs) == {"train", "notebook", "inside"}
    model = f"version/file/{tmp_path}/model.bin"
    data = f"version/file/{tmp_path}/train.csv"
    (generated,) = [edge for edge in history.edges("GENERATED_BY") if edge.startswith(model)]
    (used,) = [edge for edge in history.edges("USED") if data in edge]
    assert generated.split()[2] == used.split()[0]
    assert used.endswith("TRAIN")
    assert len(history.edges("CHILD_OF")) == 2
    assert all(node["state"] == "COMPLETE" for uid, node in history.nodes.items() if uid.startswith("run/"))
    out = f"version/file/{tmp_path}/out.ipynb"
    assert any(edge.startswith(out) for edge in history.edges("GENERATED_BY"))


def test_a_cell_that_fails_fails_the_session(capability: Callable[[str], Path], tmp_path: Path) -> None:
    _notebook(tmp_path, ["%load_ext whence_emitters", "1 + 1", "raise ValueError('password=hunter2')"])
    assert _papermill(capability("system:jupyter"), tmp_path) != 0
    last = _spooled(tmp_path)[-1]
    parameters = {one["name"]: one["value"] for one in last["run"]["facets"]["executionParameters"]["parameters"]}
    assert (last["eventType"], parameters["notebook.cellsFailed"]) == ("FAIL", "3")
    assert "hunter2" not in json.dumps(last)
    assert all("context" not in one["what"] for one in last["run"]["facets"]["whence_captureCompleteness"]["missing"])
