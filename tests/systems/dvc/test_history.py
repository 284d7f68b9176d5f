"""What a DVC repository comes to in the graph: golden repositories of DVC 3.67.1 and 2.58.2 (`produce.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.systems.dvc.recorded import DVC_2, DVC_3, RISK, SCORING, git, repository
from tests.systems.graphs import Event, History, check, events_of, import_all

from whence_emitters.importing.contract import Reading
from whence_emitters.systems.dvc import IMPORTER

CLEAN, CLEAN_LATER = "md5:d6149ccc7b4dda2515b0fcc32c56d3b3", "md5:e67f0f5d6b7bd3c1dbd9643253056622"
RAW, RAW_LATER = "md5:0fbfa84549ecf89650d58c2d9977dda5", "md5:ce016f72c10b2b06edc2d20f57033152"
MODEL_LATER = "md5:a960989ba8c510741eaa3ca805106ab3"
PIPELINE = {
    "prepare 08:10 USED data/images@e191",
    "prepare 08:10 USED data/raw.csv@0fbf",
    "prepare 08:10 USED src/prepare.py@7c3e CONFIG",
    "data/clean.csv@d614 GENERATED_BY prepare 08:10",
    "train 08:10 USED data/clean.csv@d614",
    "train 08:10 USED src/train.py@d574 CONFIG",
    "model.json@55e0 GENERATED_BY train 08:10",
    "evaluate 08:10 USED data/clean.csv@d614",
    "evaluate 08:10 USED model.json@55e0",
    "evaluate 08:10 USED src/evaluate.py@fc4a CONFIG",
    "metrics.json@8a71 GENERATED_BY evaluate 08:10",
    "report@6ea4 GENERATED_BY evaluate 08:10",
    "roc.csv@34a7 GENERATED_BY evaluate 08:10",
    "regions/north/north.txt@8d8d GENERATED_BY split@north 08:10",
    "regions/south/south.txt@50fd GENERATED_BY split@south 08:10",
    # Alone changed: the parameter, so prepare did not run again. The model is an artifact of dvc.yaml from here on.
    "train 08:20 USED data/clean.csv@d614",
    "train 08:20 USED src/train.py@d574 CONFIG",
    "model.json@3ec1 GENERATED_BY train 08:20",
    "evaluate 08:20 USED data/clean.csv@d614",
    "evaluate 08:20 USED model.json@3ec1 MODEL",
    "evaluate 08:20 USED src/evaluate.py@fc4a CONFIG",
    "metrics.json@8c49 GENERATED_BY evaluate 08:20",
    "report@6ea4 GENERATED_BY evaluate 08:20",
    "roc.csv@34a7 GENERATED_BY evaluate 08:20",
    "prepare 08:30 USED data/images@e191",
    "prepare 08:30 USED data/raw.csv@ce01",
    "prepare 08:30 USED src/prepare.py@7c3e CONFIG",
    "data/clean.csv@e67f GENERATED_BY prepare 08:30",
    "train 08:30 USED data/clean.csv@e67f",
    "train 08:30 USED src/train.py@d574 CONFIG",
    "model.json@a960 GENERATED_BY train 08:30",
    "evaluate 08:30 USED data/clean.csv@e67f",
    "evaluate 08:30 USED model.json@a960 MODEL",
    "evaluate 08:30 USED src/evaluate.py@fc4a CONFIG",
    "metrics.json@e167 GENERATED_BY evaluate 08:30",
    "report@6ea4 GENERATED_BY evaluate 08:30",
    "roc.csv@34a7 GENERATED_BY evaluate 08:30",
}
COMMITS = {
    "git commit 08:00 USED data/images@e191 REFERENCE",
    "git commit 08:00 USED data/raw.csv@0fbf REFERENCE",
    "git commit 08:10 USED data/clean.csv@d614 REFERENCE",
    "git commit 08:10 USED metrics.json@8a71 REFERENCE",
    "git commit 08:10 USED model.json@55e0 REFERENCE",
    "git commit 08:10 USED regions/north/north.txt@8d8d REFERENCE",
    "git commit 08:10 USED regions/south/south.txt@50fd REFERENCE",
    "git commit 08:10 USED report@6ea4 REFERENCE",
    "git commit 08:10 USED roc.csv@34a7 REFERENCE",
    "git commit 08:20 USED metrics.json@8c49 REFERENCE",
    "git commit 08:20 USED model.json@3ec1 REFERENCE",
    "git commit 08:30 USED data/clean.csv@e67f REFERENCE",
    "git commit 08:30 USED data/raw.csv@ce01 REFERENCE",
    "git commit 08:30 USED metrics.json@e167 REFERENCE",
    "git commit 08:30 USED model.json@a960 REFERENCE",
    "git commit 08:40 USED #fraud/cases.csv@6192 REFERENCE",
}
_VERSION = re.compile(rf"version/{re.escape(RISK)}/?(\S+?)/md5:(....)[0-9a-f]*(?:\.dir)?")


def told(folder: Path) -> list[Event]:
    """All events of a repository, whatever was imported before."""
    reading = Reading(str(folder))
    events = [event for record in IMPORTER.read(reading) for event in record.events]
    assert not reading.damaged
    return events


@pytest.fixture(scope="module")
def risk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, ...]:
    """What is told of `risk` as DVC 3 left it."""
    return tuple(told(repository(tmp_path_factory.mktemp("dvc") / "risk", DVC_3)))


def story(events: Iterable[Event]) -> set[str]:
    """Reads and writes, with a run told by its stage and the time of its commit."""
    listed = list(events)
    names = {
        f"run/{event['run']['runId']}": f"{event['job']['name'].removeprefix('dvc.yaml:')} {event['eventTime'][11:16]}"
        for event in listed
        if "run" in event
    }
    lines = History(listed).edges("USED", "GENERATED_BY")
    for run, name in names.items():
        lines = {line.replace(run, name) for line in lines}
    return {_VERSION.sub(r"\1@\2", line) for line in lines}


def runs(events: Iterable[Event], job: str) -> list[Event]:
    return [event for event in events if "run" in event and event["job"]["name"] == job]


def parameters(event: Event) -> dict[str, str]:
    return {one["key"]: one["value"] for one in event["run"]["facets"]["executionParameters"]["parameters"]}


def committed(folder: Path, dvc: str) -> list[Event]:
    """The events of what its branch holds, without experiments and run cache."""
    repository(folder, dvc)
    for ref in git(folder, "for-each-ref", "--format=%(refname)", "refs/exps").split():
        git(folder, "update-ref", "-d", ref)
    return [event for event in told(folder) if "whence_codeState" in event.get("run", {}).get("facets", ())]


@pytest.mark.parametrize("dvc", [DVC_3, DVC_2])
def test_the_history_of_a_branch_is_its_results_and_its_commits(tmp_path: Path, dvc: str) -> None:
    assert story(committed(tmp_path / "risk", dvc)) == PIPELINE | COMMITS


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize("dvc", [DVC_3, DVC_2])
@pytest.mark.parametrize("name", ["risk", "scoring"])
def test_every_event_keeps_to_its_schemas(
    tmp_path: Path, dvc: str, name: str, capability: Callable[[str], Path]
) -> None:
    check(told(repository(tmp_path / name, dvc, name)), capability("shared-spec"))


def test_a_stage_tells_its_command_parameters_commit_metrics_and_what_it_does_not_know(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    events = events_of("dvc", folder)
    trained, evaluated = runs(events, "dvc.yaml:train")[0], runs(events, "dvc.yaml:evaluate")[0]
    assert parameters(trained) == {"train.alpha": "0.1", "train.api_token": "***", "command": "python src/train.py"}
    facets: dict[str, Any] = evaluated["run"]["facets"]
    first = git(folder, "rev-list", "--reverse", "main").split()[1]
    assert facets["whence_codeState"]["commit"] == first
    assert facets["whence_codeState"]["repository"] == "https://git.example.com/acme/risk"
    assert facets["whence_nativeRef"]["id"] == f"dvc.yaml:evaluate@{first}"
    assert facets["whence_metrics"]["metrics"] == [{"name": "auc", "value": 0.89}, {"name": "by.rows", "value": 3}]
    assert {one["what"] for one in facets["whence_captureCompleteness"]["missing"]} == {"start and end", "codeState"}
    roles = {
        out["name"]: out.get("outputFacets", {}).get("whence_outputRole", {}).get("role")
        for out in evaluated["outputs"]
    }
    assert roles == {"metrics.json": "METRICS", "roc.csv": "PLOT", "report": None}
    report = next(out for out in evaluated["outputs"] if out["name"] == "report")["facets"]["whence_contentDigests"]
    assert (report["files"], report["bytes"]) == (2, 4)
    assert report["digests"] == [
        {"algorithm": "dvc-md5-dir", "value": "6ea46d53348e675e87743182f72de908", "strength": "CONTENT"}
    ]


def test_credentials_of_a_remote_and_secret_parameters_are_nowhere(risk: tuple[Event, ...]) -> None:
    text = str(risk)
    assert "secret@" not in text
    assert "abcdef123456" not in text


def test_an_experiment_is_told_with_its_name(risk: tuple[Event, ...]) -> None:
    tried = [event for event in runs(risk, "dvc.yaml:train") if parameters(event)["train.alpha"] == "0.3"]
    assert len(tried) == 1
    assert tried[0]["run"]["facets"]["tags"]["tags"] == [{"key": "experiment", "value": "try-3", "source": "dvc"}]


def test_the_run_cache_tells_what_was_never_committed_and_nothing_twice(risk: tuple[Event, ...]) -> None:
    uncommitted = [event for event in risk if "run" in event and "whence_codeState" not in event["run"]["facets"]]
    assert {event["job"]["name"] for event in uncommitted} == {"dvc.yaml:train", "dvc.yaml:evaluate"}
    trained = runs(uncommitted, "dvc.yaml:train")[0]
    assert parameters(trained)["train.alpha"] == "0.7"
    # Not before the commit that brought what it read.
    assert trained["eventTime"] == "2026-03-02T08:10:00.000000Z"
    ids = [event["run"]["runId"] for event in risk if "run" in event]
    assert len(ids) == len(set(ids))


def test_a_registered_model_has_a_label_an_alias_and_everything_below_it(risk: tuple[Event, ...]) -> None:
    history = History(risk)
    registered = history.nodes[f"version/{RISK}/model.json/{MODEL_LATER}"]
    assert registered["kind"] == "MODEL_VERSION"
    assert registered["label"] == "v1.0.0"
    assert "prod" in [alias["name"] for alias in registered["aliases"]]
    assert f"version/{RISK}/data/raw.csv/{RAW_LATER}" in history.provenance(f"model.json@{MODEL_LATER}")


def test_which_models_used_a_digest_of_the_raw_data(risk: tuple[Event, ...]) -> None:
    history = History(risk)
    found = {uid.rpartition("/")[2] for uid in history.models_using(RAW_LATER)}
    assert found == {MODEL_LATER}


def test_an_import_from_another_repository_meets_it_in_one_node(risk: tuple[Event, ...], tmp_path: Path) -> None:
    history = History([*risk, *told(repository(tmp_path / "scoring", DVC_3, "scoring"))])
    imported = f"version/{SCORING}/clean.csv/{CLEAN_LATER}"
    made_by = [line.split(" GENERATED_BY ")[1] for line in history.edges("GENERATED_BY") if line.startswith(imported)]
    assert len(made_by) == 1
    assert f"{made_by[0]} USED version/{RISK}/data/clean.csv/{CLEAN_LATER}" in history.edges("USED")
    assert f"version/{RISK}/data/raw.csv/{RAW_LATER}" in history.provenance(f"scores.csv@{CLEAN_LATER}")


def test_an_import_names_the_commit_that_it_is_locked_to(tmp_path: Path) -> None:
    folder = repository(tmp_path / "scoring", DVC_3, "scoring")
    locked = re.search(r"rev_lock: (\w+)", (folder / "clean.csv.dvc").read_text())
    assert locked
    imported = runs(told(folder), "clean.csv.dvc")[0]
    assert parameters(imported)["rev_lock:data/clean.csv"] == locked[1]


def test_importing_again_sends_nothing_and_a_new_commit_sends_itself(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    assert import_all("dvc", folder)[1].sent > 0
    assert import_all("dvc", folder)[0] == []
    tracked = folder / "data/raw.csv.dvc"
    tracked.write_text(tracked.read_text().replace("ce016f72", "ffffffff"))
    git(folder, "commit", "-q", "-a", "-m", "Other loans")
    events, done, _ = import_all("dvc", folder)
    assert done.sent == 1
    assert [(event["job"]["name"], [one["name"] for one in event["inputs"]]) for event in events] == [
        ("git commit", ["data/raw.csv"])
    ]


def test_going_back_to_an_earlier_result_refers_to_its_run_again(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    import_all("dvc", folder)
    before = git(folder, "rev-list", "main").split()[2]
    git(folder, "checkout", "-q", before, "--", "dvc.lock")
    git(folder, "commit", "-q", "-m", "Back to the results before")
    events, _, _ = import_all("dvc", folder)
    assert [event["job"]["name"] for event in events] == ["git commit"]
    assert {one["name"] for one in events[0]["inputs"]} == {"data/clean.csv", "model.json", "metrics.json"}


def test_a_result_of_the_work_tree_becomes_the_same_run_when_it_is_committed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    import_all("dvc", folder)
    lock = folder / "dvc.lock"
    lock.write_text(lock.read_text().replace("a960989ba8c510741eaa3ca805106ab3", "b" * 32))
    loose = runs(import_all("dvc", folder)[0], "dvc.yaml:train")
    git(folder, "commit", "-q", "-a", "-m", "Another model")
    kept = runs(import_all("dvc", folder)[0], "dvc.yaml:train")
    assert len(loose) == len(kept) == 1
    assert loose[0]["run"]["runId"] == kept[0]["run"]["runId"]
    assert "whence_codeState" not in loose[0]["run"]["facets"]
    assert kept[0]["run"]["facets"]["whence_codeState"]["commit"] == git(folder, "rev-parse", "HEAD").strip()


def test_a_hash_of_dvc_2_is_content_only_where_bytes_prove_it(tmp_path: Path) -> None:
    def digests(name: str) -> list[tuple[str, str]]:
        outs = [out for event in told(folder) for out in event.get("outputs", ()) if out["name"] == name]
        return [(one["algorithm"], one["strength"]) for one in outs[0]["facets"]["whence_contentDigests"]["digests"]]

    folder = repository(tmp_path / "risk", DVC_2)
    assert digests("roc.csv") == [("md5", "CONTENT"), ("md5-dos2unix", "WEAK")]
    assert digests("report") == [("md5-dos2unix-dir", "WEAK")]
    (folder / ".dvc/cache/34/a73cfd2de07c67162a33dc4682011c").write_text("fpr,tpr\r\n0,0\r\n1,1\r\n")
    assert digests("roc.csv") == [("md5-dos2unix", "WEAK")]
    assert digests("metrics.json") == [("md5", "CONTENT"), ("md5-dos2unix", "WEAK")]


def test_a_bare_clone_tells_the_same_history(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    git(folder, "clone", "-q", "--bare", str(folder), str(tmp_path / "bare"))
    git(tmp_path / "bare", "remote", "set-url", "origin", "https://git.example.com/acme/risk")
    events = [
        event for event in told(tmp_path / "bare") if "whence_codeState" in event.get("run", {}).get("facets", ())
    ]
    assert story(events) == PIPELINE | COMMITS


def test_a_shallow_clone_says_that_its_history_is_cut(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder}", "shallow")
    events, _, reading = import_all("dvc", tmp_path / "shallow")
    assert any(what == "history" for what, _why in reading.missing)
    assert any(
        event["run"]["facets"].get("whence_captureCompleteness", {}).get("historyTruncated")
        for event in runs(events, "git commit")
    )


def test_a_project_without_git_is_read_from_its_work_tree(tmp_path: Path) -> None:
    folder = repository(tmp_path / "risk", DVC_3)
    (folder / ".git").rename(tmp_path / "elsewhere")
    events, _, reading = import_all("dvc", folder)
    assert any(what == "history" for what, _why in reading.missing)
    evaluated = [event for event in events if event["job"]["name"] == f"{folder}/dvc.yaml:evaluate"]
    assert {one["namespace"] for event in evaluated for one in event["outputs"]} == {"file"}
    assert f"{folder}/metrics.json" in {one["name"] for event in evaluated for one in event["outputs"]}
    assert import_all("dvc", folder)[0] == []


def test_an_artifact_is_described_from_the_commit_on_that_lists_it(risk: tuple[Event, ...]) -> None:
    described = [event for event in risk if "documentation" in event.get("dataset", {}).get("facets", {})]
    listed = described[0]
    assert (listed["eventTime"], listed["dataset"]["name"]) == ("2026-03-02T08:20:00.000000Z", "model.json")
    assert listed["dataset"]["facets"]["datasetType"]["datasetType"] == "MODEL"
    assert listed["dataset"]["facets"]["tags"]["tags"] == [{"key": "credit", "value": "true", "source": "dvc"}]


def test_versions_of_a_path_follow_each_other(risk: tuple[Event, ...]) -> None:
    lines = {_VERSION.sub(r"\1@\2", line) for line in History(risk).edges("PREVIOUS")}
    assert {"model.json@3ec1 PREVIOUS model.json@55e0", "model.json@a960 PREVIOUS model.json@3ec1"} <= lines
    assert "data/raw.csv@ce01 PREVIOUS data/raw.csv@0fbf" in lines
