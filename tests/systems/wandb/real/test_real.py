"""With the real wandb 0.31, offline: made, imported, imported again, and followed while it runs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.systems.graphs import History, check, events_of, import_all

pytestmark = pytest.mark.needs("system:wandb")
HERE = Path(__file__).resolve().parents[1]
PROJECT = "wandb://api.wandb.ai/acme/risk"


@pytest.fixture
def python(capability: Callable[[str], Path]) -> Path:
    return capability("system:wandb")


@pytest.fixture
def made(python: Path, tmp_path: Path) -> Path:
    _run(python, tmp_path, HERE / "produce.py", tmp_path)
    return tmp_path


def _run(python: Path, folder: Path, *arguments: object) -> int:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "WHENCE_SPOOL": str(folder / "spool"), "WHENCE_EMIT_SEND": "later",
    }  # fmt: skip
    done = subprocess.run(
        [python, *map(str, arguments)], env=environment, cwd=folder, capture_output=True, check=False, text=True
    )
    assert "Traceback" not in done.stderr or done.returncode, done.stderr
    return done.returncode


def _spooled(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((folder / "spool" / "pending").iterdir())]


def test_made_imported_and_made_again(python: Path, made: Path) -> None:
    events = events_of("wandb", made / "wandb")
    history = History(events)
    assert len({line.split()[0] for line in history.edges("GENERATED_BY")}) == 5
    assert import_all("wandb", made / "wandb")[0] == []
    assert _run(python, made, HERE / "produce.py", made, "--stage", "2") == 0
    changed, _, reading = import_all("wandb", made / "wandb")
    assert {event["job"]["name"] for event in changed} == {"evaluate"}
    assert not reading.damaged


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(made: Path, capability: Callable[[str], Path]) -> None:
    check(events_of("wandb", made / "wandb"), capability("shared-spec"))


def test_a_run_that_is_followed_holds_what_its_file_does_not(python: Path, made: Path) -> None:
    """The bytes read from a local path are those that another run logged: the artifact's version is found by them."""
    assert _run(python, made, HERE / "train_live.py", made) == 0
    live = _spooled(made)
    imported = events_of("wandb", made / "wandb")
    history = History([*imported, *live])
    run = f"run/{live[0]['run']['runId']}"
    assert run in {f"run/{event['run']['runId']}" for event in imported if "run" in event}
    clean = "md5:8a11de5d0fbe26f8875a595a6b41c43b"
    assert {line for line in history.edges("USED") if line.startswith(run)} == {
        f"{run} USED version/{PROJECT}/clean-data/{clean} TRAIN",
        f"{run} USED version/wandb://api.wandb.ai/acme/vision/images/v3",
    }
    model = f"version/{PROJECT}/live-model/md5:94a6d8943546d4264bcbec9a49fc766a"
    assert f"{model} GENERATED_BY {run}" in history.edges("GENERATED_BY")
    assert history.nodes[run]["state"] == "COMPLETE"
    bytes_read = hashlib.md5((made / "project" / "clean.csv").read_bytes()).hexdigest()
    assert history.models_using(f"md5:{bytes_read}")[model] == ["TRAINED_ON"]
    assert "hunter2" not in json.dumps(live)


def test_a_job_that_fails_fails_as_it_would(python: Path, made: Path) -> None:
    assert _run(python, made, HERE / "train_live.py", made, "fail") == 1
    last = _spooled(made)[-1]
    assert last["eventType"] == "FAIL"
    assert "hunter2" not in json.dumps(last)
    merged = History([*events_of("wandb", made / "wandb"), *_spooled(made)])
    assert merged.nodes[f"run/{last['run']['runId']}"]["state"] == "FAIL"
