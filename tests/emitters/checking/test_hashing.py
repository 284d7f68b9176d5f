"""Reading many files at once: right digests, nothing that hangs, nothing that is read in vain."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.checking import hashing
from whence_emitters.checking.folders import files_below
from whence_emitters.checking.hashing import FILE_ALGORITHMS, Seen, Want, hash_all, look_at
from whence_emitters.digests import digest, dvc_folder_digest, folder_sha256


def test_every_algorithm_agrees_with_the_tool_that_defines_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(os.urandom(3 * hashing.CHUNK_BYTES + 7))

    def said(*command: str) -> str:
        return subprocess.run([*command, str(path)], capture_output=True, text=True, check=True).stdout.split()[0]

    seen = look_at(Want(path, FILE_ALGORITHMS))
    assert seen.size == path.stat().st_size
    assert seen.values["sha256"] == said("sha256sum")
    assert seen.values["sha512"] == said("sha512sum")
    assert seen.values["md5"] == said("md5sum")
    assert seen.values["git-blob"] == said("git", "hash-object")


def test_all_files_are_read_and_told_of(tmp_path: Path) -> None:
    paths = [tmp_path / str(n) for n in range(200)]
    for path in paths:
        path.write_text(path.name, "utf-8")
    told: list[int] = []
    seen = hash_all([Want(path, frozenset({"md5"})) for path in paths], jobs=8, progress=told.append)
    assert {path.name: one.values["md5"] for path, one in seen.items()} == {
        path.name: hashlib.md5(path.name.encode()).hexdigest() for path in paths
    }
    assert sum(told) == sum(len(path.name) for path in paths)


def test_a_file_of_another_size_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert look_at(Want(path, frozenset({"md5"}), 4)) == Seen(3)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    for name in ("pipe", "folder", "circle", "a\0b"):
        assert look_at(Want(tmp_path / name, frozenset({"md5"}))).problem, name
    for name in ("nothing", "pipe/below"):
        assert look_at(Want(tmp_path / name, frozenset({"md5"}))) == Seen(None)


def test_a_file_that_is_written_to_has_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    fstat = os.fstat

    def grown(handle: int) -> os.stat_result:
        with path.open("ab") as file:
            file.write(b"y")
        return fstat(handle)

    monkeypatch.setattr(hashing.os, "fstat", grown)
    assert look_at(Want(path, frozenset({"md5"}))).problem == "it changed while it was read"


@given(body=st.binary(max_size=2000) | st.text("ab\r\n", max_size=600).map(str.encode))
def test_md5_dos2unix_counts_line_ends_of_text_only(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "dos"
    path.write_bytes(body)
    found = look_at(Want(path, frozenset({"md5-dos2unix"}))).values["md5-dos2unix"]
    assert found in {hashlib.md5(body).hexdigest(), hashlib.md5(body.replace(b"\r\n", b"\n")).hexdigest()}
    if b"\0" in body[:512]:
        assert found == hashlib.md5(body).hexdigest()


def test_folders_have_the_digests_of_the_naming_page(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "é").write_bytes(b"2")
    (tmp_path / "a b").write_bytes(b"1")
    names = files_below(tmp_path)
    assert names == ["a b", "deep/é"]
    one = [(name, 1, hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()) for name in names]
    assert folder_sha256(one) == digest(tmp_path).values[0][1]
    assert dvc_folder_digest({}) == "d751713988987e9331980363e24189ce"
