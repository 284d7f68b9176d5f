"""`whence-emit dvc`, with a program in DVC's place that writes dvc.lock as DVC does: after each stage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.systems.dvc.recorded import DVC_3, git, repository
from tests.systems.graphs import Event, History, import_all

from whence_emitters.cli import main

OLD_MODEL, OLD_METRICS = "a960989ba8c510741eaa3ca805106ab3", "e167dee9c83ad94e9d6cd3038c995330"
NEW_MODEL, NEW_METRICS = "b" * 32, "c" * 32
REPRO = f"""#!/bin/sh
sleep 0.3
sed -i '0,/{OLD_MODEL}/s//{NEW_MODEL}/' dvc.lock
sleep 0.5
sed -i 's/{OLD_MODEL}/{NEW_MODEL}/; s/{OLD_METRICS}/{NEW_METRICS}/' dvc.lock
"""


class Desk:
    """A repository to work in, a `dvc` on the path, and a spool that keeps what was told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.repository = repository(folder / "risk", DVC_3)
        self._bin, self._spool = folder / "bin", folder / "spool"
        self._bin.mkdir()
        monkeypatch.setenv("PATH", str(self._bin), prepend=":")
        monkeypatch.setenv("WHENCE_SPOOL", str(self._spool))
        monkeypatch.chdir(self.repository)

    def dvc(self, script: str) -> None:
        program = self._bin / "dvc"
        program.write_text(script)
        program.chmod(0o755)

    def told(self) -> list[Event]:
        return [json.loads(path.read_text()) for path in sorted((self._spool / "pending").glob("*.json"))]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def ended(events: list[Event], job: str) -> Event:
    return next(event for event in events if event["job"]["name"] == job and event["eventType"] == "COMPLETE")


def test_each_stage_that_ran_is_a_run_below_the_command_with_its_own_time(desk: Desk) -> None:
    desk.dvc(REPRO)
    assert main(["dvc", "--", "repro"]) == 0
    events = desk.told()
    command, trained, evaluated = (ended(events, job) for job in ("dvc repro", "dvc.yaml:train", "dvc.yaml:evaluate"))
    assert {event["job"]["name"] for event in events} == {"dvc repro", "dvc.yaml:train", "dvc.yaml:evaluate"}
    for stage in (trained, evaluated):
        assert stage["run"]["facets"]["parent"]["run"]["runId"] == command["run"]["runId"]
        assert stage["run"]["facets"]["whence_codeState"]["dirty"] is False
    begun = next(event for event in events if event["job"]["name"] == "dvc.yaml:evaluate")
    assert trained["eventTime"] == begun["eventTime"] < evaluated["eventTime"] <= command["eventTime"]
    assert [out["facets"]["version"]["datasetVersion"] for out in trained["outputs"]] == [f"md5:{NEW_MODEL}"]


def test_the_import_of_the_commit_tells_the_same_runs_with_the_same_times(desk: Desk) -> None:
    import_all("dvc", desk.repository)
    desk.dvc(REPRO)
    assert main(["dvc", "--", "repro"]) == 0
    live = desk.told()
    git(desk.repository, "commit", "-q", "-a", "-m", "Another model")
    imported = import_all("dvc", desk.repository)[0]
    for job in ("dvc.yaml:train", "dvc.yaml:evaluate"):
        ran, read = ended(live, job), ended(imported, job)
        assert (ran["run"]["runId"], ran["eventTime"]) == (read["run"]["runId"], read["eventTime"])
        assert ran["outputs"] == read["outputs"]
        assert ran["run"]["facets"]["whence_codeState"] == read["run"]["facets"]["whence_codeState"]
    made = [line for line in History([*live, *imported]).edges("GENERATED_BY") if f"md5:{NEW_MODEL} " in line]
    assert len(made) == 1


def test_what_dvc_brings_back_from_its_run_cache_did_not_run(desk: Desk) -> None:
    cached = next((desk.repository / ".dvc/cache/runs").glob("*/*/*"))
    text = cached.read_text()
    desk.dvc(
        f"#!/bin/sh\nprintf 'schema: '\"'\"'2.0'\"'\"'\\nstages:\\n  other:\\n' > dvc.lock\nsed 's/^/    /' {cached} >> dvc.lock\n"
    )
    assert "cmd:" in text
    assert main(["dvc", "--", "repro"]) == 0
    assert {event["job"]["name"] for event in desk.told()} == {"dvc repro"}


@pytest.mark.parametrize("code", [1, 253])
def test_the_exit_code_is_dvcs(desk: Desk, code: int) -> None:
    desk.dvc(f"#!/bin/sh\nexit {code}\n")
    assert main(["dvc", "--", "repro", "--force"]) == code
    assert [event["eventType"] for event in desk.told()] == ["START", "FAIL"]


def test_a_folder_that_is_no_repository_only_costs_the_stages(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.dvc("#!/bin/sh\nexit 0\n")
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    assert main(["dvc", "--", "status"]) == 0
    assert {event["job"]["name"] for event in desk.told()} == {"dvc status"}


def test_secrets_in_the_arguments_are_masked(desk: Desk) -> None:
    desk.dvc("#!/bin/sh\nexit 0\n")
    assert main(["dvc", "--", "remote", "modify", "--local", "store", "password", "hunter2"]) == 0
    assert "hunter2" not in str(desk.told())


def test_dvc_needs_something_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dvc"]) == 2
    assert "whence-emit dvc -- repro" in capsys.readouterr().err


def test_a_damaged_trace_counts_as_none(desk: Desk) -> None:
    desk.dvc(REPRO)
    main(["dvc", "--", "repro"])
    traces = list((desk.repository / ".dvc/tmp/whence").iterdir())
    assert len(traces) == 2
    for trace in traces:
        trace.write_text('{"started": "yesterday"')
    git(desk.repository, "commit", "-q", "-a", "-m", "Another model")
    imported = ended(
        [event for event in import_all("dvc", desk.repository)[0] if f"md5:{NEW_MODEL}" in str(event.get("outputs"))],
        "dvc.yaml:train",
    )
    assert imported["run"]["facets"]["whence_captureCompleteness"]["missing"][0]["what"] == "start and end"
