"""The HTTP table of the interface page, row by row, against a real server."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import httpx
import pytest

from .conftest import body_of, event_of

JSON = {"Content-Type": "application/json"}
Log = Callable[[], tuple[int, int]]


def send(client: httpx.Client, body: bytes, path: str = "/api/v1/lineage", **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, content=body, headers={**JSON, **given})


def test_an_event_is_201_with_its_position_and_key_and_a_repeat_200_with_the_first(
    client: httpx.Client, log: Log
) -> None:
    body = body_of()
    first, other, again = send(client, body), send(client, body_of()), send(client, body)
    assert (first.status_code, other.status_code, again.status_code) == (201, 201, 200)
    assert other.json()["seq"] == first.json()["seq"] + 1
    assert again.json() == {**first.json(), "duplicate": True}
    assert len(first.json()["key"]) == 64
    assert first.json()["duplicate"] is False
    assert log() == (2, 0)


def test_another_spelling_of_the_same_event_is_a_repeat(client: httpx.Client) -> None:
    event = event_of()
    send(client, json.dumps(event).encode())
    turned = json.dumps(dict(reversed(event.items())), indent=2).encode()
    assert send(client, turned).status_code == 200


def test_the_first_bytes_are_kept(client: httpx.Client) -> None:
    body = b'{ "zeta" : 1.50, ' + body_of()[1:]
    send(client, body)
    answer = client.post("/graphql", json={"query": "{ events(first: 1) { edges { node { raw } } } }"})
    assert body in answer.content


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/api/v1/lineage", "application/json", lambda a, b: b"[" + a + b"," + b + b"]"),
        ("/api/v1/lineage", "application/x-ndjson", lambda a, b: a + b"\n\n" + b + b"\r\n"),
        ("/api/v1/lineage", "application/json", lambda a, b: a + b"\n" + b),
        ("/api/v1/lineage/batch", "application/json", lambda a, b: b" \n[" + a + b"," + b + b"]"),
        ("/api/v1/lineage/batch", "application/x-ndjson", lambda a, b: a + b"\n" + b),
    ],
)
def test_a_batch_is_200_with_the_summary(
    client: httpx.Client, path: str, kind: str, body: Callable[[bytes, bytes], bytes]
) -> None:
    before = send(client, body_of()).json()["seq"]
    answer = send(client, body(body_of(), body_of()), path, Content_Type=kind)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "success",
        "summary": {"received": 2, "successful": 2, "duplicates": 0, "failed": 0, "retriable": 0, "non_retriable": 0},
        "failed_events": [],
        "lastSeq": before + 2,
    }


def test_a_batch_keeps_what_is_usable_and_names_what_is_not(client: httpx.Client, log: Log) -> None:
    lines = [body_of(), b'{"eventTime": "yesterday"}', body_of(), b"{half"]
    answer = send(client, b"\n".join(lines), Content_Type="application/x-ndjson").json()
    assert answer["status"] == "partial_success"
    assert answer["summary"] == {
        "received": 4, "successful": 2, "duplicates": 0, "failed": 2, "retriable": 0, "non_retriable": 2,
    }  # fmt: skip
    assert [each["index"] for each in answer["failed_events"]] == [1, 3]
    assert all(each["reason"] for each in answer["failed_events"])
    assert log() == (2, 2)


def test_a_batch_says_how_many_were_there_before(client: httpx.Client, log: Log) -> None:
    known = body_of()
    send(client, known)
    answer = send(client, b"\n".join([known, body_of(), known, b"{half"]), Content_Type="application/x-ndjson").json()
    assert answer["summary"] == {
        "received": 4, "successful": 3, "duplicates": 2, "failed": 1, "retriable": 0, "non_retriable": 1,
    }  # fmt: skip
    assert log() == (2, 1)


def test_an_event_too_large_in_a_batch_is_refused_alone(client: httpx.Client, log: Log) -> None:
    big = body_of(run_facets={"big": {"text": "x" * 200_001}})
    answer = send(client, b"[" + big + b"," + body_of() + b"]").json()
    assert [each["index"] for each in answer["failed_events"]] == [0]
    assert log() == (1, 0)


@pytest.mark.parametrize(("body", "received"), [(b"[]", 0), (b" [ ] ", 0)])
def test_an_empty_batch_is_a_success(client: httpx.Client, body: bytes, received: int) -> None:
    answer = send(client, body)
    assert (answer.status_code, answer.json()["summary"]["received"]) == (200, received)


def test_more_events_than_one_put_takes(client: httpx.Client, log: Log) -> None:
    before = send(client, body_of()).json()["seq"]
    bodies = [body_of(f"job{number}") for number in range(450)]
    answer = send(client, b"\n".join(bodies), Content_Type="application/x-ndjson")
    assert answer.json()["summary"]["successful"] == 450
    assert answer.json()["lastSeq"] == before + 450
    assert log() == (451, 0)


ERRORS = {
    "empty": (b"", 400),
    "half a document": (body_of()[:-5], 400),
    "half an array": (b"[" + body_of(), 400),
    "NaN": (body_of()[:-1] + b', "x": NaN}', 400),
    "invalid UTF-8": (body_of()[:-1] + b', "x": "\xff"}', 400),
    "no JSON": (b"hello", 400),
    "null": (b"null", 422),
    "a text": (b'"event"', 422),
    "a number": (b"1", 422),
    "no eventTime": (b'{"run": {"runId": "r"}, "job": {"namespace": "n", "name": "j"}}', 422),
    "a time that is none": (body_of(time="yesterday"), 422),
    "a time outside int64 nanoseconds": (body_of(time="9999-01-01T00:00:00Z"), 422),
    "no run, no job, no dataset": (b'{"eventTime": "2026-01-01T00:00:00Z"}', 422),
    "a job without a name": (body_of(job=""), 422),
    "a number beyond a double": (body_of()[:-1] + b', "x": 1e999999}', 422),
    "a lone surrogate": (body_of()[:-1] + rb', "x": "\ud800"}', 422),
    "a key twice": (body_of()[:-1] + b', "x": 1, "x": 2}', 422),
    "nested 10,000 deep": (body_of()[:-1] + b', "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", 413),
    "an array nested 10,000 deep": (b"[" * 10_000 + b"]" * 10_000, 413),
    "larger than one event may be": (body_of(run_facets={"x": {"text": "x" * 200_001}}), 413),
    "larger than a request may be": (b" " * 1_000_001, 413),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_said_in_one_shape_and_nothing_of_it_is_in_the_log(
    client: httpx.Client, log: Log, name: str
) -> None:
    body, status = ERRORS[name]
    answer = send(client, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"code", "message", "hint"}
    assert all(answer.json().values())
    kept = 0 if "larger" in name else 1
    assert log() == (0, kept)
    assert send(client, body_of()).status_code == 201


@pytest.mark.parametrize(
    "name", [name for name in ERRORS if "array" not in name and name != "empty" and "request" not in name]
)
def test_the_same_fault_in_an_ndjson_batch_is_no_fault_of_the_others(client: httpx.Client, log: Log, name: str) -> None:
    body, _ = ERRORS[name]
    answer = send(client, body_of() + b"\n" + body + b"\n" + body_of(), Content_Type="application/x-ndjson")
    assert answer.status_code == 200
    assert [each["index"] for each in answer.json()["failed_events"]] == [1]
    assert log()[0] == 2


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data"]
)
def test_another_type_is_415(client: httpx.Client, kind: str) -> None:
    answer = send(client, body_of(), Content_Type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "BAD_REQUEST")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_another_encoding_is_415(client: httpx.Client, encoding: str) -> None:
    assert send(client, body_of(), Content_Encoding=encoding).status_code == 415


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/lineage/batch"])
def test_another_method_is_405(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert set(answer.json()) == {"code", "message", "hint"}


def test_gzip_is_accepted(client: httpx.Client) -> None:
    assert send(client, gzip.compress(body_of()), Content_Encoding="gzip").status_code == 201
    many = gzip.compress(b"[" + body_of() + b"," + body_of() + b"]")
    assert send(client, many, Content_Encoding="gzip").json()["summary"]["successful"] == 2


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(body_of())[:-20],
        gzip.compress(body_of())[:-1],
        b"\x1f\x8b",
        body_of(),
        gzip.compress(body_of()) + b"x",
    ],
    ids=["cut short", "without its last byte", "its first bytes", "none", "with a byte after it"],
)
def test_what_is_no_whole_gzip_is_400(client: httpx.Client, log: Log, body: bytes) -> None:
    answer = send(client, body, Content_Encoding="gzip")
    assert answer.status_code == 400
    assert log()[0] == 0


@pytest.mark.parametrize("text", [b" " * 50_000_000, b"[" + b" " * 50_000_000, b'{"x": "' + b"x" * 50_000_000])
def test_inflation_is_bounded(client: httpx.Client, log: Log, text: bytes) -> None:
    assert send(client, gzip.compress(text), Content_Encoding="gzip").status_code == 413
    assert log() == (0, 0)


def test_a_wrong_path_is_404_in_the_same_shape(client: httpx.Client) -> None:
    answer = client.post("/api/v2/lineage", json={})
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "hint"}
