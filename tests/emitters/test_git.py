"""The state of the code, against a real repository."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from whence_emitters.git import code_state, normal_repository


def git(folder: Path, *arguments: str) -> bytes:
    settings = [
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.com",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]
    return subprocess.run(["git", *settings, *arguments], cwd=folder, capture_output=True, check=True).stdout


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "a.py").write_text("x = 1\n")
    (folder / ".gitignore").write_text("ignored\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "one")
    return folder


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("git@GitHub.com:acme/risk.git", "https://github.com/acme/risk"),
        ("ssh://git@github.com:22/acme/risk.git", "https://github.com/acme/risk"),
        ("git://github.com/acme/risk/", "https://github.com/acme/risk"),
        ("git+https://ann:token@github.com/acme/risk.git", "https://github.com/acme/risk"),
        ("https://oauth2:glpat-abc@gitlab.example.com:8443/a/b/c.git/", "https://gitlab.example.com:8443/a/b/c"),
        ("https://git.example.com:443/a/b", "https://git.example.com/a/b"),
        ("/srv/git/risk.git", "file:///srv/git/risk"),
        ("file:///srv/git/risk.git", "file:///srv/git/risk"),
    ],
)
def test_remotes_have_one_normal_form_without_credentials(url: str, normal: str) -> None:
    assert normal_repository(url) == normal


def test_a_clean_repository_without_remote(repo: Path) -> None:
    state = code_state(repo)
    assert state
    assert state.repository == f"file://{repo}"
    assert state.commit == git(repo, "rev-parse", "HEAD").decode().strip()
    assert (state.branch, state.dirty, state.diff_sha256, state.untracked) == ("main", False, None, 0)


def test_changes_are_hashed_as_git_diff_binary_head_prints_them(repo: Path) -> None:
    (repo / "a.py").write_text("x = 2\n")
    (repo / "new file").write_text("")
    (repo / "ignored").write_text("")
    git(repo, "remote", "add", "origin", "https://ann:pw@example.com/acme/risk.git")
    state = code_state(repo)
    assert state
    assert state.dirty
    assert state.diff_sha256 == hashlib.sha256(git(repo, "diff", "--binary", "HEAD")).hexdigest()
    assert (state.untracked, state.untracked_files) == (1, ("new file",))
    assert state.repository == "https://example.com/acme/risk"


def test_settings_of_the_person_do_not_change_the_hash(repo: Path) -> None:
    (repo / "a.py").write_text("x = 2\n")
    before = code_state(repo)
    for name, value in [
        ("diff.external", "false"),
        ("diff.noprefix", "true"),
        ("color.diff", "always"),
        ("core.fsmonitor", "false"),
    ]:
        git(repo, "config", name, value)
    after = code_state(repo)
    assert before
    assert after
    assert before.diff_sha256 == after.diff_sha256


def test_a_detached_head_has_no_branch(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "--detach")
    state = code_state(repo)
    assert state
    assert state.branch is None


def test_no_repository_or_no_commit_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_state(tmp_path) is None
    git(tmp_path, "init", "--quiet")
    assert code_state(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    assert code_state(tmp_path) is None


def test_a_hooks_environment_does_not_answer_for_another_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert code_state(repo)
