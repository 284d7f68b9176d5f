"""The server's answers, from a stub: no live server of W&B was asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from tests.systems.graphs import History, events_of, import_all

from whence_emitters.errors import SourceError

RECORDS = Path(__file__).parent / "records" / "wandb-0.31.0"
MANIFEST = "94a6d8943546d4264bcbec9a49fc766a"


class Stub(BaseHTTPRequestHandler):
    """Knows one run; the artifacts that it used come on two pages."""

    asked: ClassVar[list[tuple[str, str]]] = []
    status = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.headers["Authorization"], asked["variables"]["run"]))
        body = json.dumps({"data": {"project": {"run": self._run(asked)}}}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _run(self, asked: dict[str, Any]) -> Any:
        if asked["variables"]["run"] != "train2":
            return None
        if "outputArtifacts" in asked["query"]:
            return _page([_node("risk-model", 4, MANIFEST, "model")], None)
        if asked["variables"]["cursor"] is None:
            return _page([_node("clean-data", 7, "1" * 32)], "next")
        return _page([_node("risk-base", 2, "2" * 32, "model", project="zoo")], None)

    def log_message(self, *_: object) -> None:
        pass


def _page(nodes: list[Any], cursor: str | None) -> Any:
    edges = [{"node": node} for node in nodes]
    return {"artifacts": {"edges": edges, "pageInfo": {"endCursor": cursor, "hasNextPage": cursor is not None}}}


def _node(name: str, number: int, digest: str, kind: str = "dataset", project: str = "risk") -> Any:
    sequence = {"name": name, "project": {"name": project, "entity": {"name": "acme"}}}
    return {
        "versionIndex": number,
        "digest": digest,
        "size": 8,
        "artifactType": {"name": kind},
        "artifactSequence": sequence,
    }


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Stub, "asked", [])
    monkeypatch.setattr(Stub, "status", 200)
    monkeypatch.setenv("WANDB_API_KEY", "key-of-ada")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS, tmp_path / "wandb"))


def test_the_server_names_what_was_used_and_numbers_what_was_logged(source: Path, host: str) -> None:
    history = History(events_of("wandb", source, host=host, api=True))
    run = (
        "run/"
        + next(uid for uid in history.nodes if uid.startswith("run/") and history.nodes[uid]["state"] == "FAIL")[4:]
    )
    mine = {line for line in history.edges("USED", "GENERATED_BY") if run in line}
    assert mine == {
        f"{run} USED version/wandb://{host}/acme/risk/clean-data/v7",
        f"{run} USED version/wandb://{host}/acme/zoo/risk-base/v2",
        f"version/wandb://{host}/acme/risk/risk-model/v4 GENERATED_BY {run}",
    }
    assert {run_id for _, run_id in Stub.asked} == {"prepare1", "train1", "train2"}


def test_a_run_that_the_server_does_not_know_is_told_by_its_file(source: Path, host: str) -> None:
    _, _, reading = import_all("wandb", source / "offline-run-20261121_205641-train1", host=host, api=True)
    assert any(what == "inputs" for what, _ in reading.missing)


def test_nothing_is_asked_without_the_option(source: Path, host: str) -> None:
    events_of("wandb", source, host=host)
    assert Stub.asked == []


def test_a_refusal_is_a_message_without_the_key(source: Path, host: str) -> None:
    Stub.status = 403
    with pytest.raises(SourceError, match="answers with status 403") as error:
        events_of("wandb", source, host=host, api=True)
    assert "key-of-ada" not in str(error.value)


def test_a_redirect_is_not_followed(source: Path, host: str) -> None:
    Stub.status = 302
    with pytest.raises(SourceError, match="status 302"):
        events_of("wandb", source, host=host, api=True)


def test_no_key_is_a_message(source: Path, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WANDB_API_KEY")
    with pytest.raises(SourceError, match="There is no key for"):
        events_of("wandb", source, host=host, api=True)
    netrc = Path.home() / ".netrc"
    netrc.write_text(f"machine {host} login user password from-netrc\n")
    netrc.chmod(0o600)
    events_of("wandb", source, host=host, api=True)
    assert Stub.asked[0][0].startswith("Basic ")
