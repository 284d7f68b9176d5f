"""What the history of a tracking store comes to, in the graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.systems.graphs import History, check, events_of, import_all
from tests.systems.mlflow.conftest import HOST, Place
from tests.systems.mlflow.graph import Names, edges, pointed_at, run_event

MODELS = f"version/mlflow://{HOST}"
DATA = f"version/mlflow-data://{HOST}"
SHA256 = "35dbeb89f902edb0f3cd72f9e9c50cef8b97ed1efd5bdac556738a73005b02e8"


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize("release", ["3.17.2", "2.10.2"])
def test_every_event_fits_its_schemas(store: Place, release: str, capability: object) -> None:
    check(events_of("mlflow", store(release=release), host=HOST), capability("shared-spec"))  # type: ignore[operator]


def test_a_run_reads_exactly_what_its_sources_say(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    assert edges(events_of("mlflow", path, host=HOST), names, "USED", of="run/<train>") == {
        "run/<train> USED version/file//srv/risk/data/train.csv/~ TRAIN INFERRED",
        "run/<train> USED version/s3://risk-lake/raw/valid.csv/~ VALIDATION INFERRED",
        "run/<train> USED version/s3://risk-lake/tables/loans/412 TRAIN",
        f"run/<train> USED {DATA}/table/main.risk.loans/3 TRAIN",
        "run/<train> USED version/hf://datasets/acme/loans/901b75f7d45c1095fa4fd8da34b9f450d4828e90 TRAIN",
        "run/<train> USED version/https://data.example.com//loans.csv/~ REFERENCE INFERRED",
        f"run/<train> USED {DATA}/dataset/risk/relative/e18ef2a2-<train> TRAIN",
        f"run/<train> USED {DATA}/parameter/dataset_sha256/sha256:{SHA256} ASSERTED",
    }


def test_tables_are_named_in_the_catalog_that_is_given(store: Place) -> None:
    path = store()
    used = edges(
        events_of("mlflow", path, host=HOST, catalog="unitycatalog://dbc.example.com"), Names.of_file(path), "USED"
    )
    assert "run/<train> USED version/unitycatalog://dbc.example.com/main.risk.loans/3 TRAIN" in used


def test_runs_make_models_and_their_registered_versions(store: Place) -> None:
    path = store()
    assert edges(
        events_of("mlflow", path, host=HOST),
        Names.of_file(path),
        "GENERATED_BY",
        "CHILD_OF",
        "DERIVED_FROM",
        "AT_COMMIT",
    ) == {
        f"{MODELS}/logged-model/<model>/<model> GENERATED_BY run/<train>",
        f"{MODELS}/logged-model/<head>/<head> GENERATED_BY run/<train>",
        f"{MODELS}/risk/1 GENERATED_BY run/<train>",
        "run/<train> CHILD_OF run/<pipeline>",
        "run/<evaluate> CHILD_OF run/<pipeline>",
        "run/<train> AT_COMMIT commit/https://git.example.com/acme/risk/11a110bbef1bcc07ee6b72c48ab5c5b21afbab91",
        "run/<pipeline> AT_COMMIT commit/https://git.example.com/acme/risk/11a110bbef1bcc07ee6b72c48ab5c5b21afbab91",
    }


def test_models_using_the_data_lists_the_registered_version(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    history = History(events_of("mlflow", path, host=HOST))
    by_digest = history.models_using(f"sha256:{SHA256}")
    assert by_digest[f"{MODELS}/risk/1"] == ["ROLE_UNKNOWN"]
    by_version = {names.called(uid): how for uid, how in history.models_using("s3://risk-lake tables/loans").items()}
    assert by_version == {
        f"{MODELS}/risk/1": ["TRAINED_ON"],
        f"{MODELS}/logged-model/<model>/<model>": ["TRAINED_ON"],
        f"{MODELS}/logged-model/<head>/<head>": ["TRAINED_ON"],
    }
    assert pointed_at(history, "champion") == f"{MODELS}/risk/1"


def test_a_model_measured_by_another_run_is_evaluated_on_its_data(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    uses = History(events_of("mlflow", path, host=HOST)).models_using("s3://risk-lake raw/test.csv")
    assert {names.called(uid): how for uid, how in uses.items()} == {
        f"{MODELS}/logged-model/<model>/<model>": ["EVALUATED_ON"]
    }


def test_colliding_digests_stay_three_versions(store: Place) -> None:
    path = store()
    used = edges(events_of("mlflow", path, host=HOST), Names.of_file(path), "USED")
    frames = ("first", "row", "column")
    assert {line for line in used if line.startswith("run/<unlocated")} == {
        f"run/<unlocated {frame}> USED {DATA}/dataset/collisions/dataset/d1a55173-<unlocated {frame}> TRAIN"
        for frame in frames
    }
    assert {line for line in used if line.startswith("run/<located")} == {
        f"run/<located {frame}> USED version/file//srv/data/{frame}.csv/~ TRAIN INFERRED" for frame in frames
    }


def test_a_weak_digest_is_no_content(store: Place) -> None:
    events = events_of("mlflow", store(), host=HOST)
    assert "d1a55173" in json.dumps(events)
    contents = {uid for uid in History(events).nodes if uid.startswith("content/")}
    assert contents == {f"content/sha256:{SHA256}"}


def test_where_mlflow_itself_kept_one_place_for_three_the_later_runs_say_so(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    events = events_of("mlflow", path, host=HOST)
    told = {frame: _missing(run_event(events, names, f"one name {frame}")) for frame in ("first", "row", "column")}
    assert told["first"]["dataset table"] == "MLflow records where the data was, not which state of it was read"
    assert told["row"]["dataset table"] == told["column"]["dataset table"]
    assert "that of the run which logged it first" in told["row"]["dataset table"]


def test_a_label_or_the_beginning_of_a_digest_stays_a_parameter(store: Place) -> None:
    path = store()
    missing = _missing(run_event(events_of("mlflow", path, host=HOST), Names.of_file(path), "train"))
    assert missing["data of parameter dataset_version"] == "it is a label, no digest of bytes"
    assert "--resolve" in missing["data of parameter dataset_hash"]


def test_runs_end_as_mlflow_says(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    events = events_of("mlflow", path, host=HOST)
    ends = {
        name: run_event(events, names, name)["eventType"]
        for name in ("train", "failed", "killed", "running", "deleted")
    }
    assert ends == {"train": "COMPLETE", "failed": "FAIL", "killed": "ABORT", "running": "START", "deleted": "COMPLETE"}
    tags = run_event(events, names, "deleted")["run"]["facets"]["tags"]["tags"]
    assert {tag["key"]: tag["value"] for tag in tags} == {"run_name": "deleted", "lifecycle_stage": "deleted"}


def test_metrics_keep_their_steps_nan_and_infinity(store: Place) -> None:
    path = store()
    events, names = events_of("mlflow", path, host=HOST), Names.of_file(path)
    assert run_event(events, names, "train")["run"]["facets"]["whence_metrics"]["metrics"] == [
        {"name": "auc", "value": 0.93, "step": 0},
        {"name": "loss", "value": 0.9, "step": 0},
        {"name": "loss", "value": 0.5, "step": 1},
        {"name": "loss", "value": "NaN", "step": 2},
        {"name": "loss", "value": "Infinity", "step": 3},
    ]
    measured = run_event(events, names, "evaluate")["run"]["facets"]["whence_metrics"]["metrics"]
    assert measured == [
        {"name": "auc", "value": 0.91, "step": 0, "dataset": {"namespace": "s3://risk-lake", "name": "raw/test.csv"}}
    ]


def test_signatures_and_environment_come_from_the_artifacts(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    event = run_event(events_of("mlflow", path, host=HOST), names, "train")
    signatures = {names.called(one["name"]): one["facets"]["whence_modelSignature"] for one in event["outputs"]}
    assert signatures["risk"]["inputs"] == [{"name": "age", "type": "long"}, {"name": "income", "type": "double"}]
    assert signatures["logged-model/<head>"]["inputs"] == [{"type": "float32", "shape": [-1, 3]}]
    pin = event["run"]["facets"]["whence_environmentPin"]
    assert pin["lockfile"]["name"] == "requirements.txt"
    assert pin["python"].startswith("3.")


def test_no_secret_of_the_store_is_sent(store: Place) -> None:
    assert "letmein" in Path(store()).read_bytes().decode("latin-1")
    assert "letmein" not in json.dumps(events_of("mlflow", store(), host=HOST))


def test_without_a_host_two_stores_never_share_a_name(store: Place) -> None:
    path = store()
    history = History(events_of("mlflow", path))
    assert f"version/mlflow://{path}/risk/1" in history.nodes


def test_a_store_of_mlflow_2_has_its_models_and_inputs_too(store: Place) -> None:
    path = store(release="2.10.2")
    events, names = events_of("mlflow", path, host=HOST), Names.of_file(path)
    made = edges(events, names, "GENERATED_BY")
    assert f"{MODELS}/risk/1 GENERATED_BY run/<train>" in made
    logged = [line for line in made if "/logged-model/" in line]
    assert len(logged) == 1
    assert logged[0].endswith("GENERATED_BY run/<train>")
    assert "run/<train> USED version/s3://risk-lake/raw/valid.csv/~ VALIDATION INFERRED" in edges(events, names, "USED")
    signature = next(one for one in run_event(events, names, "train")["outputs"] if one["name"] == "risk")
    assert [field["name"] for field in signature["facets"]["whence_modelSignature"]["inputs"]] == ["age", "income"]


def test_importing_again_sends_nothing_and_after_a_change_only_the_change(store: Place) -> None:
    path = store()
    first, _done, _reading = import_all("mlflow", path, host=HOST)
    again, done, _reading = import_all("mlflow", path, host=HOST)
    assert again == []
    assert done.unchanged == done.read
    path = store(2)
    change, done, _reading = import_all("mlflow", path, host=HOST)
    names = Names.of_file(path)
    runs = {names.called(event["run"]["runId"]) for event in change if "run" in event}
    assert runs == {"<train>", "<retrain>"}
    history = History([*first, *change])
    assert pointed_at(history, "champion") == f"{MODELS}/risk/2"
    assert f"{MODELS}/risk/2" in history.models_using(f"sha256:{SHA256}")
    assert "reviewed:yes" in history.nodes[f"run/{names.run('train')}"]["tags"]


def _missing(event: dict[str, object]) -> dict[str, str]:
    facets = event["run"]["facets"]  # type: ignore[index]
    return {one["what"]: one["why"] for one in facets["whence_captureCompleteness"]["missing"]}
