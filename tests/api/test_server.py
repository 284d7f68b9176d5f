"""Starting and stopping: clear errors, logs without secrets, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from whence.api import server
from whence.api.server import BackgroundServer, PortTakenError, listen, url_of
from whence.errors import BadRequest, WhenceError
from whence.settings import Settings
from whence.store.port import PROJECTION

from .conftest import body_of

JSON = {"Content-Type": "application/json"}
PROGRAM = """
import sys
from whence.api import logs, server
from whence.settings import Settings
logs.configure()
bound = server.listen("127.0.0.1", 0)
server.serve(Settings(store=sys.argv[1]), bound, lambda: print(server.url_of(bound), flush=True))
print("stopped", flush=True)
"""


class Process:
    """`serve` in a process of its own."""

    def __init__(self, store: str) -> None:
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, store], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        self.started_within = time.monotonic() - self.began

    def signal(self, number: int) -> None:
        os.kill(self._process.pid, number)

    @property
    def writer(self) -> int:
        """The process that writes for it."""
        (child,) = [own for own, parent in processes() if parent == self._process.pid]
        return child

    def end(self) -> tuple[int, str, str]:
        out, err = self._process.communicate(timeout=30)
        return self._process.returncode, out, err


def read_if_there(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def processes() -> list[tuple[int, int]]:
    """Every process here and its parent."""
    if Path("/proc/self/stat").exists():
        stats = [text for file in Path("/proc").glob("[0-9]*/stat") if (text := read_if_there(file))]
        return [(int(stat.split()[0]), int(stat.rpartition(")")[2].split()[1])) for stat in stats]
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [(int(own), int(parent)) for own, parent in map(str.split, table.splitlines())]


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)) as caught:
            listen("127.0.0.1", port)
    assert "--port" in caught.value.hint


def test_an_address_of_another_machine_is_said_in_a_sentence() -> None:
    with pytest.raises(BadRequest, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_the_url_of_a_wildcard_address_can_be_opened() -> None:
    with listen("127.0.0.1", 0) as bound:
        assert url_of(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}"


def test_a_store_that_cannot_be_opened_is_raised_not_logged(tmp_path: Path) -> None:
    (tmp_path / "whence.db").write_text("this is no database, it is a text that is long enough to be sure of it" * 20)
    with pytest.raises(WhenceError) as caught, BackgroundServer(Settings(store=f"sqlite:///{tmp_path}/whence.db", port=0)):  # fmt: skip
        pass
    assert caught.value.hint


def test_what_was_sent_is_there_after_a_restart(own_settings: Settings) -> None:
    body = body_of()
    with BackgroundServer(own_settings) as running:
        assert httpx.post(f"{running.url}/api/v1/lineage", content=body, headers=JSON).status_code == 201
    with BackgroundServer(own_settings) as running:
        assert httpx.post(f"{running.url}/api/v1/lineage", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_amid_sending_loses_nothing_that_was_acknowledged(tmp_path: Path, number: int) -> None:
    store = f"sqlite:///{tmp_path}/whence.db"
    process = Process(store)
    acknowledged: list[str] = []

    def send() -> None:
        with httpx.Client(base_url=process.url) as client:
            while True:
                try:
                    answer = client.post("/api/v1/lineage", content=body_of(), headers=JSON)
                except httpx.HTTPError:
                    return
                if answer.status_code != 201:
                    return
                acknowledged.append(answer.json()["key"])

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    while len(acknowledged) < 20 and any(sender.is_alive() for sender in senders):
        time.sleep(0.01)
    process.signal(number)
    status, out, err = process.end()
    for sender in senders:
        sender.join()
    assert (status, out.split()) == (0, ["stopped"]), err
    assert "Traceback" not in err
    assert acknowledged
    assert set(acknowledged) <= set(keys_in(store))


def keys_in(store: str) -> list[str]:
    """What a service that is started now finds in the log."""
    with BackgroundServer(Settings(store=store, port=0)) as running:
        page = httpx.post(f"{running.url}/graphql", json={"query": "{ events(first: 1000) { edges { node { key } } } }"})  # fmt: skip
    return [edge["node"]["key"] for edge in page.json()["data"]["events"]["edges"]]


def test_killed_amid_sending_it_has_what_it_acknowledged_and_is_started_again_at_once(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/whence.db"
    process = Process(store)
    acknowledged: list[str] = []
    with httpx.Client(base_url=process.url) as client:
        while True:
            if len(acknowledged) == 20:
                threading.Timer(0.02, process.signal, [signal.SIGKILL]).start()
            try:
                answer = client.post("/api/v1/lineage", content=body_of(), headers=JSON)
            except httpx.HTTPError:
                break
            acknowledged.append(answer.json()["key"])
    process.end()
    kept = keys_in(store)
    assert acknowledged
    assert set(acknowledged) <= set(kept)
    assert len(kept) in (len(acknowledged), len(acknowledged) + 1), "what was sent last may be there or not"


def test_when_its_writer_is_killed_it_says_503_and_goes_on(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/whence.db"
    process = Process(store)
    bodies = [body_of() for _ in range(12)]
    answers: list[list[int]] = []
    with httpx.Client(base_url=process.url) as client:
        for number, body in enumerate(bodies):
            if number % 4 == 2:
                os.kill(process.writer, signal.SIGKILL)
            answers.append([])
            while answers[-1][-1:] not in ([200], [201]):
                answers[-1].append(client.post("/api/v1/lineage", content=body, headers=JSON).status_code)
        assert client.get("/ready").json() == {"status": "ready", "seq": len(bodies), "projection": PROJECTION}
    process.signal(signal.SIGTERM)
    status, _, err = process.end()
    assert status == 0
    assert [each for each in answers if each[:-1]] == [[503, 201]] * 3
    assert all(json.loads(line) for line in err.splitlines()), "its log stays JSON"
    assert len(keys_in(store)) == len(bodies)


def test_logs_are_json_and_hold_no_secret(tmp_path: Path) -> None:
    process = Process(f"sqlite:///{tmp_path}/whence.db")
    with httpx.Client(base_url=process.url, headers={"Authorization": "Bearer hush-key"}) as client:
        client.get("/?token=hush-query")
        client.get("/nothing/here?password=hush-query")
        client.post("/api/v1/lineage", content=b'{"password": "hush-body"', headers=JSON)
        client.post("/graphql", json={"query": "{ hushQuery }"})
    process.signal(signal.SIGTERM)
    _, _, err = process.end()
    lines = [json.loads(line) for line in err.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert "GET / 200" in {line["message"] for line in lines}
    assert "hush" not in err


def test_the_service_holds_no_socket_after_it_stopped(own_settings: Settings) -> None:
    with BackgroundServer(own_settings) as running:
        port = int(running.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_threads_give_way_sooner_while_serving_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(server, "_run", lambda *_, **__: seen.append(sys.getswitchinterval()))
    before = sys.getswitchinterval()
    with server.listen("127.0.0.1", 0) as bound:
        server.serve(Settings(), bound)
    assert seen == [pytest.approx(server.SWITCH_SECONDS)]
    assert sys.getswitchinterval() == before
