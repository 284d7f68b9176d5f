"""Pointers in the index against the work tree, as git-lfs leaves them: the index is written without it (tests/systems/git_lfs/real has it do so)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .files import flip

if TYPE_CHECKING:
    from .conftest import Check


def pointer(body: bytes) -> str:
    oid = hashlib.sha256(body).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(body)}\n"


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Path:
    """A repository with two files that git-lfs keeps."""
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "-q")
    (made / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n", "utf-8")
    (made / "data").mkdir()
    (made / "code.py").write_text("x\n", "utf-8")
    git(made, "add", ".")
    for name in ("a", "b"):
        body = f"{name} body".encode()
        (tmp_path / "pointer").write_text(pointer(body), "utf-8")
        blob = git(made, "hash-object", "-w", "--no-filters", tmp_path / "pointer").strip()
        git(made, "update-index", "--add", "--cacheinfo", f"100644,{blob},data/{name}.bin")
        (made / "data" / f"{name}.bin").write_bytes(body)
    git(made, "commit", "-q", "-m", "data")
    return made


def test_pointers_of_the_index_against_the_files(repository: Path, checked: Check, git: Callable[..., str]) -> None:
    assert "oid sha256:" in git(repository, "show", ":data/a.bin")
    assert checked(repository).ok == ["data/a.bin", "data/b.bin"]
    flip(repository / "data" / "a.bin")
    (repository / "data" / "b.bin").unlink()
    (repository / "new.bin").write_bytes(b"n")
    assert checked(repository).wrong == {"data/a.bin": "changed", "data/b.bin": "missing", "new.bin": "extra"}
    assert checked(repository / "data" / "a.bin").wrong == {"data/a.bin": "changed"}


def test_a_clone_without_the_bytes_says_what_to_do(
    repository: Path, checked: Check, git: Callable[..., str], tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", repository, clone)
    found = checked(clone)
    assert found.wrong == {"data/a.bin": "missing", "data/b.bin": "missing"}
    assert "git lfs pull" in found.reason("data/a.bin")


def test_a_file_that_was_added_without_git_lfs_is_said(tmp_path: Path, checked: Check, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "big.bin").write_bytes(os.urandom(3000))
    (tmp_path / "ptr.bin").write_text(pointer(b"elsewhere"), "utf-8")
    git(tmp_path, "add", ".")
    (tmp_path / ".gitattributes").write_text("*.bin filter=lfs\n", "utf-8")
    found = checked(tmp_path)
    assert found.wrong == {"big.bin": "not checked", "ptr.bin": "missing"}


def test_a_pointer_with_an_extension_states_the_digest_of_the_file_itself(
    tmp_path: Path, checked: Check, git: Callable[..., str]
) -> None:
    """Its oid and size are those of what the extension made of it."""
    git(tmp_path, "init", "-q")
    own = hashlib.sha256(b"itself").hexdigest()
    (tmp_path / "a.bin").write_text(pointer(b"folded").replace("oid", f"ext-0-fold sha256:{own}\noid"), "utf-8")
    git(tmp_path, "add", ".")
    (tmp_path / ".gitattributes").write_text("*.bin filter=lfs\n", "utf-8")
    (tmp_path / "a.bin").write_bytes(b"itself")
    assert checked(tmp_path).ok == ["a.bin"]
