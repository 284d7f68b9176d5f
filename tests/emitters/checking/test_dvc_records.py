"""`dvc.lock` and `.dvc` files as the real tool wrote them, DVC 3 and an older one."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from whence_emitters.checking.dvc import read_record
from whence_emitters.checking.entry import Entry
from whence_emitters.checking.finding_records import root_for

from .files import flip, lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Check

MEMBERS = [f"{folder}/{name}" for folder in ("raw", "clean") for name in ("a.csv", "c.bin", "deep/b.csv")]
FILES = ["notes.txt", "clean.txt", "sub/copy.txt"]


def test_all_is_as_it_was_recorded(project: Path, checked: Check) -> None:
    found = checked(project / "dvc.lock")
    assert (found.wrong, sorted(found.ok)) == ({}, sorted(MEMBERS + FILES))
    assert not found.checked.differs
    assert not found.checked.unknown


def test_a_folder_is_checked_without_the_cache_too(project: Path, checked: Check) -> None:
    shutil.rmtree(project / ".dvc" / "cache")
    found = checked(project / "dvc.lock")
    assert (found.wrong, sorted(found.ok)) == ({}, sorted(["raw", "clean", *FILES]))


@pytest.mark.parametrize("name", ["clean/c.bin", "notes.txt", "sub/copy.txt", "raw/deep/b.csv"])
def test_one_bit_is_found_though_size_and_time_are_the_same(project: Path, checked: Check, name: str) -> None:
    flip(project / name)
    assert checked(project / "dvc.lock").wrong == {name: "changed"}


def test_one_bit_is_found_without_the_cache_too(project: Path, checked: Check) -> None:
    shutil.rmtree(project / ".dvc" / "cache")
    flip(project / "clean" / "a.csv")
    found = checked(project / "dvc.lock")
    assert found.wrong == {"clean": "changed"}
    assert "manifest is not in the cache" in found.reason("clean")


def test_missing_extra_and_short_files(dvc3: Path, checked: Check) -> None:
    (dvc3 / "raw" / "a.csv").unlink()
    (dvc3 / "clean" / "new.csv").write_bytes(b"x")
    (dvc3 / "notes.txt").write_bytes(b"first")
    shutil.rmtree(dvc3 / "sub")
    found = checked(dvc3 / "dvc.lock")
    assert found.wrong == {
        "raw/a.csv": "missing",
        "clean/new.csv": "extra",
        "notes.txt": "changed",
        "sub/copy.txt": "missing",
    }
    assert found.reason("notes.txt") == "5 bytes, recorded 25; perhaps only a part arrived"


def test_a_whole_folder_that_is_missing_is_one_finding(project: Path, checked: Check) -> None:
    shutil.rmtree(project / "clean")
    assert checked(project / "dvc.lock").wrong == {"clean": "missing"}


def test_a_file_where_a_folder_was_and_the_other_way_round(project: Path, checked: Check) -> None:
    shutil.rmtree(project / "clean")
    (project / "clean").write_bytes(b"")
    (project / "clean.txt").unlink()
    (project / "clean.txt").mkdir()
    assert checked(project / "dvc.lock").wrong == {"clean": "changed", "clean.txt": "changed"}


def test_a_damaged_manifest_is_not_believed(project: Path, checked: Check) -> None:
    (manifest,) = (project / ".dvc" / "cache").rglob("*.dir")
    manifest.write_text(json.dumps([{"md5": "0" * 32, "relpath": "a.csv"}]), "utf-8")
    assert checked(project / "dvc.lock").wrong == {}
    flip(project / "clean" / "a.csv")
    found = checked(project / "dvc.lock")
    assert found.wrong == {"clean": "changed"}
    assert "is damaged" in found.reason("clean")


def test_a_cache_may_lie_where_the_configuration_says(dvc3: Path, checked: Check) -> None:
    shutil.move(dvc3 / ".dvc" / "cache", dvc3 / "kept")
    (dvc3 / ".dvc" / "config.local").write_text("[cache]\n    dir = ../kept\n", "utf-8")
    flip(dvc3 / "clean" / "a.csv")
    assert checked(dvc3 / "dvc.lock").wrong == {"clean/a.csv": "changed"}


def test_files_may_be_links_into_the_cache_and_nowhere_else(dvc3: Path, checked: Check, tmp_path: Path) -> None:
    digest = hashlib.md5((dvc3 / "clean" / "a.csv").read_bytes()).hexdigest()
    cached = dvc3 / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]
    shutil.move(dvc3 / ".dvc" / "cache", tmp_path / "cache")
    (dvc3 / ".dvc" / "config").write_text(f"[cache]\n    dir = {tmp_path / 'cache'}\n", "utf-8")
    inside = tmp_path / "cache" / cached.relative_to(dvc3 / ".dvc" / "cache")
    outside = tmp_path / "outside"
    outside.write_bytes((dvc3 / "notes.txt").read_bytes())
    for name, target in (("clean/a.csv", inside), ("notes.txt", outside)):
        (dvc3 / name).unlink()
        (dvc3 / name).symlink_to(target)
    found = checked(dvc3 / "dvc.lock")
    assert found.wrong == {"notes.txt": "refused"}
    assert "clean/a.csv" in found.ok


def test_what_dvcignore_leaves_out_is_not_extra(dvc3: Path, checked: Check) -> None:
    (dvc3 / ".dvcignore").write_text("*.tmp\n/clean/deep/scratch/\n", "utf-8")
    (dvc3 / "clean" / "a.tmp").write_bytes(b"x")
    (dvc3 / "clean" / "deep" / "scratch").mkdir()
    (dvc3 / "clean" / "deep" / "scratch" / "n").write_bytes(b"x")
    assert checked(dvc3 / "dvc.lock").wrong == {}
    (dvc3 / "clean" / "a.log").write_bytes(b"x")
    assert checked(dvc3 / "dvc.lock").wrong == {"clean/a.log": "extra"}


def test_a_pipe_in_a_folder_does_not_hold_up_the_check(dvc3: Path, checked: Check) -> None:
    (dvc3 / "clean" / "a.csv").unlink()
    os.mkfifo(dvc3 / "clean" / "a.csv")
    found = checked(dvc3 / "dvc.lock")
    assert found.wrong == {"clean/a.csv": "unreadable"}
    assert found.checked.unknown
    assert not found.checked.differs


def test_a_file_that_may_not_be_read_is_not_called_changed(dvc3: Path, checked: Check) -> None:
    path = dvc3 / "notes.txt"
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.unlink()
        path.symlink_to("notes.txt")  # who may read everything cannot follow a circle either
    assert checked(dvc3 / "dvc.lock").wrong["notes.txt"] in {"unreadable", "missing", "refused"}
    assert stat.S_IFMT(path.lstat().st_mode)


def test_only_deps_or_only_outs(project: Path, checked: Check) -> None:
    for name in ("raw/a.csv", "clean/a.csv"):
        flip(project / name)
    assert checked(project / "dvc.lock", sides=("deps",)).wrong == {"raw/a.csv": "changed"}
    assert checked(project / "dvc.lock", sides=("outs",)).wrong == {"clean/a.csv": "changed"}


@pytest.mark.parametrize("asked", ["raw.dvc", "raw", "raw/deep/b.csv"])
def test_a_record_is_found_from_what_it_speaks_of(project: Path, checked: Check, asked: str) -> None:
    assert sorted(checked(project / asked).ok) == ["raw/a.csv", "raw/c.bin", "raw/deep/b.csv"]


def test_a_folder_with_records_is_checked_whole_and_each_state_once(project: Path, checked: Check) -> None:
    assert sorted(checked(project).ok) == sorted(MEMBERS + FILES)


def test_an_entry_knows_the_line_of_its_record(project: Path) -> None:
    path = project / "dvc.lock"
    lines = path.read_text("utf-8").splitlines()
    for entry in read_record(path, root_for(path)):
        assert isinstance(entry, Entry)
        assert entry.place.line
        assert entry.value in lines[entry.place.line - 1]
        assert entry.place.file == "dvc.lock"
    parts = {entry.place.part for entry in read_record(path, root_for(path))}
    assert parts == {"stage clean, deps", "stage clean, outs", "stage elsewhere, deps", "stage elsewhere, outs"}


def test_carriage_returns_count_for_dvc_3_and_not_before(tmp_path: Path, checked: Check) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "a.txt").write_bytes(b"a\r\nb\r\n")
    plain, without = (hashlib.md5(body).hexdigest() for body in (b"a\r\nb\r\n", b"a\nb\n"))
    for digest, marked, right in (
        (plain, True, True),
        (without, True, False),
        (without, False, True),
        (plain, False, False),
    ):
        item = f"{{path: a.txt, md5: {digest}{', hash: md5' if marked else ''}}}"
        (tmp_path / "dvc.lock").write_text(lock([item]), "utf-8")
        assert (not checked(tmp_path / "dvc.lock").wrong) is right


def test_a_folder_whose_files_stand_in_the_record(written: Callable[[str, bytes | str], Path], checked: Check) -> None:
    """As `cloud` remotes with versions have it."""
    for name in ("a", "deep/b"):
        written(f"data/{name}", name)
    items = ", ".join(
        f"{{relpath: {name}, md5: {hashlib.md5(name.encode()).hexdigest()}, size: {len(name)}, cloud: {{s3: {{etag: x, version_id: y}}}}}}"
        for name in ("a", "deep/b")
    )
    record = written("dvc.lock", lock([f"{{path: data, hash: md5, files: [{items}]}}"]))
    assert checked(record).ok == ["data/a", "data/deep/b"]
    flip(record.parent / "data" / "a")
    assert checked(record).wrong == {"data/a": "changed"}


def test_a_lock_of_dvc_1_has_no_schema(written: Callable[[str, bytes | str], Path], checked: Check) -> None:
    written("a", "x")
    record = written("dvc.lock", f"one:\n  cmd: true\n  outs:\n  - path: a\n    md5: {hashlib.md5(b'x').hexdigest()}\n")
    assert checked(record).ok == ["a"]
