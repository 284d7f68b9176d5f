"""Repositories as `produce.py` left them in `records/`, made again from git's stream and DVC's cache."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

RECORDS = Path(__file__).parent / "records"
DVC_3, DVC_2 = "dvc-3.67.1", "dvc-2.58.2"
RISK, SCORING = "git+https://git.example.com/acme/risk", "git+https://git.example.com/acme/scoring"


def git(folder: Path, *arguments: str, text: str | None = None) -> str:
    """Run git in a folder and give what it prints."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, input=text
    )
    return done.stdout


def repository(folder: Path, dvc: str, name: str = "risk") -> Path:
    """The repository `name` that a DVC release made, with its cache."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", f"https://someone:secret@git.example.com/acme/{name}.git")
    git(folder, "fast-import", "--quiet", text=(RECORDS / dvc / f"{name}.fast-export").read_text("utf-8"))
    git(folder, "reset", "-q", "--hard", "main")
    for path, content in json.loads((RECORDS / dvc / f"{name}-cache.json").read_text("utf-8")).items():
        file = folder / ".dvc/cache" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder
