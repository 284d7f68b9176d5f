"""What no client should send: over raw sockets, because no client library would. Never a 5xx, never half an event in the log."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whence.api.server import BackgroundServer

from .conftest import body_of, event_of

HEAD = b"POST /api/v1/lineage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
Log = Callable[[], tuple[int, int]]


class Wire:
    """Bytes to the service, and the status of its answer."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._address = (host, int(port))

    def __call__(self, *pieces: bytes, hang_up: bool = False) -> int:
        with socket.create_connection(self._address, timeout=20) as wire:
            for piece in pieces:
                wire.sendall(piece)
            if hang_up:
                wire.shutdown(socket.SHUT_WR)
            answered = wire.recv(65536)
        return int(answered.split(b" ", 2)[1]) if answered else 0


@pytest.fixture
def wire(service: BackgroundServer) -> Wire:
    return Wire(service.url)


def plain(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body: bytes, size: int = 100) -> Iterator[bytes]:
    yield HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n" % len(piece) + piece + b"\r\n"
    yield b"0\r\n\r\n"


def test_gzip_in_chunks_without_a_length_as_the_java_client_sends_it(wire: Wire, log: Log) -> None:
    assert wire(*chunked(gzip.compress(body_of()))) == 201
    assert log() == (1, 0)


def test_half_a_gzip_stream_in_chunks(wire: Wire, log: Log) -> None:
    assert wire(*chunked(gzip.compress(body_of())[:200])) == 400
    assert log()[0] == 0


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(wire: Wire, log: Log) -> None:
    body = body_of()
    assert wire(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-10], hang_up=True) in {0, 400}
    assert log() == (0, 0)


def test_a_body_that_never_ends_is_cut_off(wire: Wire, log: Log) -> None:
    pieces = [b"10000\r\n" + b" " * 0x10000 + b"\r\n"] * 20
    assert wire(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *pieces) == 413
    assert log() == (0, 0)


def test_a_length_beyond_the_limit_is_refused_before_the_body(wire: Wire) -> None:
    assert wire(HEAD + b"Content-Length: 99999999999\r\n\r\n") == 413


WITH_TEXT = (
    b'{"eventTime": "2026-01-01T00:00:00Z", "run": {"runId": "%s"}, "job": {"namespace": "n", "name": "j"}, "x": %s}'
)

KEPT = {
    "NUL in a facet": rb'"a\u0000b"',
    "a pair of surrogates": rb'"\ud83d\ude00"',
    "a control character": rb'"\u0007"',
    "an integer of 64 bits and more": b"123456789012345678901234567890",
    "the smallest double": b"5e-324",
    "a negative zero": b"-0.0",
    "a key of NUL": rb'{"\u0000": 1}',
    "nested 150 deep": b"[" * 150 + b"]" * 150,
    "a long text": b'"' + b"x" * 100_000 + b'"',
    "many keys": json.dumps({str(number): number for number in range(5000)}).encode(),
}


@pytest.mark.parametrize("name", KEPT)
def test_odd_but_well_formed_events_are_kept_whole(wire: Wire, log: Log, name: str) -> None:
    body = WITH_TEXT % (str(hash(name)).encode(), KEPT[name])
    assert wire(plain(body)) == 201
    assert wire(plain(body)) == 200
    assert log() == (1, 0)


REFUSED = {
    "NUL outside a text": (b'"a"\0', 400),
    "NUL in a text, unescaped": (b'"a\0b"', 400),
    "a lone high surrogate": (rb'"\ud800"', 422),
    "a lone low surrogate as a key": (rb'{"\udc00": 1}', 422),
    "an encoded surrogate": (b'"\xed\xa0\x80"', 400),
    "an overlong encoding": (b'"\xc0\xaf"', 400),
    "a number beyond a double": (b"1e999999", 422),
    "an integer of 10,000 digits": (b"9" * 10_000, 422),
    "Infinity": (b"Infinity", 400),
    "nested objects 10,000 deep": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 413),
    "opened 100,000 times and never closed": (b"[" * 100_000, 413),
    "a comment": (b"1 /* one */", 400),
    "a trailing comma": (b"[1,]", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_canonical_form_is_refused_and_kept_as_rejected(wire: Wire, log: Log, name: str) -> None:
    text, status = REFUSED[name]
    assert wire(plain(WITH_TEXT % (b"r", text))) == status
    assert log() == (0, 1)


def test_names_of_any_script_and_length(wire: Wire, log: Log) -> None:
    for name in ("данные", "数据集", "a" * 5000, "with/slash and space", "\N{ZERO WIDTH SPACE}", "a\0b", "~", "run:x"):
        assert wire(plain(json.dumps(event_of(name, inputs=[name], outputs=[name])).encode())) == 201
    assert log()[0] == 8


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/v1/lineage HTTP/9.9\r\n\r\n",
        b"\r\n" * 100 + b"x",
    ],
)
def test_what_is_no_request_of_ours_does_no_harm(wire: Wire, request_bytes: bytes) -> None:
    assert wire(request_bytes, hang_up=True) in {0, 400, 403}
    assert wire(plain(body_of())) == 201


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
PLACES = ["eventType", "eventTime", "run", "job", "inputs", "outputs", "producer", "schemaURL"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=JSON_VALUES)
def test_any_json_in_any_place_of_an_event_is_taken_or_refused(wire: Wire, place: str, value: object) -> None:
    assert wire(plain(json.dumps({**event_of(), place: value}).encode())) in {201, 422}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_reason(wire: Wire, body: bytes) -> None:
    assert wire(plain(body)) in {200, 400, 413, 422}
