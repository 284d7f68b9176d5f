"""Batches over HTTP as OpenLineage's specification says, single events where there are none, and a clear word when the service is away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whence_emitters.errors import DestinationError
from whence_emitters.importing import Record, import_history
from whence_emitters.importing.facets import tags


def tagged(record: Record) -> Record:
    """The record with tags on its run and its job, to which the client adds its own."""
    start, end = record.events
    facets = {"tags": tags({"author": "Ada"}, of="Run", source="git")}
    job_facets = {"tags": tags({"team": "risk"}, of="Job", source="git")}
    told = end | {"run": end["run"] | {"facets": facets}, "job": end["job"] | {"facets": job_facets}}
    return Record(record.key, (start, told))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence_emitters.importing.destination._FIRST_WAIT_SECONDS", 0.0)


def test_events_go_in_batches_with_the_key_in_a_header(
    toy: Any, make_record: Any, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "sesame")
    toy.records = [make_record(n) for n in range(150)]
    done, _ = import_history("toy", "x")
    assert done.sent == 150
    assert service.events == [event for one in toy.records for event in one.events]
    assert [path for path, _ in service.requests] == ["/api/v1/lineage/batch"] * 2
    assert {headers["authorization"] for _, headers in service.requests} == {"Bearer sesame"}
    assert import_history("toy", "x")[0].sent == 0


def test_a_service_without_batches_gets_single_events(toy: Any, make_record: Any, service: Any) -> None:
    service.has_batches = False
    toy.records = [make_record(1)]
    assert import_history("toy", "x")[0].sent == 1
    assert [path for path, _ in service.requests] == ["/api/v1/lineage/batch", "/api/v1/lineage", "/api/v1/lineage"]
    assert [event["eventType"] for event in service.events] == ["START", "COMPLETE"]


def test_a_full_service_is_waited_for(toy: Any, make_record: Any, service: Any) -> None:
    service.statuses = [503, 503, 200]
    toy.records = [make_record(1)]
    assert import_history("toy", "x")[0].sent == 1


@pytest.mark.parametrize(
    ("status", "hint"),
    [(400, "goes on"), (401, "OPENLINEAGE_API_KEY"), (413, "WHENCE_MAX_BATCH_BYTES"), (307, "OPENLINEAGE_URL")],
)
def test_a_service_that_takes_no_batch_at_all_ends_the_import(
    toy: Any, make_record: Any, service: Any, status: int, hint: str
) -> None:
    service.statuses = [status] * 10
    toy.records = [make_record(1)]
    with pytest.raises(DestinationError, match=f"HTTP {status}") as told:
        import_history("toy", "x")
    assert hint in told.value.hint
    assert len(service.requests) == 1, "asking again would not help"
    service.statuses = []
    assert import_history("toy", "x")[0].sent == 1


def test_what_the_service_refuses_for_good_is_reported(toy: Any, make_record: Any, service: Any) -> None:
    toy.records = [make_record(1), make_record(2)]
    service.refuses = {toy.records[0].events[0]["run"]["runId"]}
    done, _ = import_history("toy", "x")
    assert (done.sent, done.refused) == (1, [("1", "no good")])


def test_what_the_service_puts_off_is_sent_again(toy: Any, make_record: Any, service: Any) -> None:
    toy.records = [make_record(1)]
    service.refuses, service.retriable = {toy.records[0].events[0]["run"]["runId"]}, True
    with pytest.raises(DestinationError):
        import_history("toy", "x")
    service.refuses = set()
    assert import_history("toy", "x")[0].sent == 1


def test_nobody_there(toy: Any, make_record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    toy.records = [make_record(1)]
    with pytest.raises(DestinationError, match="goes on where it stopped") as told:
        import_history("toy", "x")
    assert told.value.message == "Nothing takes events at http://127.0.0.1:9."


def test_other_transports_of_the_client(
    toy: Any, make_record: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(tmp_path / "events.ndjson"))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    toy.records = [make_record(1), tagged(make_record(2))]
    done, _ = import_history("toy", "x")
    assert (done.sent, done.refused) == (2, [])
    lines = [json.loads(line) for line in (tmp_path / "events.ndjson").read_text().splitlines()]
    assert len(lines) == 4
    assert {"key": "author", "value": "Ada", "source": "git"} in lines[3]["run"]["facets"]["tags"]["tags"]
    assert {"key": "team", "value": "risk", "source": "git"} in lines[3]["job"]["facets"]["tags"]["tags"]
