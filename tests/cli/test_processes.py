"""The command as a process: serve and its end, the demo and its end, pipes that close, and defects without a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from demo_stand_in import stand_in_for_the_pipeline
from tests.cli.conftest import Project

from whence.testing.events import run_event

PYTHON = [sys.executable, "-m", "whence"]


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("OPENLINEAGE", "WHENCE_"))} | more


def command(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PYTHON, *arguments],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def started(*arguments: str, cwd: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended by its test, or killed after it."""
    process = subprocess.Popen(
        [*PYTHON, *arguments],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_where_it_is_keeps_what_it_took_and_ends_quietly(tmp_path: Path, ending: signal.Signals) -> None:
    with started("serve", "--port", "0", "--store", "sqlite:///a.db", "--quiet", cwd=tmp_path) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        sent = httpx.post(
            f"{url}/api/v1/lineage", content=run_event(), headers={"Content-Type": "application/json"}, trust_env=False
        )
        assert sent.status_code == 201
        process.send_signal(ending)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors
    told = command("events", "--quiet", "--store", "sqlite:///a.db", cwd=tmp_path)
    assert told.stdout == "1\n"


def test_serve_says_which_store_and_how_to_send(tmp_path: Path) -> None:
    with started("serve", "--port", "0", cwd=tmp_path, WHENCE_STORE="sqlite:///mine.db") as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        assert "http://127.0.0.1:" in lines[0]
        assert "sqlite:///mine.db" in lines[1]
        assert "OPENLINEAGE_URL=http://127.0.0.1:" in lines[2]


def test_serve_refuses_what_it_cannot_do_in_one_sentence(tmp_path: Path) -> None:
    outside = command("serve", "--host", "0.0.0.0", cwd=tmp_path)
    assert outside.returncode == 2
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = command("serve", "--port", str(taken.getsockname()[1]), "--store", "memory:", cwd=tmp_path)
    assert port.returncode == 2
    assert "taken" in port.stderr
    with started("serve", "--port", "0", "--quiet", "--store", "sqlite:///a.db", cwd=tmp_path) as first:
        assert first.stdout
        assert first.stdout.readline()
        locked = command("serve", "--port", "0", "--store", "sqlite:///a.db", cwd=tmp_path)
    assert locked.returncode == 3
    assert "another process" in locked.stderr
    for refused in (outside, port, locked):
        assert refused.stderr.startswith("error: ")
        assert "Traceback" not in refused.stderr
        assert refused.stdout == ""


def test_a_closed_pipe_is_no_error(project: Project) -> None:
    pipe = f"{sys.executable} -m whence find --json --store {project.store} | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", pipe], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_defect_is_a_sentence_and_a_traceback_on_request(tmp_path: Path) -> None:
    broken = "import whence.cli.question as q; q.choose = lambda *a: 1 / 0; from whence.cli import main; main(['find'])"
    plain = subprocess.run(
        [sys.executable, "-c", broken], env=environment(), capture_output=True, text=True, check=False
    )
    assert plain.returncode == 3
    assert "mistake of its own" in plain.stderr
    traced = subprocess.run(
        [sys.executable, "-c", broken], env=environment(WHENCE_DEBUG="1"), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in plain.stderr
    assert "ZeroDivisionError" in traced.stderr


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    return stand_in_for_the_pipeline(tmp_path / "stand-in")


def test_the_demo_prints_commands_that_work_when_pasted_and_runs_twice(tmp_path: Path, stand_in: str) -> None:
    outputs = []
    for _ in range(2):
        done = command(
            "demo",
            cwd=tmp_path,
            PYTHONPATH=stand_in,
            OPENLINEAGE_CONFIG="/nowhere",
            HTTP_PROXY="http://127.0.0.1:1",
            HOME=str(tmp_path),
        )
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    shown = [line.removeprefix("$ ").split() for line in outputs[1].splitlines() if line.startswith("$ ")]
    assert [words[1:3] for words in shown] == [
        ["provenance", "./demo/models/risk-v2.joblib"], ["impact", "./demo/data/clean.csv"], ["models", "./demo/data/clean.csv"]
    ]  # fmt: skip
    for words in shown:
        assert words[3:] == ["--store", "sqlite:///demo/whence.db"]
    pasted = command(*shown[0][1:], cwd=tmp_path)
    assert pasted.returncode == 0
    assert pasted.stdout in outputs[1]
    assert command("events", "--quiet", "--store", "sqlite:///demo/whence.db", cwd=tmp_path).stdout == "1\n"
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("stand-in")) == ["demo"]


def test_the_demo_leaves_alone_what_it_did_not_make(tmp_path: Path, stand_in: str) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "whence.db").write_text("mine")
    done = command("demo", cwd=tmp_path, PYTHONPATH=stand_in)
    assert done.returncode == 2
    assert "the demo did not make it" in done.stderr
    assert (tmp_path / "demo" / "whence.db").read_text() == "mine"
    elsewhere = command("demo", "--dir", "a b%20c", "--quiet", cwd=tmp_path, PYTHONPATH=stand_in)
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert "--store sqlite:///a%20b%2520c/whence.db" in elsewhere.stdout
    assert (tmp_path / "a b%20c" / "whence.db").exists()


def test_a_second_demo_in_the_same_folder_is_told_of_the_first_and_both_end_without_a_trace(
    tmp_path: Path, stand_in: str
) -> None:
    with started("demo", cwd=tmp_path, PYTHONPATH=stand_in, STAND_IN_SECONDS="60") as first:
        assert first.stdout
        while "pipeline done" not in first.stdout.readline():
            assert first.poll() is None
        second = command("demo", cwd=tmp_path, PYTHONPATH=stand_in)
        assert second.returncode == 3
        assert "A demo is running in demo at http://127.0.0.1:" in second.stderr
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=20)
        assert first.returncode == 130
    deadline = time.monotonic() + 5
    while _running(stand_in) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _running(stand_in)


def _running(stand_in: str) -> list[str]:
    """Processes whose environment names the stand-in: children that a demo left behind."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"PYTHONPATH={stand_in}".encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_without_the_emitters_the_demo_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import importlib.util as u, sys; real = u.find_spec;"
        "u.find_spec = lambda name, *a: None if name == 'whence_emitters' else real(name, *a);"
        "from whence.cli import main; main(['demo', '--exit'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'whence-emitters[demo]'" in done.stderr
