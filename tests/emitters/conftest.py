"""A real HTTP receiver on loopback, and a home and spool of each test's own."""

from __future__ import annotations

import gzip
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from whence_emitters.ids import new_run_id, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


MakeEvent: TypeAlias = "Callable[..., dict[str, Any]]"


class Receiver:
    """Answers POST /api/v1/lineage as `status` says and remembers every event in the order of arrival."""

    def __init__(self) -> None:
        self.status = 201
        self.status_of: dict[str, int] = {}
        self.body = b"{}"
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                event = json.loads(body)
                receiver.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status = receiver.status_of.get(event["eventType"], receiver.status)
                if status < 300:
                    receiver.events.append(event)
                self.send_response(status)
                if status in {301, 302, 307}:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def types(self) -> list[str]:
        return [event["eventType"] for event in self.events]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    """One receiver for all tests of a module, for what is too slow to run twice."""
    with receiving() as one:
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a spool and an environment without anybody's OpenLineage settings; this process only spools."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("OPENLINEAGE", "WHENCE", "GIT_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("WHENCE_SPOOL", str(folder / "spool"))
    monkeypatch.setenv("WHENCE_EMIT_SEND", "later")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return folder


@pytest.fixture
def spooled(home: Path) -> Any:
    """Reads the events that wait in the spool, first in the queue first."""

    def read() -> list[dict[str, Any]]:
        folder = home / "spool" / "pending"
        return [json.loads(path.read_bytes()) for path in sorted(folder.glob("0*.json"))] if folder.exists() else []

    return read


@pytest.fixture
def make_event() -> MakeEvent:
    """Makes a small whole event, with the given run facets."""
    return _event


def _event(**run_facets: Any) -> dict[str, Any]:
    return {
        "eventType": "COMPLETE",
        "eventTime": now(),
        "producer": "https://example.com/p",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": new_run_id(), "facets": run_facets},
        "job": {"namespace": "ns", "name": "job", "facets": {}},
        "inputs": [
            {
                "namespace": "file",
                "name": "/a",
                "facets": {"x": {"list": [], "n": 2**60}},
                "inputFacets": {"y": {"f": 0.1}},
            }
        ],
        "outputs": [{"namespace": "file", "name": "/b", "facets": {}, "outputFacets": {}}],
    }
