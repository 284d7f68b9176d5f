"""The lines of docs/ci's templates run in their order, in a repository, against a service. Only the pull of the data is played."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.systems.git.test_ci_templates import DATA, LINES, URLS, Machine, machine_at
from tests.systems.git.work import Work

from whence.api.server import BackgroundServer
from whence.settings import Settings
from whence_emitters.cli import main
from whence_emitters.importing.events import Run, dataset, read
from whence_emitters.parents import RunRef

pytestmark = pytest.mark.needs("system:git")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return machine_at(tmp_path, Work(tmp_path / "risk"))


@pytest.fixture
def served(machine: Machine) -> Iterator[Machine]:
    """One that reaches a service."""
    with BackgroundServer(Settings(store="memory:", port=0)) as running:
        machine.environment.update(dict.fromkeys(URLS, running.url))
        yield machine


def test_the_lines_run_in_their_order_and_the_gate_refuses_what_something_depends_on(
    served: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in LINES:
        done = served.run(line)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert (served.work.folder / "whence-check.xml").is_file()
    assert models_using(served, f"md5:{hashlib.md5(DATA).hexdigest()}") == [("model.pkl", ["TRAINED_ON"])]
    monkeypatch.chdir(served.work.folder)
    for name in ("WHENCE_CURSORS", "OPENLINEAGE_URL"):
        monkeypatch.setenv(name, served.environment[name])
    assert main(["import", "git", ".", "--path", "params.yaml"]) == 0
    remembered = capsys.readouterr().out
    assert "0 sent as 0 events, 1 unchanged" in remembered, "the template's own folder remembers what was imported"
    read_the_model(served)
    assert served.run(LINES[-1]).returncode == 1


def models_using(machine: Machine, ref: str) -> list[tuple[str, list[str]]]:
    query = "query ($ref: String!) { modelsUsing(ref: $ref) { edges { node { model { name } how } } } }"
    asked = {"query": query, "variables": {"ref": ref}}
    answer = httpx.post(f"{machine.environment['WHENCE_URL']}/graphql", json=asked).raise_for_status().json()
    uses = [edge["node"] for edge in answer["data"]["modelsUsing"]["edges"]]
    return [(Path(use["model"]["name"]).name, use["how"]) for use in uses]


def read_the_model(machine: Machine) -> None:
    """Another job reads what the job made."""
    model, at = (machine.work.folder / "model.pkl").as_posix(), "2099-01-02T03:04:05Z"
    serve = Run(RunRef("jobs", "serve", "serve"), at, at, "COMPLETE", inputs=[read(dataset("file", model))])
    for event in serve.events():
        httpx.post(f"{machine.environment['OPENLINEAGE_URL']}/api/v1/lineage", json=event).raise_for_status()


def test_a_service_that_is_away_fails_the_job_where_it_shows(machine: Machine) -> None:
    pull, _check, *_imports, train, send, gate = LINES
    assert machine.job([pull, train, send]) == [0, 0, 1]
    assert machine.run(gate).returncode == 3
