"""DVC itself: repositories made, imported, changed and imported again, and `whence-emit dvc` around it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.dvc.recorded import RISK, SCORING, git
from tests.systems.dvc.test_history import CLEAN_LATER, COMMITS, MODEL_LATER, PIPELINE, RAW_LATER, runs, story, told
from tests.systems.graphs import Event, History, check, import_all

PRODUCE = Path(__file__).parents[1] / "produce.py"
pytestmark = [pytest.mark.needs("system:dvc"), pytest.mark.timeout(600)]


def produce(python: Path, folder: Path, stage: int) -> None:
    subprocess.run([python, PRODUCE, folder, "--stage", str(stage)], check=True, timeout=500)


@pytest.mark.needs("shared-spec")
def test_what_dvc_makes_is_imported_once_and_then_only_what_changed(
    capability: Callable[[str], Path], tmp_path: Path
) -> None:
    python, risk = capability("system:dvc"), tmp_path / "risk"
    produce(python, tmp_path, 1)
    events, done, reading = import_all("dvc", risk)
    assert not reading.damaged
    first = done.sent
    assert import_all("dvc", risk)[0] == []
    produce(python, tmp_path, 2)
    later, done, reading = import_all("dvc", risk)
    assert not reading.damaged
    assert done.unchanged >= first
    everything = [*events, *later, *told(tmp_path / "scoring")]
    check(everything, capability("shared-spec"))
    experiments = {event["run"]["runId"] for event in everything if "try-3" in str(event.get("run"))}
    assert len(experiments) == 2
    committed = [
        event
        for event in [*events, *later]
        if "run" in event
        and "whence_codeState" in event["run"]["facets"]
        and git(risk, "branch", "--contains", event["run"]["facets"]["whence_codeState"]["commit"])
        and event["run"]["runId"] not in experiments
    ]
    assert story(committed) == PIPELINE | COMMITS
    history = History(everything)
    assert {uid.rpartition("/")[2] for uid in history.models_using(RAW_LATER)} == {MODEL_LATER}
    assert f"version/{RISK}/data/raw.csv/{RAW_LATER}" in history.provenance(f"scores.csv@{CLEAN_LATER}")
    assert f"version/{SCORING}/scores.csv/{CLEAN_LATER}" in history.impact(RAW_LATER)
    _live(python, risk, tmp_path)


def _live(python: Path, risk: Path, folder: Path) -> None:
    """`whence-emit dvc -- repro` after a change, then the commit, then its import: the same runs."""
    parameters = risk / "params.yaml"
    parameters.write_text(parameters.read_text().replace("0.2", "0.9"))
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("OPENLINEAGE", "WHENCE"))}
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [python.parent / "whence-emit", "dvc", "--", "repro", "-q"],
        cwd=risk, check=True, timeout=200, env=settings | {"PATH": path, "WHENCE_SPOOL": str(folder / "spool"), "DVC_NO_ANALYTICS": "1"},
    )  # fmt: skip
    live: list[Event] = [json.loads(file.read_text()) for file in sorted((folder / "spool/pending").glob("*.json"))]
    assert {event["job"]["name"] for event in live} == {"dvc repro", "dvc.yaml:train", "dvc.yaml:evaluate"}
    git(risk, "commit", "-q", "-a", "-m", "Much stronger")
    imported = import_all("dvc", risk)[0]
    for job in ("dvc.yaml:train", "dvc.yaml:evaluate"):
        ran, read = runs(live, job)[-1], runs(imported, job)[-1]
        assert (ran["run"]["runId"], ran["eventTime"]) == (read["run"]["runId"], read["eventTime"])
    assert import_all("dvc", risk)[0] == []
