"""Records that nobody may trust: they name places outside, hide secrets, are damaged or endless."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.checking import Entry, Finding, Verdict
from whence_emitters.checking.dvc import read_record
from whence_emitters.checking.finding_records import entries
from whence_emitters.checking.folders import read_manifest
from whence_emitters.checking.roots import Root
from whence_emitters.errors import DamagedError
from whence_emitters.importing import files

from .files import lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Check

    Write = Callable[[str, bytes | str], Path]
MD5 = hashlib.md5(b"x").hexdigest()


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "sub/../../secret", '"a\\0b"'])
def test_a_path_that_leaves_the_project_is_refused_and_not_read(written: Write, checked: Check, path: str) -> None:
    record = written("dvc.lock", lock([f"{{path: {path}, md5: {MD5}}}"]))
    found = checked(record)
    assert list(found.wrong.values()) == ["refused"]
    assert found.checked.differs
    assert found.checked.bytes == 0


def test_a_link_that_leaves_the_project_is_refused(
    written: Write, checked: Check, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x").write_bytes(b"x")
    record = written(
        "dvc.lock",
        lock([f"{{path: file, md5: {MD5}}}", f"{{path: folder/x, md5: {MD5}}}", f"{{path: whole, md5: {MD5}.dir}}"]),
    )
    (record.parent / "file").symlink_to(outside / "x")
    (record.parent / "folder").symlink_to(outside)
    (record.parent / "whole").symlink_to(outside)
    assert checked(record).wrong == {"file": "refused", "folder/x": "refused", "whole": "refused"}


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "a/../../b"])
def test_a_manifest_cannot_lead_out_of_its_folder(written: Write, checked: Check, name: str) -> None:
    manifest = json.dumps([{"md5": MD5, "relpath": name}])
    digest = hashlib.md5(manifest.encode()).hexdigest()
    written(f".dvc/cache/files/md5/{digest[:2]}/{digest[2:]}.dir", manifest)
    (written("data/kept", "x")).unlink()
    found = checked(written("dvc.lock", lock([f"{{path: data, hash: md5, md5: {digest}.dir}}"])))
    assert list(found.wrong.values()) == ["refused"]
    assert found.checked.bytes == 0


def test_what_lies_elsewhere_is_not_checked_and_its_credentials_are_not_shown(written: Write, checked: Check) -> None:
    record = written(
        "dvc.lock",
        lock([
            f"{{path: 'https://ada:hunter2@host/data.csv?token=hunter2', md5: {MD5}}}", f"{{path: 's3://bucket/key', etag: {MD5}}}",
            "{path: 'ds://named'}", "{path: here, etag: abc}", f"{{path: other, md5: {MD5}, repo: {{url: 'https://x'}}}}",
        ]),
    )  # fmt: skip
    found = checked(record)
    assert set(found.wrong.values()) == {"not checked"}
    assert found.checked.unknown, "nothing at all was compared"
    assert "hunter2" not in repr(found.checked)
    assert "https://host/data.csv" in found.wrong


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "stages: []",
        "schema: '2.0'\nstages: {a: 1}",
        "\x00",
        "a: &a [*a]",
        "schema: '2.0'\nstages: {a: {outs: 3}}",
    ],
)
def test_a_damaged_lock_is_said_not_raised(written: Write, checked: Check, text: str) -> None:
    found = checked(written("dvc.lock", text))
    assert found.wrong == {"dvc.lock": "unreadable"}
    assert found.checked.unknown


@pytest.mark.parametrize(
    "item", ["3", "{path: ''}", "{path: a, md5: zz}", "{path: a, md5: 3}", "{path: a, files: [{relpath: b}]}"]
)
def test_a_damaged_item_spoils_nothing_but_itself(written: Write, checked: Check, item: str) -> None:
    written("good", "x")
    found = checked(written("dvc.lock", lock([item, f"{{path: good, md5: {MD5}}}"])))
    assert found.ok == ["good"]
    assert list(found.wrong.values()) == ["unreadable"]


def test_an_endless_document_is_not_unfolded(written: Write, checked: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MAX_NODES", 10_000)
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert checked(written("dvc.lock", bomb)).wrong == {"dvc.lock": "unreadable"}


def test_a_lock_without_stages_leaves_the_answer_open(written: Write, checked: Check) -> None:
    assert checked(written("dvc.lock", "schema: '2.0'\n")).checked.unknown


scalars = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([MD5, f"{MD5}.dir", "../x", "a"])
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["schema", "stages", "outs", "deps", "path", "md5", "wdir", "files", "size", "hash", "one", "relpath"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(document=documents, name=st.sampled_from(["dvc.lock", "data.dvc"]))
def test_any_document_gives_entries_or_is_called_damaged(
    tmp_path_factory: pytest.TempPathFactory, document: object, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "documents"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(document), "utf-8")  # JSON is YAML
    root = Root(folder)
    try:
        found = list(read_record(folder / name, root))
    except DamagedError:
        return
    for each in found:
        assert isinstance(each, Finding) or each.path.is_relative_to(folder)


@given(body=st.binary(max_size=300), name=st.sampled_from(["dvc.lock", "data.dvc"]))
def test_any_bytes_are_read_or_said_to_be_unreadable(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "bytes"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(body)
    for each in entries([folder / name], Root(folder)):
        assert isinstance(each, Entry) or each.verdict is not Verdict.OK


@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_manifest_or_damaged(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.dir"
    path.write_bytes(body)
    try:
        members = read_manifest(path, hashlib.md5(body).hexdigest())
    except DamagedError:
        return
    assert all(len(md5) == 32 for md5 in members.values())
