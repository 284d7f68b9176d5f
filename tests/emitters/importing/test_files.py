"""Reading what somebody else wrote: bounded, inside the source, plain values only."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import inside, load_json, load_yaml, read_bytes


@pytest.mark.parametrize("relative", ["../x", "/etc/passwd", "a/../../x", "link/x", "a\0b"])
def test_no_path_leaves_the_source(relative: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(DamagedError):
        inside(root, relative)
    assert inside(root, "a/b") == root.resolve() / "a/b"


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert read_bytes(tmp_path / "a", 10) == b"x" * 10
    for path, limit in ((tmp_path / "a", 9), (tmp_path, 10), (tmp_path / "none", 10)):
        with pytest.raises(DamagedError):
            read_bytes(path, limit)


def test_yaml_builds_no_objects_and_unfolds_no_bomb() -> None:
    assert load_yaml(b"a: [1, 2.5, x, null]") == {"a": [1, 2.5, "x", None]}
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
    )
    begun = process_time()
    for document in ("!!python/object/apply:os.system ['true']", "a: [", bomb, "&a [*a]", "\0"):
        with pytest.raises(DamagedError):
            load_yaml(document)
    assert process_time() - begun < 0.5, "a bomb is known by its aliases, it is not walked"


def test_yaml_is_taken_down_to_its_hundredth_level_aliases_unfolded() -> None:
    assert load_yaml("a: &a [1]\nb: [*a, *a]") == {"a": [1], "b": [[1], [1]]}
    assert load_yaml("[" * 100 + "1" + "]" * 100)
    for deep in ("[" * 101 + "1" + "]" * 101, f"a: &a {'[' * 60}1{']' * 60}\nb: {'[' * 60}*a{']' * 60}"):
        with pytest.raises(DamagedError):
            load_yaml(deep)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_damaged(document: bytes) -> None:
    for load in (load_yaml, load_json):
        with contextlib.suppress(DamagedError):
            load(document)


def test_json_that_is_too_deep_is_damaged() -> None:
    assert load_json(json.dumps({"a": [1]})) == {"a": [1]}
    with pytest.raises(DamagedError):
        load_json("[" * 200_000)
