"""A system of the tests' own, whose source is a list of records, and a service that takes batches."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest

from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.importing.events import Run, dataset, derived_run_id
from whence_emitters.importing.registry import SYSTEMS, System
from whence_emitters.importing.times import from_seconds
from whence_emitters.parents import RunRef


def record(number: int, *, note: str = "", stamp: str = "") -> Record:
    """The record of run `number`: a START and a COMPLETE."""
    ref = RunRef("toy", "step", derived_run_id("toy", "here", str(number)))
    output = dataset("toy", f"out-{number}", note or "1")
    return Record(
        str(number),
        Run(ref, from_seconds(number), from_seconds(number + 1), "COMPLETE", outputs=[output]).events(),
        stamp,
    )


class Toy:
    """The source: change `records` between imports. `made` counts those that were made at all."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.made = 0
        self.options: dict[str, Any] = {}

    def read(self, reading: Reading) -> Iterator[Record]:
        self.options = dict(reading.options)
        for one in self.records:
            if one.stamp and reading.unchanged(one.key, one.stamp):
                continue
            self.made += 1
            yield one


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    source = Toy()
    module = ModuleType("toy_system")
    options = (Option("path", "paths", "GLOB", many=True), Option("host", "a host", "NAME"), Option("deep", "a flag"))
    module.IMPORTER = Importer(
        "toy", "a list of records", "whence-emit import toy x", lambda reading: reading.location, source.read, options
    )  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toy_system", module)
    monkeypatch.setitem(SYSTEMS, "toy", System("toy_system", "a list"))
    return source


class Service:
    """Answers POST …/batch as OpenLineage's specification says, and single events when `has_batches` is False."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.refuses: set[str] = set()
        self.retriable = False
        self.has_batches = True
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, answer = service.take(self.path, body)
                said = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def take(self, path: str, body: Any) -> tuple[int, Any]:
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return status, {}
        if path.endswith("/batch"):
            if not self.has_batches:
                return 404, {}
            failed = [
                {"index": place, "reason": "no good", "retriable": self.retriable}
                for place, event in enumerate(body)
                if event["run"]["runId"] in self.refuses
            ]
            self.events += [event for event in body if event["run"]["runId"] not in self.refuses]
            return 200, {"status": "success", "failed_events": failed}
        self.events.append(body)
        return 201, {}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    one = Service()
    monkeypatch.setenv("OPENLINEAGE_URL", one.url)
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def make_record() -> Any:
    return record
