"""The parser of `.wandb` files against whatever may stand in one."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from whence_emitters.errors import DamagedError
from whence_emitters.systems.wandb import run_file
from whence_emitters.systems.wandb.artifacts import Server, artifact_dataset
from whence_emitters.systems.wandb.mapping import Beside, events
from whence_emitters.systems.wandb.records import HEADER, fields, read_records
from whence_emitters.systems.wandb.run_file import Artifact, Entry, hex_of_base64, read_run_file

WHOLE = next((Path(__file__).parent / "records" / "wandb-0.31.0").glob("*train1/*.wandb")).read_bytes()
BLOCK = 32 * 1024


def _framed(messages: list[bytes]) -> bytes:
    """A file of such records, as LevelDB's log frames them."""
    data = bytearray(HEADER)
    for message in messages:
        rest, first = message, True
        while first or rest:
            room = BLOCK - len(data) % BLOCK
            if room < 7:
                data += bytes(room)
                continue
            part, rest = rest[: room - 7], rest[room - 7 :]
            kind = (3 if rest else 4) if not first else (2 if rest else 1)
            data += struct.pack("<IHB", zlib.crc32(part, zlib.crc32(bytes((kind,)))), len(part), kind) + part
            first = False
    return bytes(data)


def _read(data: bytes) -> tuple[list[bytes], list[str]]:
    told: list[str] = []
    return list(read_records(io.BytesIO(data), told.append)), told


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(st.binary(max_size=60), st.binary(min_size=3, max_size=3).map(lambda few: few * 15_000)), max_size=6
    )
)
@example([b"x" * (BLOCK - 7 - 7), b"y"])
@example([b"x" * (BLOCK - 7 - 7 - 3), b"y"])
@example([b"", b"z" * 100_000])
def test_records_come_back_as_they_were_framed(messages: list[bytes]) -> None:
    read, told = _read(_framed(messages))
    assert ([message for message in read if message], told) == ([message for message in messages if message], [])


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=len(HEADER), max_value=len(WHOLE) - 1))
def test_a_file_broken_off_anywhere_gives_its_beginning(length: int) -> None:
    whole, _ = _read(WHOLE)
    part, told = _read(WHOLE[:length])
    assert part == whole[: len(part)]
    assert len(part) < len(whole)
    assert set(told) <= {"it breaks off inside a record"}


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=300).map(lambda tail: _framed([tail])),
        st.binary(max_size=40).map(lambda tail: WHOLE[:400] + tail + WHOLE[440:]),
    )
)
def test_hostile_files_raise_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile.wandb"
    path.write_bytes(data)
    with suppress(DamagedError, OverflowError):
        events(read_run_file(path, lambda _why: None), Server(), Beside(), None)


@given(st.binary(max_size=200))
def test_messages_raise_nothing_else(message: bytes) -> None:
    with suppress(DamagedError):
        fields(message)


def test_what_is_no_md5_is_none() -> None:
    assert hex_of_base64("sZRqySSS0jR8YjW00mERhA==") == "b1946ac92492d2347c6235b4d2611184"
    for text in ("", "https://example.com/x.csv", "AAAA", "sZRqySSS0jR8YjW00mERhA", "é"):
        assert hex_of_base64(text) is None


def test_a_manifest_whose_digest_is_not_its_files_proves_no_content() -> None:
    entry = Entry("a.csv", "sZRqySSS0jR8YjW00mERhA==", 6, "b1946ac92492d2347c6235b4d2611184")
    forged = Artifact("acme", "risk", "dataset", "data", "0" * 32, "MANIFEST_MD5", "", (), (entry,), used=False)
    digests = artifact_dataset(forged, Server())["facets"]["whence_contentDigests"]["digests"]
    assert [one["strength"] for one in digests] == ["SNAPSHOT"]


def test_a_long_history_is_cut_and_its_end_still_known(tmp_path: Path) -> None:
    messages, _ = _read(WHOLE)
    (*_, row) = [message for message in messages if 2 in fields(message)]
    cut = run_file.MAX_MEASUREMENTS
    early = row.replace(b"1.7", b"1.6")
    others = [message for message in messages if 2 not in fields(message)]
    path = tmp_path / "long.wandb"
    path.write_bytes(_framed([*others, *([early] * cut), row]))
    run = read_run_file(path, lambda _why: None)
    assert cut <= len(run.history) < cut + 5
    assert run.rows_left_out == cut + 1 - len(run.history) // 2
    assert run.last_seen > 1.7e9
    _, missing = events(run, Server(), Beside(), None)
    assert "steps are left out" in missing["metrics"]
