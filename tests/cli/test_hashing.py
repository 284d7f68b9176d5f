"""whence.cli.hashing and refs: what a path comes to (docs/naming.md, Digests; semantics rule 22)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from whence.cli.hashing import digests_of
from whence.cli.refs import asset_of, is_path
from whence.errors import BadRequest


def folder_of_naming_page(root: Path) -> Path:
    (root / "sub").mkdir(parents=True)
    (root / "a.csv").write_text("x\n")
    (root / "sub" / "b.csv").write_text("y\n")
    return root


def test_a_file_has_sha256_then_md5(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"abc" * 1_000_000)
    assert digests_of(str(file)) == (
        f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
        f"md5:{hashlib.md5(file.read_bytes()).hexdigest()}",
    )


def test_a_folder_is_the_worked_example_of_the_naming_page(tmp_path: Path) -> None:
    folder = folder_of_naming_page(tmp_path / "d")
    assert digests_of(str(folder)) == (
        "dir-sha256:901b75f7d45c1095fa4fd8da34b9f450d4828e90d02d5bb701cb921777bd3f2e",
        "dvc-md5-dir:826f5905cab468f7bcb7e9b11da609db",
    )


def test_links_to_files_count_as_content_and_links_to_folders_do_not(tmp_path: Path) -> None:
    folder = folder_of_naming_page(tmp_path / "d")
    plain = digests_of(str(folder))
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    (folder / "gone").symlink_to(tmp_path / "nothing")
    assert digests_of(str(folder)) == plain
    (folder / "a.csv").unlink()
    (tmp_path / "kept.csv").write_text("x\n")
    (folder / "a.csv").symlink_to(tmp_path / "kept.csv")
    assert digests_of(str(folder)) == plain


@pytest.mark.parametrize(
    "make",
    [lambda p: None, lambda p: p.write_bytes(b""), lambda p: p.mkdir()],
    ids=["missing", "empty", "empty folder"],
)
def test_what_has_no_digest_is_a_sentence(tmp_path: Path, make: object) -> None:
    make(tmp_path / "x")  # type: ignore[operator]
    with pytest.raises(BadRequest, match="x"):
        digests_of(str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("./x", True),
        ("../x", True),
        ("/x", True),
        ("~/x", True),
        (".", True),
        ("x", False),
        ("risk@3", False),
        ("asset/a/b", False),
    ],
)
def test_only_what_begins_like_a_path_is_one(ref: str, expected: bool) -> None:
    assert is_path(ref) is expected


def test_a_path_is_recorded_under_its_absolute_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert asset_of("./a b.csv") == "asset/file/" + f"{tmp_path}/a%20b.csv".replace("/", "%2F")
