"""The demo: a real pipeline, twice, on a real receiver."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from whence_emitters import step
from whence_emitters.demo import __main__ as demo
from whence_emitters.demo.project import MARKER, SCRIPTS, start_over
from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from conftest import Receiver

DEMO = [sys.executable, "-m", "whence_emitters.demo", "--dir"]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Run:
    """One run of the demo, seen by its events."""

    def __init__(self, folder: Path, events: list[dict[str, Any]], output: str) -> None:
        self.folder, self.events, self.output = folder, events, output

    def ends(self, job: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["job"]["name"] == job and event["eventType"] != "START"]

    def role(self, event: dict[str, Any], name: str) -> str | None:
        (found,) = (dataset for dataset in event["inputs"] if dataset["name"] == f"{self.folder}/{name}")
        role = found["inputFacets"].get("whence_inputRole", {}).get("role")
        return None if role is None else str(role)

    def sha256(self, event: dict[str, Any], name: str) -> str:
        (found,) = (
            dataset for dataset in event["inputs"] + event["outputs"] if dataset["name"] == f"{self.folder}/{name}"
        )
        return next(
            str(d["value"]) for d in found["facets"]["whence_contentDigests"]["digests"] if d["algorithm"] == "sha256"
        )


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Run:
    """The demo, run inside of another repository, over what an earlier demo and somebody else left there."""
    outer = tmp_path_factory.mktemp("outer")
    subprocess.run(["git", "init", "--quiet", str(outer)], check=True)
    folder = outer / "demo"
    start_over(folder)
    (folder / "models" / "risk-v2.joblib").write_text("stale")
    (folder / "whence.db").write_text("the store")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENLINEAGE", "WHENCE", "GIT_", "PYTHONDONT"))
    }
    environment = kept | {
        "OPENLINEAGE_URL": module_receiver.url,
        "HOME": str(outer),
        "GIT_CONFIG_GLOBAL": "/nowhere",
        "NO_PROXY": "*",
    }
    done = subprocess.run(
        [*DEMO, str(folder)], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Run(folder, module_receiver.events, done.stdout)


def test_every_event_is_delivered_and_counted(ran: Run) -> None:
    assert ran.output.splitlines()[-1].startswith(f"{len(ran.events)} events sent in ")
    assert [line.split()[0] for line in ran.output.splitlines() if line.endswith(" s")] == [
        "fetch", "clean", "split", "train", "finetune", "evaluate", "serve", "fetch", "clean", "split", "finetune", "evaluate", "serve",
    ]  # fmt: skip
    types = Counter(event["eventType"] for event in ran.events)
    assert types == {"START": 15, "COMPLETE": 13, "RUNNING": 2}


def test_nothing_is_missing_from_what_was_captured(ran: Run) -> None:
    for event in ran.events:
        assert "whence_captureCompleteness" not in event["run"]["facets"], event["job"]["name"]
        assert "whence_environmentPin" in event["run"]["facets"]
        assert event["run"]["facets"]["whence_codeState"]["repository"] == f"file://{ran.folder}"


def test_the_services_stay_open(ran: Run) -> None:
    serving = ran.ends("risk.serve")
    assert [event["eventType"] for event in serving] == ["RUNNING", "RUNNING"]
    assert {event["job"]["facets"]["jobType"]["processingType"] for event in serving} == {"SERVICE"}
    assert ran.role(serving[1], "models/risk-v2.joblib") == "MODEL"


def test_the_files_left_are_those_the_last_pass_wrote(ran: Run) -> None:
    for number, model in ((0, "risk-v1"), (1, "risk-v2")):
        tuned = ran.ends("risk.finetune")[number]
        assert ran.sha256(tuned, f"models/{model}.joblib") == digest(ran.folder / "models" / f"{model}.joblib")
    assert ran.sha256(ran.ends("risk.train")[0], "models/risk-base.joblib") == digest(
        ran.folder / "models/risk-base.joblib"
    )
    assert ran.sha256(ran.ends("risk.fetch")[1], "data/raw.csv") == digest(ran.folder / "data/raw.csv")


def test_v2_comes_from_the_present_clean_csv(ran: Run) -> None:
    clean, split, tuned = ran.ends("risk.clean")[1], ran.ends("risk.split")[1], ran.ends("risk.finetune")[1]
    present = digest(ran.folder / "data" / "clean.csv")
    assert ran.sha256(clean, "data/clean.csv") == present == ran.sha256(split, "data/clean.csv")
    assert (
        ran.sha256(split, "data/new.csv")
        == ran.sha256(tuned, "data/new.csv")
        == digest(ran.folder / "data" / "new.csv")
    )
    assert ran.role(tuned, "data/new.csv") == "TRAIN"
    assert present != ran.sha256(ran.ends("risk.clean")[0], "data/clean.csv"), "the second pass has newer rows"


def test_no_two_files_have_the_same_bytes(ran: Run) -> None:
    files = [path for name in ("data", "models", "reports") for path in (ran.folder / name).iterdir()]
    assert len({digest(path) for path in files}) == len(files) == 11


def test_roles_and_derivations(ran: Run) -> None:
    first, second = ran.ends("risk.finetune")
    for event, base, target in ((first, "risk-base", "risk-v1"), (second, "risk-v1", "risk-v2")):
        assert ran.role(event, f"models/{base}.joblib") == "BASE_MODEL"
        assert ran.role(event, "data/valid.csv") == "VALIDATION"
        assert ran.role(event, "params.yaml") == "CONFIG"
        (output,) = event["outputs"]
        assert output["name"] == f"{ran.folder}/models/{target}.joblib"
        assert output["facets"]["datasetType"]["datasetType"] == "MODEL"
        assert output["facets"]["whence_modelDerivation"]["base"]["name"] == f"{ran.folder}/models/{base}.joblib"
    evaluated = ran.ends("risk.evaluate")[1]
    assert (ran.role(evaluated, "models/risk-v2.joblib"), ran.role(evaluated, "data/test.csv")) == ("MODEL", "TEST")
    assert {metric["name"] for metric in evaluated["run"]["facets"]["whence_metrics"]["metrics"]} == {"auc", "accuracy"}


def test_the_model_is_worth_something(ran: Run) -> None:
    for event in ran.ends("risk.evaluate"):
        (auc,) = (
            metric["value"] for metric in event["run"]["facets"]["whence_metrics"]["metrics"] if metric["name"] == "auc"
        )
        assert 0.9 < auc < 1.0


def test_steps_name_their_pass_as_parent_and_its_commit(ran: Run) -> None:
    passes = [
        event for event in ran.events if event["job"]["name"] == "risk.pipeline" and event["eventType"] == "START"
    ]
    commits = [event["run"]["facets"]["whence_codeState"]["commit"] for event in passes]
    log = subprocess.run(
        ["git", "log", "--format=%H"], cwd=ran.folder, capture_output=True, text=True, check=True
    ).stdout.split()
    assert commits == log[::-1]
    by_parent = Counter(
        event["run"]["facets"]["parent"]["run"]["runId"] for event in ran.events if "parent" in event["run"]["facets"]
    )
    assert by_parent == {passes[0]["run"]["runId"]: 14, passes[1]["run"]["runId"]: 12}
    for event in ran.events:
        state = event["run"]["facets"]["whence_codeState"]
        assert (state["dirty"], state["untracked"]) == (False, 0)


def test_only_what_the_demo_made_is_cleared(ran: Run) -> None:
    assert (ran.folder / "whence.db").read_text() == "the store"
    (ran.folder / "mine.txt").write_text("mine")
    start_over(ran.folder)
    assert (ran.folder / "mine.txt").exists()
    assert not any((ran.folder / name).exists() for name in SCRIPTS)
    assert list((ran.folder / "models").iterdir()) == []


def test_a_folder_with_files_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("mine")
    with pytest.raises(UsageError, match=r"train\.py, which the demo did not make"):
        start_over(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]
    assert not (tmp_path / MARKER).exists()


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "set OPENLINEAGE_URL"),
        ({"OPENLINEAGE_URL": "http://x", "OPENLINEAGE_DISABLED": "true"}, "OPENLINEAGE_DISABLED"),
    ],
)
def test_without_a_destination_it_says_so(
    variables: dict[str, str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert demo.main(["--dir", str(tmp_path / "d")]) == 1
    assert says in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_without_scikit_learn_it_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert demo.main(["--dir", str(tmp_path / "d")]) == 1
    assert capsys.readouterr().err.count("whence-emitters[demo]") == 1


@pytest.mark.parametrize(
    ("status", "says"), [(503, "0 events were delivered, 0 refused and 2 wait in"), (422, "2 refused")]
)
def test_events_that_were_not_taken_are_an_error(
    status: int,
    says: str,
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    receiver.status = status
    for name, value in {
        "OPENLINEAGE_URL": receiver.url,
        "WHENCE_EMIT_SEND": "background",
        "WHENCE_SPOOL": "",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OPENLINEAGE_NAMESPACE": "",
    }.items():
        monkeypatch.setenv(name, value)

    def one_step(folder: Path, number: int, _say: object) -> None:
        if number == 1:
            with step("risk.pipeline", repo=folder):
                pass

    monkeypatch.setattr(demo, "run_pass", one_step)
    assert demo.main(["--dir", str(tmp_path / "d")]) == 1
    assert says in capsys.readouterr().err
