"""With keys: who may do what, what a refusal looks like, and what is kept of who sent an event. All over real sockets."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from whence.api import keys_file, page
from whence.api.keys import PREFIX, Key, Scope, sha256_of
from whence.api.server import BackgroundServer
from whence.settings import Settings

from .conftest import body_of, event_of

JSON = {"Content-Type": "application/json"}
EVENTS = "/api/v1/lineage"
PAGE = "https://lineage.example.com"
KEYS = {
    "reader": (Scope.READ, f"{PREFIX}of-a-test-that-reads"),
    "ci": (Scope.WRITE, f"{PREFIX}of-a-test-that-writes"),
    "boss": (Scope.ADMIN, f"{PREFIX}of-a-test-that-may-all"),
}


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[name][1]}"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundServer]:
    """A service on loopback with three keys, two in a file and one in its settings."""
    path = tmp_path_factory.mktemp("user-data") / "keys.json"
    stored = tuple(Key(name, KEYS[name][0], sha256_of(KEYS[name][1].encode())) for name in ("reader", "ci"))
    keys_file.change(path, lambda _: stored)
    settings = Settings(
        store="memory:", port=0, cors_origins=(PAGE,), api_keys=f"boss:admin:{sha256_of(KEYS['boss'][1].encode())}"
    )
    with BackgroundServer(settings, keys_file=path) as running:
        yield running


@pytest.fixture
def client(closed: BackgroundServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=closed.url, trust_env=False) as asking:
        yield asking


def ask(client: httpx.Client, query: str, name: str | None = None, **variables: Any) -> httpx.Response:
    return client.post("/graphql", json={"query": query, "variables": variables}, headers=bearer(name) if name else {})


def send(client: httpx.Client, name: str | None = None, **headers: str) -> httpx.Response:
    return client.post(EVENTS, content=body_of(), headers=JSON | (bearer(name) if name else {}) | headers)


# What needs a key


@pytest.mark.parametrize("path", ["/", "/home.css", "/health", "/ready"])
def test_what_holds_no_data_needs_no_key(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_page_of_graphiql_needs_no_key_and_what_it_asks_does(client: httpx.Client) -> None:
    assert client.get("/graphql", headers={"Accept": "text/html"}).status_code == 200
    assert ask(client, "{ service { seq } }").status_code == 401


def test_the_home_page_tells_a_stranger_nothing_of_what_is_held(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "STATIC", tmp_path)
    send(client, "ci")
    text = client.get("/").text
    assert "memory:" not in text
    assert "asks for a key" in text
    assert "OPENLINEAGE_API_KEY" in text
    assert "<b>" not in text
    assert set(client.get("/ready").json()) == {"status", "projection"}


@pytest.mark.parametrize("path", ["/metrics", "/nothing", "/metrics/", "/static", "/Health", "/health/"])
def test_every_other_path_needs_a_key_also_one_that_is_not_there(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("name", "metrics", "question", "event"),
    [(None, 401, 401, 401), ("reader", 200, 200, 403), ("ci", 200, 200, 201), ("boss", 200, 200, 201)],
)
def test_each_scope_may_do_what_its_name_says(
    client: httpx.Client, name: str | None, metrics: int, question: int, event: int
) -> None:
    assert client.get("/metrics", headers=bearer(name) if name else {}).status_code == metrics
    assert ask(client, "{ service { seq } }", name).status_code == question
    assert send(client, name).status_code == event
    batch = client.post(f"{EVENTS}/batch", content=body_of(), headers=JSON | (bearer(name) if name else {}))
    assert batch.status_code == (200 if event == 201 else event)


def test_mutations_need_what_their_http_twins_need(client: httpx.Client) -> None:
    mutations = {
        "ingest": ("mutation($e: [JSON!]!) { ingest(events: $e) { accepted } }", {"e": [event_of()]}),
        "replay": ("mutation { replayRejected(ids: []) { received } }", {}),
    }
    may = {("ingest", "ci"), ("ingest", "boss"), ("replay", "boss")}
    for doing, (query, variables) in mutations.items():
        for name in KEYS:
            answer = ask(client, query, name, **variables).json()
            if (doing, name) in may:
                assert "errors" not in answer, (doing, name)
            else:
                (error,) = answer["errors"]
                assert error["extensions"]["code"] == "FORBIDDEN", (doing, name)
                assert "--scope" in error["extensions"]["hint"]


def test_a_refused_event_is_not_kept_in_any_way(client: httpx.Client) -> None:
    counts = "{ service { seq rejected } }"
    before = ask(client, counts, "reader").json()
    for name, body in ((None, body_of()), ("reader", body_of()), ("reader", b"{no json"), (None, b"{no json")):
        client.post(EVENTS, content=body, headers=JSON | (bearer(name) if name else {}))
    assert ask(client, counts, "reader").json() == before


# What a refusal looks like


def test_401_and_403_have_the_one_shape_and_say_what_would_do(client: httpx.Client) -> None:
    unknown, small = send(client), send(client, "reader")
    for answer in (unknown, small):
        assert set(answer.json()) == {"code", "message", "hint"}
        assert "whence keys create NAME --scope write" in answer.json()["hint"]
    assert unknown.headers["www-authenticate"] == 'Bearer realm="whence"'
    assert small.headers["www-authenticate"] == 'Bearer realm="whence", error="insufficient_scope", scope="write"'
    assert "reader" in small.json()["message"]


def test_a_large_body_without_a_key_is_answered_not_cut_off(client: httpx.Client) -> None:
    answer = client.post(EVENTS, content=b"[" + b" " * 8_000_000 + b"]", headers=JSON)
    assert answer.status_code == 401
    assert client.get("/health").status_code == 200


CI = KEYS["ci"][1].encode()


@pytest.mark.parametrize(
    "given",
    [
        [b""], [CI], [b"Bearer"], [b"Bearer "], [b"Basic " + CI], [b"bearer:" + CI], [b"Bearer " + CI + b" x"], [b"Bearer x " + CI],
        [b"Bearer " + CI, b"Bearer " + CI], [b"Bearer x", b"Bearer " + CI], [b"Bearer " + CI[:-1]], [b"Bearer " + CI + b"A"],
        [b"Bearer " + CI.upper()], [b"Bearer " + CI[len(PREFIX):]], [b"Bearer " + hashlib.sha256(CI).hexdigest().encode()],
        [b"Bearer \xf6\xff\xfe"], [b"Bearer " + "whence_\u00f6".encode()], [b"Bearer " + b"a" * 60_000], [b"Bearer ci"], [b"Bearer '" + CI + b"'"],
    ],
)  # fmt: skip
def test_what_is_no_single_known_bearer_key_is_401(closed: BackgroundServer, given: list[bytes]) -> None:
    headers = [(b"Content-Type", b"application/json"), *((b"Authorization", value) for value in given)]
    answer = raw_post(closed, headers)
    assert answer.startswith(b"HTTP/1.1 401 "), answer[:200]
    assert b"www-authenticate: Bearer" in answer
    assert CI not in answer


@pytest.mark.parametrize("given", [b"bearer " + CI, b"BEARER   " + CI + b"  ", b"Bearer\x20" + CI])
def test_the_scheme_is_read_in_any_case(closed: BackgroundServer, given: bytes) -> None:
    assert raw_post(closed, [(b"Authorization", given)]).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize("given", [b"Bearer \x00" + CI, b"Bearer " + CI + b"\x00"])
def test_nul_in_a_header_never_gets_in(closed: BackgroundServer, given: bytes) -> None:
    status = raw_post(closed, [(b"Authorization", given)]).split(b" ", 2)[1]
    assert status in {b"400", b"401"}


def raw_post(service: BackgroundServer, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The response to a POST of one event with these bytes as headers, as no client would send them."""
    body = body_of()
    lines = [b"POST /api/v1/lineage HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close"]
    lines += [b"Content-Length: %d" % len(body), *(name + b": " + value for name, value in headers)]
    url = httpx.URL(service.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as line:
        line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        received = b""
        while part := line.recv(65536):
            received += part
    return received


@pytest.mark.parametrize("place", ["/metrics?api_key={}", "/metrics?access_token={}", "/metrics?token={}"])
def test_a_key_in_a_url_is_not_looked_at(client: httpx.Client, place: str) -> None:
    assert client.get(place.format(KEYS["boss"][1])).status_code == 401


# Host and Origin


def test_with_keys_host_and_origin_decide_nothing(client: httpx.Client) -> None:
    assert send(client, "ci", Host="lineage.example.com").status_code == 201
    answer = send(client, "ci", Origin="https://evil.example.com")
    assert answer.status_code == 201
    assert "access-control-allow-origin" not in answer.headers


def test_a_preflight_brings_no_key_and_is_answered_for_allowed_origins_only(client: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    for path in ("/graphql", EVENTS):
        allowed = client.options(path, headers=asked | {"Origin": PAGE})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == PAGE
        assert {"authorization", "content-type"} <= set(allowed.headers["access-control-allow-headers"].split(", "))
        assert "POST" in allowed.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in allowed.headers
        foreign = client.options(path, headers=asked | {"Origin": "https://evil.example.com"})
        assert not [name for name in foreign.headers if name.startswith("access-control-")]
        assert foreign.headers["vary"] == "Origin"


def test_an_allowed_page_can_read_why_it_was_refused(client: httpx.Client) -> None:
    answer = send(client, Origin=PAGE)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, PAGE)
    assert "www-authenticate" in answer.headers["access-control-expose-headers"]


# Who sent it


def test_the_name_of_the_key_is_kept_beside_what_it_sent(client: httpx.Client) -> None:
    one = event_of("kept")
    client.post(EVENTS, json=one, headers=bearer("ci"))
    client.post(EVENTS, json=one, headers=bearer("boss"))
    ask(client, "mutation($e: [JSON!]!) { ingest(events: $e) { accepted } }", "boss", e=[event_of("other")])
    client.post(EVENTS, content=b"{broken", headers=JSON | bearer("ci"))
    answer = ask(
        client,
        "{ events(first: 2) { edges { node { sender raw } } } rejected(first: 1) { edges { node { sender raw } } } }",
        "reader",
    ).json()["data"]
    shown = {edge["node"]["raw"]["job"]["name"]: edge["node"]["sender"] for edge in answer["events"]["edges"]}
    assert shown == {"kept": "ci", "other": "boss"}
    assert answer["rejected"]["edges"][0]["node"] == {"sender": "ci", "raw": "{broken"}


def test_an_open_service_keeps_no_name(service: BackgroundServer) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as open_client:
        open_client.post(EVENTS, content=body_of(), headers=JSON | bearer("ci"))
        answer = ask(open_client, "{ events(first: 1) { edges { node { sender } } } }").json()
    assert answer["data"]["events"]["edges"][0]["node"]["sender"] is None


def test_no_key_stands_in_logs_errors_or_metrics(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = "whence_" + "s" * 43
    told = [
        send(client, "reader"), send(client, "ci"), send(client, Authorization=f"Bearer {stranger}"), send(client, Authorization=stranger),
        client.get(f"/metrics?key={stranger}"), client.get("/metrics", headers=bearer("reader")), ask(client, "{ nonsense }", "reader"),
    ]  # fmt: skip
    shown = "".join(answer.text + json.dumps(dict(answer.headers)) for answer in told)
    shown += "".join(
        json.dumps(record.__dict__, default=str) for record in caplog.records if record.name.startswith("whence")
    )
    noted = {(record.getMessage(), getattr(record, "caller", None)) for record in caplog.records}
    assert {
        ("POST /api/v1/lineage 401", None),
        ("POST /api/v1/lineage 403", "reader"),
        ("POST /graphql 200", "reader"),
    } <= noted
    for secret in (
        stranger,
        *(key for _, key in KEYS.values()),
        *(sha256_of(key.encode()) for _, key in KEYS.values()),
    ):
        assert secret not in shown


def test_keys_of_the_settings_alone_close_the_service(tmp_path: Path) -> None:
    settings = Settings(store="memory:", port=0, api_keys=f"ci:write:{sha256_of(b'secret')}")
    with BackgroundServer(settings) as running, httpx.Client(base_url=running.url, trust_env=False) as asking:
        assert asking.get("/metrics").status_code == 401
        assert asking.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200
