"""Digests, checked against hashlib, git and rule 22's definition of dir-sha256."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from whence_emitters import digests
from whence_emitters.digests import digest
from whence_emitters.errors import ChangedWhileReadError

BODY = b"a,b\n1,2\n3,4\n"


def test_a_file_has_sha256_md5_size_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(BODY)
    found = digest(path)
    assert found.values == (("sha256", hashlib.sha256(BODY).hexdigest()), ("md5", hashlib.md5(BODY).hexdigest()))
    assert (found.files, found.bytes, found.rows) == (1, len(BODY), 2)


def test_a_large_file_has_the_same_digests_and_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(1 << 20) * 17 + b"tail")
    body = path.read_bytes()
    assert len(body) > digests._LARGE_BYTES
    assert digest(path, git_blob=True).values[:2] == (
        ("sha256", hashlib.sha256(body).hexdigest()),
        ("md5", hashlib.md5(body).hexdigest()),
    )


def test_a_config_file_has_the_blob_id_that_git_gives_it(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(b"alpha: 1\n")
    said = subprocess.run(["git", "hash-object", str(path)], capture_output=True, text=True, check=True).stdout.strip()
    assert dict(digest(path, git_blob=True).values)["git-blob"] == said


def test_rule_22_dir_sha256(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "z.txt").write_bytes(b"zz")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "é").write_bytes(b"e")
    lines = sorted(
        f"{name}\0{len(body)}\0{hashlib.sha256(body).hexdigest()}\n".encode()
        for name, body in [("b/z.txt", b"zz"), ("b.txt", b""), ("é", b"e")]
    )
    found = digest(tmp_path)
    assert found.values[0] == ("dir-sha256", hashlib.sha256(b"".join(lines)).hexdigest())
    assert (found.files, found.bytes) == (3, 3)


def test_a_folder_is_known_by_the_digest_that_dvc_gives_it(tmp_path: Path) -> None:
    """The worked example of docs/naming.md, which DVC made."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.csv").write_bytes(b"x\n")
    (tmp_path / "sub" / "b.csv").write_bytes(b"y\n")
    assert dict(digest(tmp_path).values)["dvc-md5-dir"] == "826f5905cab468f7bcb7e9b11da609db"


def test_links_to_files_count_as_their_content_and_links_to_folders_are_said(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a").write_bytes(b"x")
    (one / "l").symlink_to("a")
    (two / "l").write_bytes(b"x")
    assert digest(one).values == digest(two).values
    (one / "loop").symlink_to(".")
    assert digest(one).values == digest(two).values
    assert any("loop" in note for note in digest(one).notes)


def test_what_is_no_file_is_refused_without_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="neither a file nor a folder"):
        digest(tmp_path / "pipe")


def test_a_file_that_is_being_written_has_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 10)
    monkeypatch.setattr(digests, "_CHUNK_BYTES", 4)
    real, appended = os.fstat, []

    def writing(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        if found.st_size >= 10:
            appended.append(1)
            with path.open("ab") as file:
                file.write(b"y")
        return found

    monkeypatch.setattr(digests.os, "fstat", writing)
    with pytest.raises(ChangedWhileReadError, match=r"a\.bin changed while it was read"):
        digest(path)
    assert len(appended) == 4, "it is tried twice, each with a look before and after"


def test_a_damaged_header_costs_the_rows_and_not_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(b"no array")
    found = digest(path)
    assert (found.rows, found.bytes) == (None, 8)
    assert "rows of a.npy" in found.notes[0]
