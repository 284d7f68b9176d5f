"""git-lfs pointers against the work tree, made with git-lfs itself."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .files import flip

if TYPE_CHECKING:
    from .conftest import Check

OID = "a" * 64
TEXT = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12\n"
needs_lfs = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Path:
    """A repository with two files that git-lfs keeps, and a clone of it without their bytes."""
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "-q")
    (made / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n", "utf-8")
    (made / "data").mkdir()
    for name in ("a", "b"):
        body = f"{name} body".encode()
        (made / "data" / f"{name}.bin").write_bytes(body)
    (made / "code.py").write_text("x\n", "utf-8")
    git(made, "lfs", "install", "--local")
    git(made, "add", ".")
    git(made, "commit", "-q", "-m", "data")
    return made


@needs_lfs
def test_pointers_of_the_index_against_the_files(repository: Path, checked: Check, git: Callable[..., str]) -> None:
    assert "oid sha256:" in git(repository, "show", ":data/a.bin")
    assert checked(repository).ok == ["data/a.bin", "data/b.bin"]
    flip(repository / "data" / "a.bin")
    (repository / "data" / "b.bin").unlink()
    (repository / "new.bin").write_bytes(b"n")
    assert checked(repository).wrong == {"data/a.bin": "changed", "data/b.bin": "missing", "new.bin": "extra"}
    assert checked(repository / "data" / "a.bin").wrong == {"data/a.bin": "changed"}


@needs_lfs
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
    (tmp_path / "ptr.bin").write_text(TEXT, "utf-8")
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
    (tmp_path / "a.bin").write_text(TEXT.replace("oid", f"ext-0-fold sha256:{own}\noid"), "utf-8")
    git(tmp_path, "add", ".")
    (tmp_path / ".gitattributes").write_text("*.bin filter=lfs\n", "utf-8")
    (tmp_path / "a.bin").write_bytes(b"itself")
    assert checked(tmp_path).ok == ["a.bin"]
