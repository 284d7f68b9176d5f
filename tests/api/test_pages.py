"""The small pages: what they say, and the headers that keep a browser from doing what they never ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from whence.api import page
from whence.api.server import BackgroundServer
from whence.store.port import PROJECTION

from .conftest import body_of, event_of

PAGES = [*page.PATHS, "/home.css", "/health", "/ready", "/metrics", "/graphql", "/nothing"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in headers


def test_health_and_ready(client: httpx.Client) -> None:
    assert client.get("/health").json()["status"] == "alive"
    ready = client.get("/ready").json()
    assert (ready["status"], ready["projection"]) == ("ready", PROJECTION)


class Page(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


@pytest.fixture
def not_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation whose page was not built: no Node was at hand."""
    monkeypatch.setattr(page, "STATIC", tmp_path)


@pytest.mark.parametrize("path", page.PATHS)
def test_without_the_built_page_one_sentence_says_what_is_missing(
    client: httpx.Client, not_built: None, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert page.NOT_BUILT in answer.text


def test_the_built_page_is_served_for_each_of_its_paths_and_asked_for_each_time(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "index.html").write_text("<!doctype html><title>built</title>", "utf-8")
    monkeypatch.setattr(page, "STATIC", tmp_path)
    for path in page.PATHS:
        answer = client.get(path, params={"id": "asset/a/b", "view": "focus"})
        assert "<title>built</title>" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == page.CSP


@pytest.mark.needs("graphiql")
def test_the_page_loads_only_files_that_are_here_and_they_are_good_for_ever(client: httpx.Client) -> None:
    text = client.get("/").text
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    assert {name.rsplit(".", 1)[1] for name in loaded} == {"js", "css", "svg"}
    for asset in loaded:
        answer = client.get(asset)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    built = Page(text)
    assert "style" not in [*built.tags, *built.attributes]
    assert not [name for name in built.attributes if name.startswith("on")]
    assert built.tags.count("script") == len(built.attributes["src"])


def test_the_home_page_says_what_runs_and_loads_nothing_from_elsewhere(
    service: BackgroundServer, client: httpx.Client, not_built: None
) -> None:
    client.post("/api/v1/lineage", content=body_of(), headers={"Content-Type": "application/json"})
    answer = client.get("/")
    home = Page(answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert not {"script", "style", "img", "iframe", "form"} & set(home.tags)
    assert not [name for name in home.attributes if name == "style" or name.startswith("on")]
    assert f"export OPENLINEAGE_URL={service.url}" in answer.text
    assert "memory:" in answer.text
    assert "/graphql" in home.attributes["href"]
    loaded = [each for each in home.attributes["href"] if not each.startswith(("/", "data:"))]
    assert loaded == ["https://openlineage.io"]
    assert client.get("/home.css").headers["content-type"].startswith("text/css")


def test_the_command_of_the_home_page_works_as_it_stands(client: httpx.Client, not_built: None) -> None:
    import html

    text = html.unescape(client.get("/").text)
    example = re.search(r"-d '(\{.*?\n\})'", text, re.DOTALL)
    assert example is not None
    answer = client.post("/api/v1/lineage", content=example[1].encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert "$" not in re.sub(r"#/\$defs", "", text)


def test_a_hostile_host_is_not_echoed_into_the_page(client: httpx.Client) -> None:
    assert client.get("/", headers={"Host": 'localhost"><script>'}).status_code in {400, 403}


def test_metrics_count_what_happened(client: httpx.Client) -> None:
    def value(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} ([0-9.e+-]+)$", client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    names = {
        "accepted": 'whence_events_total{outcome="accepted"}',
        "duplicate": 'whence_events_total{outcome="duplicate"}',
        "rejected": 'whence_events_total{outcome="rejected"}',
        "created": 'whence_http_requests_total{path="/api/v1/lineage",status="201"}',
        "other": 'whence_http_requests_total{path="other",status="404"}',
        "puts": "whence_put_seconds_count",
        "seq": "whence_log_seq",
    }
    before = {key: value(name) for key, name in names.items()}
    body, headers = body_of(), {"Content-Type": "application/json"}
    for each in (body, body, b"{"):
        client.post("/api/v1/lineage", content=each, headers=headers)
    client.get("/some/where/else")
    after = {key: value(name) - before[key] for key, name in names.items()}
    assert after == {"accepted": 1, "duplicate": 1, "rejected": 1, "created": 1, "other": 1, "puts": 3, "seq": 1}
    assert value("whence_queue_events") == 0


@pytest.mark.needs("graphiql")
def test_a_browser_gets_graphiql(client: httpx.Client) -> None:
    answer = client.get("/graphql", headers={"Accept": "text/html,application/xhtml+xml"})
    assert "graphiql" in answer.text
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        loaded = client.get(asset)
        assert loaded.status_code == 200
        assert loaded.headers["x-content-type-options"] == "nosniff"


def test_without_graphiql_a_browser_gets_a_sentence_and_a_line_to_paste(
    service: BackgroundServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "STATIC", tmp_path)
    answer = client.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f"curl -s {service.url}/graphql" in answer.text


@pytest.mark.parametrize("path", ["/static/../api/app.py", "/static/%2e%2e/settings.py", "/static/nothing.js"])
def test_only_built_files_are_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_graphql_is_post_of_json_only(client: httpx.Client) -> None:
    query = '{"query": "{ service { seq } }"}'
    assert client.get("/graphql?query={service{seq}}").status_code == 405
    assert client.post("/graphql", content=query, headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.post("/graphql", data={"query": "{ service { seq } }"}).status_code == 415
    answer = client.post("/graphql", content=query, headers={"Content-Type": "application/json; charset=utf-8"})
    assert "errors" not in answer.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b'{"query": 1}', 400), (b'{"query": " "}', 400), (b'{"query": "{a}", "variables": []}', 400), (b'{"query": "{a}", "operationName": 1}', 400), (b"[" * 5000, 413)],
)  # fmt: skip
def test_a_malformed_question_is_an_error_in_the_usual_shape(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "hint"}


def test_events_over_graphql_and_rejected_events_again(
    client: httpx.Client, log: Callable[[], tuple[int, int]]
) -> None:
    def ask(query: str, **variables: object) -> dict:  # type: ignore[type-arg]
        answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]  # type: ignore[no-any-return]

    events = [event_of(), {"eventTime": "never"}, {"x": "\N{PILE OF POO}"}]
    sent = ask("mutation($e: [JSON!]!) { ingest(events: $e) { received accepted duplicates lastSeq failures { index code reason retriable } } }", e=events)["ingest"]  # fmt: skip
    assert (sent["received"], sent["accepted"], sent["duplicates"]) == (3, 1, 0)
    assert [each["index"] for each in sent["failures"]] == [1, 2]
    assert log() == (1, 2)
    newest = ask("{ rejected(first: 2) { edges { node { id code reason raw rawEncoding } } } }")["rejected"]["edges"]
    assert newest[0]["node"]["rawEncoding"] == "utf-8"
    again = ask("mutation($i: [ID!]!) { replayRejected(ids: $i) { received accepted failures { index code } } }", i=[newest[0]["node"]["id"], "987654"])["replayRejected"]  # fmt: skip
    assert again["accepted"] == 0
    assert [each["code"] for each in again["failures"]] == ["BAD_REQUEST", "NOT_FOUND"]
    assert log() == (1, 2), "what fails again is not kept again"


def test_a_refused_body_that_is_no_text_is_shown_in_base64(client: httpx.Client) -> None:
    client.post("/api/v1/lineage", content=b"\xff\xfe", headers={"Content-Type": "application/json"})
    answer = client.post("/graphql", json={"query": "{ rejected(first: 1) { edges { node { raw rawEncoding } } } }"})
    assert answer.json()["data"]["rejected"]["edges"][0]["node"] == {"raw": "//4=", "rawEncoding": "base64"}
