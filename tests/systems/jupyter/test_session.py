"""The extension in a shell that stands for IPython's: what it registers, and what becomes of the run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import whence_emitters
from whence_emitters.errors import UsageError
from whence_emitters.live import jupyter


class Shell:
    """The parts of IPython's shell that an extension uses."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magics: dict[str, Callable[[str], None]] = {}
        self.callbacks: list[Callable[[Any], None]] = []
        self.stopped: list[bool] = []
        self.kernel = SimpleNamespace(do_shutdown=self.stopped.append)
        self.events = SimpleNamespace(
            register=lambda _name, callback: self.callbacks.append(callback),
            unregister=lambda _name, callback: self.callbacks.remove(callback),
        )

    def register_magic_function(self, function: Callable[[str], None], _kind: str, name: str) -> None:
        self.magics[name] = function

    def run_cell(self, error: BaseException | None = None, count: int = 1) -> None:
        for callback in list(self.callbacks):
            callback(SimpleNamespace(error_before_exec=None, error_in_exec=error, execution_count=count))


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.setattr(jupyter, "_session", None)
    monkeypatch.setenv("WHENCE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("WHENCE_EMIT_SEND", "later")
    monkeypatch.delenv("OPENLINEAGE_PARENT_ID", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    return Shell()


def _events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((folder / "spool" / "pending").iterdir())]


def test_a_session_from_loading_to_the_kernels_end(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a\n1\n")
    shell.user_ns["PAPERMILL_INPUT_PATH"] = "notebooks/train.ipynb"
    whence_emitters.load_ipython_extension(shell)
    whence_emitters.load_ipython_extension(shell)
    assert "OPENLINEAGE_PARENT_ID" in os.environ
    shell.magics["whence_input"]("TRAIN=train.csv")
    shell.run_cell(ValueError("first"), count=2)
    (tmp_path / "model.bin").write_bytes(b"weights")
    shell.magics["whence_output"](" 'MODEL=model.bin' ")
    jupyter.kernel_step().metric("auc", 0.9)
    shell.run_cell(count=3)
    shell.kernel.do_shutdown(False)
    shell.kernel.do_shutdown(True)
    assert shell.stopped == [False, True]
    assert "OPENLINEAGE_PARENT_ID" not in os.environ
    events = _events(tmp_path)
    assert [event["eventType"] for event in events] == ["START", "RUNNING", "COMPLETE"]
    last = events[-1]
    assert last["job"]["name"] == "train"
    assert [Path(one["name"]).name for one in last["inputs"]] == ["train.csv"]
    assert [Path(one["name"]).name for one in last["outputs"]] == ["model.bin"]
    parameters = {one["name"]: one["value"] for one in last["run"]["facets"]["executionParameters"]["parameters"]}
    assert parameters == {"notebook.cellsExecuted": "2", "notebook.cellsFailed": "2"}


def test_the_last_cell_decides(shell: Shell, tmp_path: Path) -> None:
    whence_emitters.load_ipython_extension(shell)
    shell.run_cell()
    shell.run_cell(ValueError("password=hunter2"), count=2)
    whence_emitters.unload_ipython_extension(shell)
    last = _events(tmp_path)[-1]
    assert (last["eventType"], last["job"]["name"]) == ("FAIL", "notebook")
    assert "hunter2" not in json.dumps(last)
    assert shell.callbacks == []


def test_a_magic_without_a_path_says_so(shell: Shell) -> None:
    whence_emitters.load_ipython_extension(shell)
    with pytest.raises(UsageError, match="A path is missing"):
        shell.magics["whence_input"]("  ")
    whence_emitters.unload_ipython_extension(shell)


def test_nothing_is_recorded_before_it_is_loaded(shell: Shell, tmp_path: Path) -> None:
    jupyter.kernel_step().param("x", 1)
    whence_emitters.unload_ipython_extension(shell)
    assert not (tmp_path / "spool").exists()
