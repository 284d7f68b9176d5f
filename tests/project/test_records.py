"""Records that real tools wrote reach every checkout byte for byte: git neither rewrites their line ends nor leaves them out."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def records(root: Path) -> list[str]:
    return [path for path in _git(root, "ls-files", "tests") if "/records/" in path]


def test_line_ends_of_records_are_kept(root: Path, records: list[str]) -> None:
    kept = [f"{path}: text: unset" for path in records]
    assert records
    assert _git(root, "check-attr", "text", "--", *records) == kept


def test_no_record_is_ignored(root: Path, records: list[str]) -> None:
    assert any(path.endswith(".db") for path in records)
    assert not set(_git(root, "ls-files", "--cached", "--ignored", "--exclude-standard")) & set(records)


def _git(root: Path, *arguments: str) -> list[str]:
    asked = subprocess.run(
        ["git", "-c", "core.quotePath=false", "-C", root, *arguments], capture_output=True, text=True, check=True
    )
    return asked.stdout.splitlines()
