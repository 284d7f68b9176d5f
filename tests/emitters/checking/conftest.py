"""Projects with records in them, copied so that a test may change them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from whence_emitters.checking import Checked, Verdict, check
from whence_emitters.checking.dvc import SIDES, Side
from whence_emitters.checking.finding_records import entries, root_for

RECORDS = Path(__file__).parent / "records"
RELEASES = ("dvc-3.67.1", "dvc-2.58.2")


class Found:
    """What a check comes to, in short."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked

    @property
    def wrong(self) -> dict[str, str]:
        return {each.shown: each.verdict.value for each in self.checked.findings if each.verdict is not Verdict.OK}

    @property
    def ok(self) -> list[str]:
        return [each.shown for each in self.checked.findings if each.verdict is Verdict.OK]

    def reason(self, shown: str) -> str:
        return next(each.reason for each in self.checked.findings if each.shown == shown and each.reason)


class Check(Protocol):
    def __call__(self, *paths: Path, sides: tuple[Side, ...] = SIDES) -> Found: ...


@pytest.fixture
def checked() -> Check:
    """Check paths of one project."""

    def run(*paths: Path, sides: tuple[Side, ...] = SIDES) -> Found:
        root = root_for(paths[0])
        return Found(check(entries(paths, root, sides), root, jobs=2))

    return run


@pytest.fixture(params=RELEASES)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project that DVC recorded: by each release."""
    return _copied(request.param, tmp_path)


@pytest.fixture
def dvc3(tmp_path: Path) -> Path:
    """A project that DVC 3 recorded."""
    return _copied(RELEASES[0], tmp_path)


def _copied(release: str, folder: Path) -> Path:
    made = shutil.copytree(RECORDS / release, folder / "project")
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return made


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file of a project of the test's own."""
    (tmp_path / ".dvc").mkdir()

    def write(name: str, body: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return write


@pytest.fixture
def git() -> Callable[..., str]:
    """Run git in a folder."""

    def run(folder: Path, *arguments: Any) -> str:
        names = ("user.name=Ada", "user.email=ada@example.com", "init.defaultBranch=main")
        settings = [word for name in names for word in ("-c", name)]
        done = subprocess.run(
            ["git", *settings, *map(str, arguments)], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    return run
