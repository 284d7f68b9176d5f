"""Without keys: open to this machine, closed to the web (Host, Origin). With keys: tests/api/test_access_keys.py."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from whence.api.server import BackgroundServer, listen
from whence.settings import Settings

from .conftest import body_of

ALL_PATHS = ["/", "/health", "/ready", "/metrics", "/graphql", "/api/v1/lineage"]


@pytest.fixture(scope="module")
def allowing() -> Iterator[httpx.Client]:
    settings = Settings(store="memory:", port=0, cors_origins=("https://lineage.example.com",))
    with BackgroundServer(settings) as running, httpx.Client(base_url=running.url) as asking:
        yield asking


@pytest.mark.parametrize("path", ALL_PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example.com", "evil.example.com:8760", "127.0.0.1.evil.com", "10.0.0.1", "", "[::"]
)
def test_a_host_that_is_not_this_machine_is_refused(client: httpx.Client, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "host", ["localhost:1", "LOCALHOST", "127.0.0.1", "127.8.9.1:80", "[::1]:8760", "whence.localhost"]
)
def test_every_name_of_this_machine_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "null", "http://127.0.0.1:1", "file://", "http://localhost"]
)
def test_a_foreign_origin_is_refused_and_its_event_is_not_taken(client: httpx.Client, origin: str) -> None:
    for path in ("/api/v1/lineage", "/graphql"):
        answer = client.post(path, content=body_of(), headers={"Origin": origin, "Content-Type": "application/json"})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_our_own_page_may_ask(service: BackgroundServer, client: httpx.Client) -> None:
    answer = client.post("/graphql", json={"query": "{ service { seq } }"}, headers={"Origin": service.url})
    assert answer.status_code == 200


def test_an_origin_that_is_allowed_may_ask_and_read(allowing: httpx.Client) -> None:
    origin = {"Origin": "https://lineage.example.com"}
    assert allowing.options("/graphql", headers=origin).headers["access-control-allow-origin"] == origin["Origin"]
    answer = allowing.post("/graphql", json={"query": "{ service { seq } }"}, headers=origin)
    assert answer.headers["access-control-allow-origin"] == origin["Origin"]
    assert allowing.get("/health", headers={"Origin": "https://other.example.com"}).status_code == 403


def test_an_app_that_others_reach_is_closed_even_without_any_key() -> None:
    settings = Settings(store="memory:", host="0.0.0.0")
    with BackgroundServer(settings, bound=listen("127.0.0.1", 0)) as running:
        assert httpx.get(f"{running.url}/metrics", trust_env=False).status_code == 401
        assert httpx.get(f"{running.url}/health", trust_env=False).status_code == 200
