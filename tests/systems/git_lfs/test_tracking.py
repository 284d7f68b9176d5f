"""Which paths git-lfs keeps, as git itself reads the attributes of each commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.systems.git.work import Work

from whence_emitters.systems.git_lfs.tracking import Tracking
from whence_emitters.systems.repository import Repository

PATHS = ["a.bin", "b.txt", "sub/c.bin", "sub/d.dat", "deep/er/e.dat", 'odd "name".bin']
LFS = "filter=lfs diff=lfs merge=lfs -text"


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path / "risk")


def tracked(work: Work, *commits: str) -> list[set[str]]:
    with Repository(work.folder) as repository:
        return Tracking(repository).tracked([(sha, PATHS) for sha in commits])


def test_each_commit_has_its_own_attributes(work: Work) -> None:
    none = work.commit("none", {"a.bin": "1"})
    root = work.commit("root", {".gitattributes": f"*.bin {LFS}\n"})
    nested = work.commit("nested", {"sub/.gitattributes": f"*.dat {LFS}\n*.bin !filter\n"})
    (work.folder / ".gitattributes").unlink()
    gone = work.commit("gone")
    assert tracked(work, none, root, nested, gone) == [
        set(),
        {"a.bin", "sub/c.bin", 'odd "name".bin'},
        {"a.bin", "sub/d.dat", 'odd "name".bin'},
        {"sub/d.dat"},
    ]


def test_macros_and_double_stars_are_understood(work: Work) -> None:
    sha = work.commit("macro", {".gitattributes": f"[attr]large {LFS}\ndeep/** large\n*.txt filter=other\n"})
    assert tracked(work, sha) == [{"deep/er/e.dat"}]


def test_attributes_of_the_user_and_of_the_clone_do_not_count(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    (work.folder / ".git" / "info").mkdir()
    (work.folder / ".git" / "info" / "attributes").write_text(f"* {LFS}\n")
    (work.folder.parent / "mine").write_text(f"* {LFS}\n")
    work.git("config", "--global", "core.attributesFile", str(work.folder.parent / "mine"))
    sha = work.commit("one", {".gitattributes": "*.none text\n"})
    assert tracked(work, sha) == [set()]


def test_a_name_that_leads_out_is_passed_over(work: Work, tmp_path: Path) -> None:
    """Such a tree cannot be made by adding files; somebody who wants to can write it."""
    blob = work.git("hash-object", "-w", "--stdin", stdin=f"* {LFS}\n".encode())
    inner = work.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally",
                     stdin=b"100644 .gitattributes\0" + bytes.fromhex(blob))  # fmt: skip
    outer = work.git(
        "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=b"40000 ..\0" + bytes.fromhex(inner)
    )
    sha = work.git("commit-tree", "-m", "evil", outer)
    work.git("update-ref", "refs/heads/main", sha)
    assert tracked(work, sha) == [set()]
    assert not list(tmp_path.glob("**/.gitattributes"))
