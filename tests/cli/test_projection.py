"""A store whose graph was built by the rules of another release: it is answered from with a warning, is not ready, and is built anew beside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
from tests.cli.conftest import Project, Run, answer

from whence.api.server import BackgroundServer
from whence.settings import from_environment
from whence.store.port import PROJECTION
from whence.testing import run_event

WARNING = f"Warning: The graph was built by projection 0, this release has {PROJECTION}"


def make_old(store: str) -> Path:
    path = Path(store.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE meta SET value = 0 WHERE name = 'projection'")
    file.close()
    return path


def test_an_older_store_is_answered_from_with_one_warning(project: Project, run: Run) -> None:
    commands = (["find"], ["show", "./risk.joblib"], ["provenance", "./risk.joblib", "--json"])
    before = [run(*command, "--store", project.store) for command in commands]
    make_old(project.store)
    for command, current in zip(commands, before, strict=True):
        said = run(*command, "--store", project.store)
        assert current.stderr == ""
        assert said.stderr.count(WARNING) == 1
        assert "whence rebuild" in said.stderr
        assert said.stdout == current.stdout


def test_a_service_over_an_older_store_is_not_ready_and_its_answers_warn(project: Project, run: Run) -> None:
    make_old(project.store)
    settings = from_environment({"WHENCE_STORE": project.store, "WHENCE_PORT": "0"})
    with BackgroundServer(settings) as server:
        ready = httpx.get(f"{server.url}/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "STORE_UNAVAILABLE")
        assert "projection 0" in ready.json()["message"]
        assert "whence rebuild" in ready.json()["hint"]
        assert WARNING in run("find", "--url", server.url).stderr


def test_rebuild_builds_beside_and_swaps(project: Project, run: Run) -> None:
    digest = answer(run("verify", "--json", "--store", project.store))["replayed"]
    path = make_old(project.store)
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM edges")
    file.close()
    before = path.stat().st_ino
    run("rebuild", "--store", project.store)
    assert path.stat().st_ino != before
    told = answer(run("verify", "--json", "--store", project.store))
    assert (told["digest"], told["equal"]) == (digest, True)
    assert "Warning" not in run("find", "--store", project.store).stderr
    assert not [each.name for each in path.parent.iterdir() if "rebuilt" in each.name]


def test_a_rebuild_that_is_killed_leaves_the_old_store_whole(tmp_path: Path, run: Run) -> None:
    events = tmp_path / "events.ndjson"
    events.write_bytes(
        b"\n".join(
            run_event(f"r{n}", time=f"2026-01-01T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z", inputs=[f"t{n}"], outputs=[f"t{n + 1}"])
            for n in range(600)
        )
    )  # fmt: skip
    path = tmp_path / "whence.db"
    store = f"sqlite:///{path}"
    run("ingest", str(events), "--store", store)
    before = answer(run("verify", "--json", "--store", store))
    beside = path.with_name("whence.db.rebuilt")
    rebuild = subprocess.Popen([sys.executable, "-m", "whence", "rebuild", "--store", store], env=os.environ)
    try:
        _wait_until_it_writes(beside, rebuild)
    finally:
        rebuild.kill()
    assert rebuild.wait() == -signal.SIGKILL, "it was killed in the middle"
    assert beside.exists()
    assert answer(run("verify", "--json", "--store", store)) == before
    assert answer(run("rebuild", "--json", "--store", store))["events"] == before["events"]
    assert not [each.name for each in tmp_path.iterdir() if "rebuilt" in each.name]


def _wait_until_it_writes(beside: Path, rebuild: subprocess.Popen[bytes]) -> None:
    """Until some of the events, and not all, have been written to the store beside."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and rebuild.poll() is None:
        if beside.exists() and _events_in(beside):
            return
        time.sleep(0.005)


def _events_in(path: Path) -> int:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
            found: int = file.execute("SELECT count(*) FROM events").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    else:
        return found
    finally:
        file.close()
