"""From bytes to documents: inflation within bounds, batches cut without a byte changed."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.errors import NotJson, TooLarge
from whence.ingest import documents, inflate
from whence.ingest.decode import in_chunks

BOUNDS = {"one_limit": 1000, "batch_limit": 5000}


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_several_gzip_members_are_one_body(parts: list[bytes]) -> None:
    packed = b"".join(gzip.compress(part) for part in parts)
    assert inflate(packed, **BOUNDS) == b"".join(parts)


def test_zeros_after_the_end_are_padding() -> None:
    assert inflate(gzip.compress(b"{}") + b"\0" * 512, **BOUNDS) == b"{}"


@given(st.binary(min_size=1, max_size=400), st.integers(min_value=0))
def test_half_a_stream_is_never_taken_for_a_whole(body: bytes, cut: int) -> None:
    packed = gzip.compress(body)
    with pytest.raises(NotJson):
        inflate(packed[: cut % len(packed)], **BOUNDS)


@pytest.mark.parametrize(
    ("start", "length", "fits"),
    [(b"{", 1000, True), (b"{", 1001, False), (b" [", 5000, True), (b"[", 5001, False), (b" ", 1001, False)],
)
def test_an_array_may_be_larger_than_one_event(start: bytes, length: int, fits: bool) -> None:
    packed = gzip.compress(start.ljust(length, b" "))
    if fits:
        assert len(inflate(packed, **BOUNDS)) == length
    else:
        with pytest.raises(TooLarge):
            inflate(packed, **BOUNDS)


def test_ndjson_may_be_as_large_as_a_batch() -> None:
    packed = gzip.compress(b"{}\n" * 1600)
    assert len(inflate(packed, **BOUNDS, ndjson=True)) == 4800


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3), max_size=5))
def test_cutting_an_array_gives_its_elements_byte_for_byte(events: list[dict[str, object]]) -> None:
    texts = [json.dumps(event, indent=index % 3 or None).encode() for index, event in enumerate(events)]
    assert documents(b" [" + b" ,\n".join(texts) + b"]\n") == (texts, True)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), min_size=2, max_size=5))
def test_lines_are_recognised_without_being_told(events: list[dict[str, object]]) -> None:
    texts = [json.dumps(event).encode() for event in events]
    assert documents(b"\r\n".join(texts)) == (texts, True)
    assert documents(b"\n".join(texts), ndjson=True) == (texts, True)


@pytest.mark.parametrize("body", [b"{}", b'{\n "a": 1\n}', b'{"a": {}\n}', b'"text"', b"{} \n ", b"{half\n{half"])
def test_one_document_is_one_document(body: bytes) -> None:
    assert documents(body) == ([body], False)


@pytest.mark.parametrize("body", [b"", b" \n\t", b"[{}", b"[{}]]", b"[1,]"])
def test_what_is_no_json_text_is_refused_whole(body: bytes) -> None:
    with pytest.raises(NotJson):
        documents(body)


@given(st.lists(st.binary(max_size=50), max_size=40), st.integers(1, 9), st.integers(1, 200))
def test_chunks_lose_nothing_and_keep_their_bounds(bodies: list[bytes], events: int, size: int) -> None:
    chunks = list(in_chunks(bodies, events=events, size=size))
    assert [body for chunk in chunks for body in chunk] == bodies
    assert all(1 <= len(chunk) <= events for chunk in chunks)
    assert all(len(chunk) == 1 or sum(map(len, chunk)) <= size for chunk in chunks)
