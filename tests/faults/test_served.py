"""Faults under a service that goes on: it says 503 and what is wrong, `/ready` says so too, and it recovers without a restart."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from neo4j_fixtures import log_in
from neo4j_sources import endpoint_of

from whence.store import open_store
from whence.testing import incoming, run_event

from .audit import audit
from .load import Load
from .services import committing_process, merging_process, service

if TYPE_CHECKING:
    from neo4j_server import Server

LARGE = run_event("large", inputs=[f"table{number}@{'x' * 500}" for number in range(400)])


def post(url: str, body: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return httpx.post(f"{url}/api/v1/lineage", content=body, headers=headers, trust_env=False, timeout=60)


def ask(url: str) -> httpx.Response:
    question = {"query": "{ service { seq } }"}
    return httpx.post(f"{url}/graphql", json=question, trust_env=False, timeout=60)


def status(url: str, path: str) -> int:
    return httpx.get(f"{url}{path}", trust_env=False, timeout=60).status_code


def assert_unavailable(answer: httpx.Response, message: str) -> None:
    told = answer.json()
    assert (answer.status_code, answer.headers["retry-after"], told["code"]) == (503, "1", "STORE_UNAVAILABLE")
    assert message in told["message"]
    assert told["hint"]
    assert "Traceback" not in answer.text


def test_a_full_disk_is_503_with_the_reason_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"
    with service(f"sqlite:///{path}") as (url, process):
        first = post(url, run_event("r1"))
        assert first.status_code == 201
        largest = max(file.stat().st_size for file in tmp_path.iterdir())
        writers = (merging_process(process), committing_process(process))
        before = resource.prlimit(writers[0], resource.RLIMIT_FSIZE)
        for each in writers:
            resource.prlimit(each, resource.RLIMIT_FSIZE, (largest + 4096, before[1]))
        for _ in range(2):
            assert_unavailable(post(url, LARGE), "writing the file failed")
        assert ask(url).json()["data"]["service"]["seq"] == 1, "it answers questions all the while"
        for each in writers:
            resource.prlimit(each, resource.RLIMIT_FSIZE, before)
        assert post(url, LARGE).json()["seq"] == 2
    assert audit(f"sqlite:///{path}", {run_event("r1"): 1, LARGE: 2})[1:3] == (0, 0)


def test_a_database_that_another_program_locks_is_503_until_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"
    with service(f"sqlite:///{path}") as (url, _):
        assert post(url, run_event("r1")).status_code == 201
        foreign = sqlite3.connect(path, isolation_level=None)
        foreign.execute("BEGIN IMMEDIATE")
        assert_unavailable(post(url, run_event("r2")), "locked by another program")
        assert (status(url, "/ready"), ask(url).json()["data"]["service"]["seq"]) == (200, 1), "reading goes on"
        foreign.execute("ROLLBACK")
        foreign.close()
        assert post(url, run_event("r2")).json()["seq"] == 2


SERVE_AS_NOBODY = """
import os, sys
from whence.api.server import BackgroundServer
from whence.errors import WhenceError
from whence.settings import Settings

with BackgroundServer(Settings(store=sys.argv[2], port=0)):
    pass  # all is imported now: nobody may read it
if os.getuid() == 0:
    os.setuid(65534)  # permissions do not bind root
try:
    with BackgroundServer(Settings(store=sys.argv[1], port=0)):
        print("started")
except WhenceError as error:
    print(error.code, error.message)
"""


def test_a_read_only_file_keeps_a_service_from_starting_with_the_reason(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="whence-") as name:
        path = Path(name) / "whence.db"

        async def make() -> None:
            async with open_store(f"sqlite:///{path}") as store:
                await store.put([incoming(run_event("r1"))])

        asyncio.run(make())
        for file in path.parent.iterdir():
            file.chmod(0o444)
        path.parent.chmod(0o555)
        try:
            command = [sys.executable, "-c", SERVE_AS_NOBODY, f"sqlite:///{path}", f"sqlite:///{tmp_path}/other.db"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        finally:
            path.parent.chmod(0o755)
    assert done.stdout.startswith("STORE_UNAVAILABLE"), done.stderr
    assert "ermission denied" in done.stdout or "read-only" in done.stdout


def test_one_service_writes_a_file_and_a_second_is_told_which_process_it_is(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/whence.db"
    with service(store) as (url, process):
        assert post(url, run_event("r1")).status_code == 201
        second = [sys.executable, "-m", "whence", "serve", "--port", "0", "--store", store]
        done = subprocess.run(second, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 3
        assert f"another process ({process.pid}) is writing" in done.stderr
        found = audit(store, {run_event("r1"): 1})
        assert (found.events, found.lost, found.equal) == (1, 0, True), "others read what it committed"


def test_a_neo4j_that_is_stopped_under_load_is_503_until_it_is_back(
    neo4j_private: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = endpoint_of(neo4j_private).environment()
    log_in(endpoint_of(neo4j_private), monkeypatch)
    load = Load()

    def away(url: str) -> None:
        neo4j_private.stop()
        assert_unavailable(post(url, run_event("late")), "can't be reached")
        assert "can't be reached" in ask(url).json()["errors"][0]["message"]
        assert (status(url, "/ready"), status(url, "/health")) == (503, 200)
        neo4j_private.start()

    async def fault() -> None:
        await load.wait_for_answers(5)
        await asyncio.to_thread(away, url)
        await load.wait_for_answers(5)

    with service(neo4j_private.url, login=login) as (url, _):
        asyncio.run(load.send(url, fault))
        assert load.unavailable
        assert status(url, "/ready") == 200
        assert post(url, run_event("late")).status_code == 201
        load.acknowledged[run_event("late")] = None
    found = audit(neo4j_private.url, load.acknowledged)
    assert (found.lost, found.twice, found.equal, found.events) == (0, 0, True, len(load.acknowledged))
