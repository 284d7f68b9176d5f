"""`make demo STORE=neo4j`: what it prints is right when it is pasted, and shows no password. The pipeline is a stand-in of one event."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import demo_neo4j
import pytest
from demo_stand_in import stand_in_for_the_pipeline
from neo4j_settings import STARTS_SOONER
from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment without settings of whence, in which the emitters' demo is the stand-in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")}
    return inherited | {"PYTHONPATH": stand_in_for_the_pipeline(tmp_path / "stand-in"), "DEMO_EXIT": "1"}


def demo(root: Path, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, root / "scripts" / "demo_neo4j.py", "--dir", "demo"]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=240, check=False)


def pasted(lines: list[str], cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(["sh", "-ec", "\n".join(lines)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that are ended with the test."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.terminate()
        process.wait(90)


@pytest.mark.needs("neo4j-private")
@pytest.mark.xdist_group("neo4j-private")
@pytest.mark.timeout(600)
def test_what_it_prints_works_when_pasted_and_holds_no_secret(
    root: Path, tmp_path: Path, bare: dict[str, str], started: list[subprocess.Popen[bytes]]
) -> None:
    done = demo(root, tmp_path, bare)
    assert done.returncode == 0, done.stderr
    password = (tmp_path / "demo" / "neo4j" / "password").read_text().strip()
    assert password not in done.stdout + done.stderr
    questions = [line[2:] for line in done.stdout.splitlines() if line.startswith("$ ")]
    start, *login = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ") and ("neo4j_local" in line or "export" in line)]  # fmt: skip
    assert [shlex.split(line)[1] for line in questions] == ["provenance", "impact", "models"]
    assert [line.partition("=")[0] for line in login] == ["export WHENCE_NEO4J_USER", "export WHENCE_NEO4J_PASSWORD"]

    log = tmp_path / "log"
    sooner = bare | {"JDK_JAVA_OPTIONS": " ".join(STARTS_SOONER)}
    with log.open("wb") as said:
        started.append(subprocess.Popen(shlex.split(start), cwd=tmp_path, env=sooner, stdout=said, stderr=said))
    deadline = time.monotonic() + 120
    while b"Ctrl-C stops it" not in log.read_bytes():
        assert started[0].poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for question in questions:
        assert pasted([*login, question], tmp_path, bare) in done.stdout


def test_a_server_that_is_given_is_used_with_its_login(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(demo_neo4j, "run", lambda command, changes: ran.append([*map(str, command), *changes]) or 0)
    monkeypatch.setenv("WHENCE_STORE", "neo4j://db.example.com:7687")
    assert demo_neo4j.main(["--dir", "there"]) == 0
    assert ran == [[str(demo_neo4j.WHENCE), "demo", "--dir", "there", "--store", "neo4j://db.example.com:7687"]]
    assert demo_neo4j.given_store({"WHENCE_STORE": "sqlite:///mine.db"}) is None


def test_only_what_a_demo_left_is_started_over(tmp_path: Path) -> None:
    mine = tmp_path / "neo4j"
    demo_neo4j.start_over(mine)
    (mine / "conf").mkdir(parents=True)
    (mine / "precious").write_text("mine")
    with pytest.raises(UnavailableError, match="did not make it"):
        demo_neo4j.start_over(mine)
    (mine / "conf" / "neo4j.conf").write_text("")
    demo_neo4j.start_over(mine)
    assert not mine.exists()


def test_make_takes_it_by_a_word(root: Path) -> None:
    def printed(*more: str) -> str:
        done = subprocess.run(["make", "-n", "demo", *more], cwd=root, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    assert printed("STORE=neo4j", "DIR=there") == ".venv/bin/python scripts/demo_neo4j.py --dir there"
    assert printed("STORE=sqlite:///a.db").split() == [".venv/bin/whence", "demo", "--store", "sqlite:///a.db", "--dir", "./demo"]  # fmt: skip
