"""The interpreter: the newest known that runs and is new enough, else one clear sentence."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def find(root: Path, path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    script = root / "scripts" / "find-python.sh"
    environment = {"PATH": str(path), **more}
    return subprocess.run(["/bin/sh", script], env=environment, capture_output=True, text=True, check=False)


def fake(folder: Path, name: str, said: str, code: int = 0) -> Path:
    """A command that says a version, whatever it is asked."""
    command = folder / name
    command.write_text(f"#!/bin/sh\necho {said}\nexit {code}\n")
    command.chmod(0o755)
    return command


def test_the_newest_that_runs_wins(root: Path, tmp_path: Path) -> None:
    fake(tmp_path, "python3.13", "", code=127)
    wanted = fake(tmp_path, "python3.12", "3.12")
    fake(tmp_path, "python3", "3.11")
    assert find(root, tmp_path).stdout.strip() == str(wanted)


def test_a_command_that_says_nothing_is_no_interpreter(root: Path, tmp_path: Path) -> None:
    fake(tmp_path, "python3.13", "")
    wanted = fake(tmp_path, "python3", "3.11")
    assert find(root, tmp_path).stdout.strip() == str(wanted)


def test_python3_is_the_last_resort(root: Path, tmp_path: Path) -> None:
    wanted = fake(tmp_path, "python3", "3.14")
    assert find(root, tmp_path).stdout.strip() == str(wanted)


def test_a_named_python_is_taken(root: Path, tmp_path: Path) -> None:
    fake(tmp_path, "python3.13", "3.13")
    assert find(root, tmp_path, PYTHON=sys.executable).stdout.strip() == sys.executable


@pytest.mark.parametrize(("version", "said"), [("3.9", "found 3.9"), ("3.10", "found 3.10"), (None, "found none")])
def test_too_old_or_none_is_one_sentence(root: Path, tmp_path: Path, version: str | None, said: str) -> None:
    if version:
        fake(tmp_path, "python3", version)
    done = find(root, tmp_path)
    assert done.returncode == 1
    assert f"needs Python 3.11 or later, {said}" in done.stderr
    assert done.stderr.count("\n") == 1
