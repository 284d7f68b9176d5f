"""Whose code a run is: the script that runs, not the tool that starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = (
    "from whence_emitters.context import code_folder, main_script; print(main_script(), code_folder(main_script()))"
)


def test_a_script_is_looked_for_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "train.py")], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.split() == [str((tmp_path / "train.py").resolve()), str(tmp_path.resolve())]


def test_without_a_script_it_is_the_working_directory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["None", str(tmp_path.resolve())]


def test_an_installed_program_is_no_script(tmp_path: Path) -> None:
    assert Path(sys.argv[0]).name != "train.py"
    from whence_emitters.context import main_script

    found = main_script()
    assert found is None or not found.is_relative_to(sys.prefix)
