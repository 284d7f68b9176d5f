"""The parser of pointers agrees with `git lfs pointer --check` of 3.3.0 on each of these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.importing.facets import Digest
from whence_emitters.systems.git_lfs.pointer import Pointer, parse_pointer

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
OTHER = "ab" * 32
V1 = "version https://git-lfs.github.com/spec/v1"
PLAIN = f"{V1}\noid sha256:{OID}\nsize 12345\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.rstrip(),
        f"\n\n{PLAIN}\n\n",
        PLAIN.replace("git-lfs.github", "hawser.github"),
        PLAIN.replace("https://git-lfs.github.com/spec/v1", "http://git-media.io/v/2"),
    ],
)
def test_a_pointer(text: str) -> None:
    assert parse_pointer(text.encode()) == Pointer(OID, 12345)


@pytest.mark.parametrize(
    "text",
    [
        "",
        V1,
        PLAIN.replace("spec/v1", "spec/v9"),
        PLAIN.replace(OID, OID.upper()),
        PLAIN.replace(OID, OID[:-1]),
        PLAIN.replace("12345", "-1"),
        PLAIN.replace("12345", "9" * 20),
        f"{V1}\nsize 12345\noid sha256:{OID}\n",
        f"{PLAIN}x-unknown 1\n",
        f"oid sha256:{OID}\nsize 1\n",
        PLAIN + " " * 1024,
        f"{V1}\next-1-b sha256:{OTHER}\next-0-a sha256:{OTHER}\noid sha256:{OID}\nsize 1\n",
        f"{V1}\next-0-a sha256:{OTHER}\next-0-b sha256:{OTHER}\noid sha256:{OID}\nsize 1\n",
    ],
)
def test_no_pointer(text: str) -> None:
    assert parse_pointer(text.encode()) is None


def test_with_an_extension_the_file_has_another_digest_than_what_is_stored() -> None:
    found = parse_pointer(f"{V1}\next-0-zip sha256:{OTHER}\noid sha256:{OID}\nsize 77\n".encode())
    assert found == Pointer(OID, 77, (OTHER,))
    assert found.digests() == [Digest("sha256", OTHER), Digest("git-lfs-oid", OID, "SNAPSHOT")]
    assert (found.version, found.file_size()) == (f"sha256:{OID}", None)


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_pointer_or_none(data: bytes) -> None:
    found = parse_pointer(data)
    assert found is None or data.lstrip().startswith(b"version ")


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=3))
def test_a_pointer_with_a_wound_is_no_other_pointer_of_the_same_file(place: int, wound: bytes) -> None:
    data = PLAIN.encode()
    found = parse_pointer(data[:place] + wound + data[place + len(wound) :])
    assert found is None or (len(found.oid) == 64 and found.size >= 0)


@given(
    st.integers(0, 10**18),
    st.binary(min_size=32, max_size=32),
    st.lists(st.binary(min_size=32, max_size=32), max_size=8),
)
def test_what_is_written_by_the_specification_is_read_back(size: int, oid: bytes, extensions: list[bytes]) -> None:
    lines = [f"ext-{n}-x sha256:{one.hex()}" for n, one in enumerate(extensions)]
    text = "\n".join([V1, *lines, f"oid sha256:{oid.hex()}", f"size {size}", ""]).encode()
    wanted = Pointer(oid.hex(), size, tuple(one.hex() for one in extensions))
    assert parse_pointer(text) == (wanted if len(text) < 1024 else None)
