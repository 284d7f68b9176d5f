"""The README says what is so: each of its snippets is run, or checked against what it speaks of."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from whence.testing import run_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neo4j_sources import Endpoint

BIN = Path(sys.executable).parent
DOCUMENTED_URL = "http://127.0.0.1:8760"


def commands(snippet: str) -> list[list[str]]:
    """The words of each command of a terminal session; `$ ` begins one, `#` a remark."""
    lines = [line[2:] for line in snippet.splitlines() if line.startswith("$ ")]
    assert lines, "a session without a command"
    return [shlex.split(line, comments=True) for line in lines]


def run(words: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one of the README's commands with this environment's commands."""
    command = [str(BIN / Path(words[0]).name), *words[1:]]
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """The address of a running service with an empty store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [BIN / "whence", "serve", "--port", str(port), "--store", f"sqlite:///{tmp_path}/store.db"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(100):
            assert process.poll() is None, process.communicate()[0]
            try:
                urllib.request.urlopen(f"{url}/ready", timeout=1).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def pipeline(tmp_path: Path, service: str) -> dict[str, str]:
    """What the environment of the reader's pipeline says, with a file to train on in the working folder."""
    (tmp_path / "train.csv").write_text("x,y\n1,2\n")
    return {"OPENLINEAGE_URL": service, "WHENCE_SPOOL": str(tmp_path / "spool"), "WHENCE_EXIT_WAIT": "10"}


def assert_known(tmp_path: Path, service: str, question: str) -> None:
    (words,) = commands(question)
    answer = run([*words, "--url", service], tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "train.csv" in answer.stdout


def test_it_is_short(root: Path) -> None:
    assert len((root / "README.md").read_text("utf-8").splitlines()) <= 150


def test_every_snippet_has_a_name_and_a_test(root: Path, snippets: dict[str, str]) -> None:
    text = (root / "README.md").read_text("utf-8")
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert len(snippets) == text.count("\n```") / 2
    assert {name for name in snippets if f'snippets["{name}"]' not in tests} == set()


def test_the_two_commands_are_targets(root: Path, snippets: dict[str, str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = [words for words in commands(snippets["two-commands"]) if words[0] == "make"]
    assert len(named) == 2
    assert {words[1] for words in named} <= targets


def test_the_service_starts_at_the_documented_address(snippets: dict[str, str], tmp_path: Path) -> None:
    serve, export = commands(snippets["own-pipeline"])
    assert export == ["export", f"OPENLINEAGE_URL={DOCUMENTED_URL}"]
    documented = run([*serve, "--help"], tmp_path)
    assert documented.returncode == 0, documented.stderr
    assert "8760" in documented.stdout


def test_the_graphql_query_is_answered(
    snippets: dict[str, str], tmp_path: Path, service: str, pipeline: dict[str, str]
) -> None:
    record_a_step(snippets["own-step"], tmp_path, pipeline)
    name = f"file {tmp_path.resolve()}/train.csv"
    body = json.dumps({"query": snippets["graphql"], "variables": {"ref": name}}).encode()
    request = urllib.request.Request(f"{service}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: dict[str, Any] = json.load(response)
    assert "errors" not in answer, answer
    assert [edge["node"]["how"] for edge in answer["data"]["modelsUsing"]["edges"]] == [["TRAINED_ON"]]


def record_a_step(code: str, folder: Path, pipeline: dict[str, str]) -> None:
    done = run(["python", "-W", "error", "-c", code], folder, **pipeline)
    assert done.returncode == 0, done.stderr
    sent = run(["whence-emit", "send"], folder, **pipeline)
    assert sent.returncode == 0, sent.stderr


def test_the_step_has_six_lines_and_is_answered(
    snippets: dict[str, str], tmp_path: Path, service: str, pipeline: dict[str, str]
) -> None:
    assert len([line for line in snippets["own-step"].splitlines() if line]) == 6
    record_a_step(snippets["own-step"], tmp_path, pipeline)
    assert_known(tmp_path, service, snippets["ask"])


def test_the_command_is_recorded(
    snippets: dict[str, str], tmp_path: Path, service: str, pipeline: dict[str, str]
) -> None:
    (tmp_path / "train.py").write_text("open('risk.bin', 'w').write('trained')")
    (words,) = commands(snippets["own-command"])
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = run(words, tmp_path, PATH=path, **pipeline)
    assert done.returncode == 0, done.stderr
    assert run(["whence-emit", "send"], tmp_path, **pipeline).returncode == 0
    assert_known(tmp_path, service, snippets["ask"])


def test_everything_moves_to_a_neo4j(snippets: dict[str, str], tmp_path: Path, neo4j_store: Endpoint) -> None:
    demo, (*migrate, documented) = commands(snippets["neo4j"])
    assert demo == ["make", "demo", "STORE=neo4j"]  # test_demo_neo4j.py
    assert documented.startswith("neo4j://")
    (tmp_path / "event.json").write_bytes(run_event())
    assert run(["whence", "ingest", "event.json", *migrate[2:4]], tmp_path).returncode == 0
    done = run([*migrate, neo4j_store.url], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Equal" in done.stdout


def test_every_verb_in_the_documents_is_one_of_the_commands(root: Path, tmp_path: Path) -> None:
    pages = [root / "README.md", root / "CHANGELOG.md", *(root / "docs").glob("*.md")]
    code = "\n".join(
        part for page in pages for part in re.findall(r"`[^`\n]+`|^\$ .+$", page.read_text("utf-8"), re.MULTILINE)
    )
    for command in ("whence", "whence-emit"):
        named = set(re.findall(rf"(?:^|[`$/ ]){command} ([a-z]+)\b", code, re.MULTILINE))
        helped = run([command, "--help"], tmp_path)
        assert helped.returncode == 0, helped.stderr
        assert named
        assert {verb for verb in named if not re.search(rf"\b{verb}\b", helped.stdout)} == set()
