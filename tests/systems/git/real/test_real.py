"""Our hooks beside those of the real pre-commit and git-lfs, in both orders; an import that goes on after the service was away; a long history."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from tests.faults.services import service
from tests.systems.git.work import Work
from tests.systems.graphs import import_all

from whence_emitters.hooks import install, remove

pytestmark = pytest.mark.needs("system:git")
SECONDS = 60.0
CONFIG = """repos:
- repo: local
  hooks:
  - id: told
    name: told
    language: system
    entry: sh -c 'echo pre-commit >> ../wrote'
    always_run: true
    verbose: true
    stages: [post-commit]
"""


@pytest.fixture
def work(tmp_path: Path) -> Work:
    work = Work(tmp_path / "risk")
    work.write({".pre-commit-config.yaml": CONFIG})
    return work


def tool(work: Work, *command: str) -> None:
    python = Path(os.environ["WHENCE_SYSTEM_PYTHON"])
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=work.folder, check=True, capture_output=True, env=os.environ | {"PATH": path})


def wait_for(work: Work, text: str) -> None:
    log = work.folder / ".git" / "whence-git.log"
    until = time.monotonic() + SECONDS
    while text not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until, f"{text!r} is not in the log"
        time.sleep(0.1)


@pytest.mark.parametrize("ours_first", [False, True])
def test_pre_commit_and_ours_both_run(work: Work, ours_first: bool) -> None:
    theirs = ("pre-commit", "install", "--hook-type", "post-commit")
    hooks = work.folder / ".git" / "hooks"
    if ours_first:
        install("git", work.folder, ["--path=a"])
        tool(work, *theirs)
    else:
        tool(work, *theirs)
        before = (hooks / "post-commit").read_bytes()
        install("git", work.folder, ["--path=a"])
    work.commit("one", {"a": "1"})
    assert (work.folder.parent / "wrote").read_text() == "pre-commit\n"
    wait_for(work, "Nothing says where events go")
    if not ours_first:
        remove("git", work.folder)
        assert (hooks / "post-commit").read_bytes() == before
        assert {path.name for path in hooks.iterdir()} == {"post-commit"}


def test_hooks_of_git_lfs_stay(work: Work) -> None:
    (work.folder / ".git" / "hooks").mkdir()
    tool(work, "git", "lfs", "install", "--local")
    hooks = work.folder / ".git" / "hooks"
    before = {path.name: path.read_bytes() for path in hooks.iterdir()}
    assert {"post-commit", "post-merge"} <= before.keys()
    install("git-lfs", work.folder)
    work.commit("one", {"a": "1"})
    remove("git-lfs", work.folder)
    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == before


def test_what_was_committed_while_the_service_was_away_is_sent_later(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("git", work.folder, ["--path=a"])
    with service("memory:") as (url, process):
        process.kill()
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        begun = time.monotonic()
        work.commit("one", {"a": "1"})
        assert time.monotonic() - begun < 2
        wait_for(work, "Nothing takes events at")
    with service("memory:") as (url, _process):
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        work.commit("two", {"a": "2"})
        wait_for(work, "git: 2 records read, 2 sent as 2 events")


def test_five_thousand_commits_take_less_than_ten_seconds(work: Work) -> None:
    work.many_commits(5000)
    begun = sum(os.times()[:4])
    _events, done, _reading = import_all("git", work.folder, path=["dvc.lock"])
    assert done.sent == 5000
    assert sum(os.times()[:4]) - begun < 10, "seconds of processors, git's among them: other jobs run at the same time"
