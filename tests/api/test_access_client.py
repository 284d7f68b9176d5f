"""OpenLineage's own client, with the key that it is configured to send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import requests
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport

from whence.api.keys import sha256_of
from whence.api.server import BackgroundServer
from whence.settings import Settings

KEY, SMALL = "whence_of-a-test-that-writes", "whence_of-a-test-that-reads"


@pytest.fixture(scope="module")
def closed() -> Iterator[BackgroundServer]:
    keys = f"airflow:write:{sha256_of(KEY.encode())},grafana:read:{sha256_of(SMALL.encode())}"
    with BackgroundServer(Settings(store="memory:", port=0, api_keys=keys)) as running:
        yield running


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No configuration of this machine reaches the client, and nothing that it sets reaches another test."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("OPENLINEAGE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    yield
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE") and name not in before]:
        del os.environ[name]


def event() -> RunEvent:
    from openlineage.client.uuid import generate_new_uuid

    return RunEvent(
        eventType=RunState.COMPLETE,
        eventTime="2026-01-31T09:30:00Z",
        run=Run(runId=str(generate_new_uuid())),
        job=Job(namespace="risk", name="train"),
        producer="https://example.com/tests",
    )


def senders(service: BackgroundServer) -> list[str | None]:
    answer = httpx.post(
        f"{service.url}/graphql",
        json={"query": "{ events(first: 1000) { edges { node { sender } } } }"},
        headers={"Authorization": f"Bearer {SMALL}"},
        trust_env=False,
    ).json()
    return [edge["node"]["sender"] for edge in answer["data"]["events"]["edges"]]


def test_the_key_of_the_environment_is_taken_and_its_name_kept(
    closed: BackgroundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", closed.url)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", KEY)
    before = len(senders(closed))
    OpenLineageClient().emit(event())
    assert senders(closed)[: -before or None] == ["airflow"]


def test_the_key_of_a_configuration_file_is_taken(
    closed: BackgroundServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "openlineage.yml"
    file.write_text(
        f"transport:\n  type: http\n  url: {closed.url}\n  compression: gzip\n  auth: {{type: api_key, apiKey: {KEY}}}\n"
    )
    monkeypatch.setenv("OPENLINEAGE_CONFIG", str(file))
    before = len(senders(closed))
    OpenLineageClient().emit(event())
    assert len(senders(closed)) == before + 1


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("whence_unknown", 401), (SMALL, 403)])
def test_without_the_right_key_the_client_raises_at_once(
    closed: BackgroundServer, key: str | None, status: int
) -> None:
    config = HttpConfig(url=closed.url, auth=ApiKeyTokenProvider({"apiKey": key}) if key else None)  # type: ignore[arg-type]
    given = HttpConfig(url=closed.url) if config.auth is None else config
    client = OpenLineageClient(transport=HttpTransport(given))
    before = len(senders(closed))
    with pytest.raises(requests.HTTPError) as raised:
        client.emit(event())
    assert raised.value.response.status_code == status
    assert len(senders(closed)) == before
