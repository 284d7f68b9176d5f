"""Delivery through the OpenLineage client: its configuration holds, and the outcome of each answer is known."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from whence_emitters.transport import Outcome, deliver, open_client

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeEvent, Receiver


def test_an_event_arrives_as_it_was_spooled(
    make_event: MakeEvent, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "k3y")
    before = dict(os.environ)
    client = open_client()
    assert client
    sent = make_event(seeds={"seeds": {"python": 7}})
    assert deliver(client, sent).outcome is Outcome.DELIVERED
    (got,) = receiver.events
    assert got["run"]["facets"].pop("tags"), "the client's own tag, as its configuration says"
    assert got == sent
    path, headers = receiver.requests[0]
    assert (path, headers["authorization"]) == ("/api/v1/lineage", "Bearer k3y")
    assert dict(os.environ) == before, "nothing is left in the environment for child processes"


@pytest.mark.parametrize("way", ["variables", "file", "async"])
def test_every_configuration_of_the_client_holds(
    make_event: MakeEvent, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    config = {"type": "http", "url": receiver.url, "endpoint": "custom", "compression": "gzip"}
    if way == "file":
        (tmp_path / "ol.yml").write_text(json.dumps({"transport": config}))
        monkeypatch.setenv("OPENLINEAGE_CONFIG", str(tmp_path / "ol.yml"))
    else:
        for key, value in config.items():
            monkeypatch.setenv(f"OPENLINEAGE__TRANSPORT__{key.upper()}", value)
        if way == "async":
            monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "async_http")
    client = open_client()
    assert client
    assert deliver(client, make_event()).outcome is Outcome.DELIVERED
    path, headers = receiver.requests[0]
    assert (path, headers["content-encoding"]) == ("/custom", "gzip")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, Outcome.DELIVERED), (201, Outcome.DELIVERED)]
    + [(status, Outcome.REJECTED) for status in (400, 404, 413, 422)]
    + [(status, Outcome.TRY_LATER) for status in (401, 403, 408, 429, 500, 503, 302)],
)
def test_answers(
    make_event: MakeEvent, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int, outcome: Outcome
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    receiver.status, receiver.body = status, b'{"message": "because", "password=hunter2": 1}'
    client = open_client()
    assert client
    delivery = deliver(client, make_event())
    assert delivery.outcome is outcome
    assert len(receiver.requests) == 1, "neither retried nor redirected"
    if outcome is Outcome.REJECTED:
        assert f"HTTP {status}" in delivery.reason
        assert "because" in delivery.reason
        assert "hunter2" not in delivery.reason


def test_no_answer_is_try_later_without_the_password(make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://ann:hunter2@127.0.0.1:9")
    client = open_client()
    assert client
    delivery = deliver(client, make_event())
    assert delivery.outcome is Outcome.TRY_LATER
    assert "hunter2" not in delivery.reason


@pytest.mark.parametrize("broken", [{}, {"eventType": "COMPLETE"}, [], "text"])
def test_what_is_no_event_is_rejected_and_not_sent(
    make_event: MakeEvent, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    client = open_client()
    assert client
    assert deliver(client, broken).outcome is Outcome.REJECTED
    assert receiver.requests == []


def test_without_a_destination_or_when_disabled_there_is_no_client(
    make_event: MakeEvent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_client() is None
    (tmp_path / "ol.yml").write_text("facets: {}\n")
    monkeypatch.setenv("OPENLINEAGE_CONFIG", str(tmp_path / "ol.yml"))
    assert open_client() is None, "a file without a transport would print events to the console"
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    assert open_client() is None


def test_variables_of_the_sending_process_are_not_added(
    make_event: MakeEvent, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    monkeypatch.setenv("OPENLINEAGE__FACETS__ENVIRONMENT_VARIABLES", '["HOME"]')
    client = open_client()
    assert client
    deliver(client, make_event())
    assert "environmentVariables" not in receiver.events[0]["run"]["facets"]
