"""Run a script beside a system's tests with that system's own environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.systems.graphs import Event

HERE = Path(__file__).parent


def run_script(python: Path, system: str, script: str, *arguments: object, **variables: str) -> str:
    """What the script prints; its errors when it fails."""
    done = subprocess.run(
        [str(python), str(HERE / system / script), *map(str, arguments)],
        capture_output=True, text=True, check=False, env=os.environ | variables, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def step_events(python: Path, system: str, script: str, *arguments: object, log: Path) -> tuple[str, list[Event]]:
    """What a script with a step prints, and the events that the step sent, kept in a file by OpenLineage's own transport."""
    transport = json.dumps({"type": "file", "log_file_path": str(log), "append": True})
    printed = run_script(python, system, script, *arguments, OPENLINEAGE__TRANSPORT=transport, WHENCE_EXIT_WAIT="60")
    return printed.strip(), [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def printed_import(python: Path, *arguments: object) -> list[Event]:
    """The events that `whence-emit import` prints in that environment, where the system's library is at hand."""
    done = subprocess.run(
        [str(python), "-m", "whence_emitters", "import", *map(str, arguments), "--print"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
