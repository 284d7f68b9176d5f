"""Sending from the spool: in order, to the end, without holding anything up."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from whence_emitters.sender import BackgroundSender, Sent, flush
from whence_emitters.spool import Spool
from whence_emitters.transport import open_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import MakeEvent, Receiver

    Put = Callable[..., None]

JOB = """
import time; started = time.monotonic()
from whence_emitters import step
with step("a") as s:
    s.param("n", 1)
print(time.monotonic() - started)
"""


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", 10**7)


@pytest.fixture
def silent() -> Iterator[str]:
    """A service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def put(spool: Spool, make_event: MakeEvent) -> Put:
    def put(*types: str) -> None:
        for one in types:
            spool.put(make_event() | {"eventType": one})

    return put


def test_everything_goes_in_order(spool: Spool, put: Put, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    put("START", "RUNNING", "COMPLETE")
    client = open_client()
    assert client
    assert flush(spool, client, lock_wait_seconds=0) == Sent(delivered=3)
    assert receiver.types() == ["START", "RUNNING", "COMPLETE"]
    assert spool.pending() == []


def test_a_refused_event_is_set_aside_and_those_behind_it_go(
    spool: Spool, put: Put, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    receiver.status_of["RUNNING"] = 422
    put("START", "RUNNING", "COMPLETE")
    spool.put({"eventType": "nonsense"})
    client = open_client()
    assert client
    assert flush(spool, client, lock_wait_seconds=0) == Sent(delivered=2, rejected=2)
    assert receiver.types() == ["START", "COMPLETE"]
    assert len(spool.rejected()) == 2
    assert "HTTP 422" in caplog.text


def test_it_stops_at_the_first_that_must_wait_so_that_order_is_kept(
    spool: Spool, put: Put, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    receiver.status_of["RUNNING"] = 503
    put("START", "RUNNING", "COMPLETE")
    client = open_client()
    assert client
    sent = flush(spool, client, lock_wait_seconds=0)
    assert (sent.delivered, sent.rejected) == (1, 0)
    assert "503" in sent.stopped
    receiver.status_of.clear()
    assert flush(spool, client, lock_wait_seconds=0) == Sent(delivered=2)
    assert receiver.types() == ["START", "RUNNING", "COMPLETE"]


def test_the_thread_sends_and_ends(spool: Spool, put: Put, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    sender = BackgroundSender()
    for _ in range(3):
        put("START")
        sender.ask(spool)
    assert sender.wait(20)
    assert len(receiver.events) == 3
    put("COMPLETE")
    sender.ask(spool)
    assert sender.wait(20)
    assert sender.total == Sent(delivered=4)


def test_why_events_wait_is_said_once(
    spool: Spool, put: Put, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "nonsense")
    sender = BackgroundSender()
    put("START")
    for _ in range(3):
        sender.ask(spool)
        assert sender.wait(20)
    assert caplog.text.count("events wait in") == 1
    assert len(spool.pending()) == 1


def run_job(home: Path, **variables: str) -> tuple[subprocess.CompletedProcess[str], float]:
    environment = {"HOME": str(home), "WHENCE_SPOOL": str(home / "spool"), "PATH": "/usr/bin:/bin", **variables}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", JOB], env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=60
    )
    return done, time.monotonic() - started


def test_a_job_delivers_by_itself(home: Path, receiver: Receiver) -> None:
    done, _ = run_job(home, OPENLINEAGE_URL=receiver.url, WHENCE_EXIT_WAIT="20")
    assert done.returncode == 0, done.stderr
    assert receiver.types() == ["START", "COMPLETE"]
    assert Spool(home / "spool", 0).pending() == []


def test_a_service_that_never_answers_holds_the_end_up_only_so_long(home: Path, silent: str) -> None:
    idle, without = run_job(home, WHENCE_EMIT_SEND="later")
    assert idle.returncode == 0
    done, with_wait = run_job(home, OPENLINEAGE_URL=silent, WHENCE_EXIT_WAIT="1")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < float(idle.stdout) + 2.0, "the step itself waits for nothing"
    assert with_wait < without + 4.0
    assert len(Spool(home / "spool", 0).pending()) == 4, "both jobs' events wait"


def test_a_service_that_is_away_costs_one_warning(home: Path) -> None:
    done, _ = run_job(home, OPENLINEAGE_URL="http://127.0.0.1:9", WHENCE_EXIT_WAIT="20")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "whence-emit send" in done.stderr
    assert len(Spool(home / "spool", 0).pending()) == 2


def test_disabled_writes_and_sends_nothing(home: Path, receiver: Receiver) -> None:
    done, _ = run_job(home, OPENLINEAGE_URL=receiver.url, OPENLINEAGE_DISABLED="True")
    assert (done.returncode, done.stderr) == (0, "")
    assert receiver.requests == []
    assert not (home / "spool").exists()
