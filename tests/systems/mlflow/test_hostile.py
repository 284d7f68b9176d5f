"""Stores, sources and artifacts that are damaged or meant to harm: said, never a traceback, never outside of the source."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.graphs import events_of, import_all
from tests.systems.mlflow.conftest import HOST, Place
from tests.systems.mlflow.graph import Names, run_event
from tests.systems.mlflow.test_options import change, serving

from whence_emitters.errors import DamagedError, SourceError, UsageError
from whence_emitters.systems.mlflow.artifacts import Artifacts, Described
from whence_emitters.systems.mlflow.locations import locate
from whence_emitters.systems.mlflow.rest import RestStore, server_of
from whence_emitters.systems.mlflow.signatures import signature_of
from whence_emitters.systems.mlflow.stated import stated_data

SOURCE_TYPES = st.sampled_from(
    ["local", "s3", "code", "delta_table", "hugging_face", "uc_volume", "http", "spark", "other"]
)
KEYS = st.sampled_from(
    ["uri", "path", "url", "revision", "split", "delta_table_name", "delta_table_version", "table_name"]
) | st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=10,
)


@settings(deadline=None)
@given(SOURCE_TYPES, JSON.map(json.dumps) | st.text(max_size=50))
def test_any_source_of_a_dataset_is_a_place_or_none(source_type: str, source: str) -> None:
    place = locate(source_type, source, None, "mlflow-data://h")
    assert place is None or (place.namespace and isinstance(place.name, str))


@pytest.mark.parametrize(
    "uri", ["s3://[", "https://h:port/x", "file://", "dbfs:/", "lakefs://r", "s3://", "://x", "C:\\data"]
)
def test_an_address_that_is_none_is_no_place_or_a_name(uri: str) -> None:
    place = locate("s3", json.dumps({"uri": uri}), None, "mlflow-data://h")
    assert place is None or place.name


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(["inputs", "outputs", "params"]), JSON | JSON.map(json.dumps)))
def test_any_signature_is_fields_or_damaged(signature: dict[str, object]) -> None:
    with suppress(DamagedError):
        signature_of({"signature": signature})


@settings(deadline=None)
@given(st.text(max_size=140))
def test_any_parameter_is_a_digest_or_says_why_not(text: str) -> None:
    for stated in stated_data({"dataset_hash": text}, ["dataset_hash"], None):
        assert (stated.digest is None) == bool(stated.why)


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=300))
def test_any_mlmodel_is_described_or_said_to_be_damaged(
    tmp_path_factory: pytest.TempPathFactory, document: bytes
) -> None:
    folder = tmp_path_factory.mktemp("artifacts") / "model" / "artifacts"
    folder.mkdir(parents=True)
    for name in ("MLmodel", "python_env.yaml", "requirements.txt"):
        (folder / name).write_bytes(document)
    damaged: list[tuple[str, str]] = []
    found = Artifacts(folder.parents[1], lambda what, why: damaged.append((what, why))).describe("/x/model/artifacts")
    assert found.signature is None or not damaged


def test_a_path_out_of_the_artifacts_is_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside" / "artifacts", tmp_path / "root"
    outside.mkdir(parents=True)
    root.mkdir()
    (outside / "MLmodel").write_text("signature: {inputs: '[]', outputs: '[]'}")
    (root / "outside").symlink_to(outside.parent)
    (root / "m" / "artifacts").mkdir(parents=True)
    (root / "m" / "artifacts" / "MLmodel").symlink_to(outside / "MLmodel")
    artifacts = Artifacts(root, lambda _what, _why: None)
    for location in (
        "../outside/artifacts",
        "/srv/outside/artifacts",
        "/srv/m/artifacts",
        "file:///a/../outside/artifacts",
        "",
    ):
        assert artifacts.describe(location) == Described()


def test_a_damaged_run_is_said_and_the_others_are_imported(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    change(path, "UPDATE runs SET start_time = 9e18 WHERE name = 'evaluate'")
    change(path, "UPDATE datasets SET dataset_source = '{\"uri\": [' WHERE name = 'train'")
    change(
        path, "UPDATE datasets SET dataset_schema = '[[[' , dataset_profile = '{\"num_rows\": -3}' WHERE name = 'valid'"
    )
    events, _done, reading = import_all("mlflow", path, host=HOST)
    assert [what for what, _why in reading.damaged] == [f"run {names.runs['evaluate']}"]
    inputs = run_event(events, names, "train")["inputs"]
    assert any(one["name"] == "dataset/risk/train" for one in inputs)


def test_a_file_that_is_no_store_is_an_error_for_people(tmp_path: Path, store: Place) -> None:
    (tmp_path / "text.db").write_text("no database, a text that is long enough to be looked at" * 20)
    with closing(sqlite3.connect(tmp_path / "empty.db")) as database:
        database.execute("CREATE TABLE t (x)")
    cut = tmp_path / "cut.db"
    cut.write_bytes(store().read_bytes()[:8_000])
    for location in (tmp_path / "text.db", tmp_path / "empty.db", cut, tmp_path / "nowhere.db", tmp_path):
        with pytest.raises(SourceError):
            events_of("mlflow", location)


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(UsageError, match=r"pip install|needs a driver") as caught:
        events_of("mlflow", "postgresql://ada:letmein@127.0.0.1:1/mlflow")
    assert "whence-emitters[mlflow-sql]" in str(caught.value)
    assert "letmein" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [[], {"experiments": [{}]}, {"experiments": [{"experiment_id": "1"}], "runs": [{"info": 3}]}, "x"]
)
def test_a_server_that_is_not_mlflow_is_an_error_for_people(answer: object) -> None:
    with serving(lambda _path, _body: answer) as url, pytest.raises(SourceError):
        events_of("mlflow", url)


def test_credentials_of_a_server_are_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "letmein")
    with pytest.raises(SourceError) as caught:
        list(RestStore("http://ada:letmein@127.0.0.1:9").runs())
    assert "letmein" not in str(caught.value)
    assert server_of("https://ada:letmein@MLflow.example.com:443/team/") == "mlflow.example.com/team"


def test_pages_that_never_end_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(
        lambda path, _body: {"next_page_token": "again", "experiments": []} if "experiments" in path else {}
    ) as url:
        assert list(RestStore(url).runs()) == []
