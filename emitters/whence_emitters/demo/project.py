"""The demo's project on disk: readable scripts, in a git repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import resources
from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = ("fetch.py", "clean.py", "split.py", "table.py", "train.py", "finetune.py", "evaluate.py", "serve.py")
DATA = ("raw.csv", "clean.csv", "train.csv", "valid.csv", "test.csv", "new.csv")
MODELS = ("risk-base.joblib", "risk-v1.joblib", "risk-v2.joblib")
REPORTS = ("risk-v1.json", "risk-v2.json")
MARKER = ".whence-demo"
SPOOL = ".spool"
BYTECODE = ".bytecode"
_IGNORED = ("data/", "models/", "reports/", "__pycache__/", MARKER, f"{SPOOL}/", f"{BYTECODE}/", "whence.db*")
# The person's own git settings must neither matter nor change.
_GIT_SETTINGS = (
    "-c", "user.name=Risk team", "-c", "user.email=risk@example.com", "-c", "commit.gpgsign=false",
    "-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "init.defaultBranch=main",
)  # fmt: skip


def start_over(folder: Path) -> None:
    """Make the project's folder, or clear what an earlier demo made there and nothing else.

    Raises UsageError when the folder holds files of these names that the demo did not make, or git is missing.
    """
    if shutil.which("git") is None:
        raise UsageError("The demo needs git.", "install git")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.", "name another with --dir")
    made = _made(folder)
    if not (folder / MARKER).exists():
        foreign = [path for path in made if path.exists()]
        if foreign:
            raise UsageError(
                f"{folder} holds {foreign[0].relative_to(folder)}, which the demo did not make.",
                "name another folder with --dir",
            )
    for path in made:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in ("data", "models", "reports"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(
        "Made by python -m whence_emitters.demo, which clears its own files here when it is run again.\n", "utf-8"
    )
    (folder / ".gitignore").write_text("".join(f"{line}\n" for line in _IGNORED), "utf-8")
    _git(folder, "init", "--quiet")


def write_pass(folder: Path, number: int) -> None:
    """Write the scripts and the parameters of pass 1 or 2, and commit them."""
    source = resources.files(__package__) / "pipeline"
    for name in SCRIPTS:
        (folder / name).write_text((source / f"{name}.txt").read_text("utf-8"), "utf-8")
    (folder / "params.yaml").write_text((source / f"params-{number}.yaml").read_text("utf-8"), "utf-8")
    _git(folder, "add", "--", ".gitignore", "params.yaml", *SCRIPTS)
    _git(
        folder,
        "commit",
        "--quiet",
        "-m",
        "Predict risk from the first rows" if number == 1 else "Fine-tune on the newer rows, with smaller steps",
    )


def _made(folder: Path) -> list[Path]:
    files = [*SCRIPTS, "params.yaml", ".gitignore", ".git", "__pycache__", SPOOL, BYTECODE]
    files += (
        [f"data/{name}" for name in DATA]
        + [f"models/{name}" for name in MODELS]
        + [f"reports/{name}" for name in REPORTS]
    )
    return [folder / name for name in files]


def _git(folder: Path, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603
        [shutil.which("git") or "git", *_GIT_SETTINGS, *arguments],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(f"git {arguments[0]} failed in {folder}: {done.stderr.strip()}", "is the folder writable?")
