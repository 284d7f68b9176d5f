"""Runs that wandb 0.31.0 recorded, as a graph: data made, a model trained, an online run that used an artifact and failed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.systems.graphs import Event, History, check, events_of, import_all

from whence_emitters.errors import SourceError

RECORDS = Path(__file__).parent / "records" / "wandb-0.31.0"
PROJECT = "wandb://api.wandb.ai/acme/risk"
PREPARE, TRAIN, FAILED = (
    f"run/{id_}"
    for id_ in (
        "60ff6ded-13d0-590b-9035-8a9602c6fdfa",
        "e1d49bc7-d2af-5f6f-bce3-7b82435d3a46",
        "c77189df-48aa-5526-b9e5-a6b0f171c6f7",
    )
)
CLEAN = f"version/{PROJECT}/clean-data/md5:8a11de5d0fbe26f8875a595a6b41c43b"
IMAGES = f"version/{PROJECT}/images/md5:b12d6fd9c0313724edf77f3c470b903d"
FAST = f"version/{PROJECT}/clean-data-fast/xxh128:c4f30e555f464daff2b5a8d41b870bad"
POINTER = f"version/{PROJECT}/elsewhere/md5:6bae76bd7f124acd13e4db5c745945b1"
MODEL = f"version/{PROJECT}/risk-model/md5:94a6d8943546d4264bcbec9a49fc766a"
CLEAN_MD5 = hashlib.md5(b"amount,default\n100,0\n250,1\n").hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS, tmp_path / "wandb"))


@pytest.fixture
def history(source: Path) -> History:
    return History(events_of("wandb", source))


def _end(events: list[Event], run: str) -> Any:
    found = [event for event in events if "run" in event and f"run/{event['run']['runId']}" == run]
    assert found
    return found[-1]


def test_runs_write_artifacts_and_use_them(history: History) -> None:
    assert history.edges("USED", "GENERATED_BY") == {
        f"{CLEAN} GENERATED_BY {PREPARE}",
        f"{IMAGES} GENERATED_BY {PREPARE}",
        f"{POINTER} GENERATED_BY {PREPARE}",
        f"{FAST} GENERATED_BY {PREPARE}",
        f"{MODEL} GENERATED_BY {TRAIN}",
        f"{MODEL} GENERATED_BY {FAILED}",
        f"{FAILED} USED version/{PROJECT}/clean-data/v7 ASSERTED",
    }
    assert [history.nodes[run]["state"] for run in (PREPARE, TRAIN, FAILED)] == ["COMPLETE", "COMPLETE", "FAIL"]
    assert {name: history.nodes[name]["kind"] for name in (MODEL, CLEAN)} == {
        MODEL: "MODEL_VERSION",
        CLEAN: "DATASET_VERSION",
    }


def test_only_bytes_that_the_manifest_digests_are_content(history: History) -> None:
    """No content of a reference, whose digest is its URL, nor of XXH128, whose values look like an MD5."""
    by_relpath = [
        {"md5": hashlib.md5(data).hexdigest(), "relpath": name} for name, data in (("a.txt", b"x\n"), ("b.txt", b"y\n"))
    ]
    folder = hashlib.md5(json.dumps(by_relpath, sort_keys=True).encode()).hexdigest()
    contents = {
        line for line in history.edges("HAS_CONTENT") if "/risk-model/" not in line and "dvc-md5-dir:75" not in line
    }
    assert contents == {
        f"{CLEAN} HAS_CONTENT content/md5:{CLEAN_MD5}",
        f"{IMAGES} HAS_CONTENT content/dvc-md5-dir:{folder}",
    }


def test_the_same_bytes_elsewhere_meet(source: Path) -> None:
    """A file that another system knows by the same MD5 is the same content."""
    elsewhere = {
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "https://example.com",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {
            "namespace": "git+https://git.example.com/acme/risk",
            "name": "clean.csv",
            "facets": {
                "version": {"datasetVersion": f"md5:{CLEAN_MD5}"},
                "whence_contentDigests": {
                    "digests": [{"algorithm": "md5", "value": CLEAN_MD5, "strength": "CONTENT"}],
                    "bytes": 27,
                },
            },
        },
    }
    history = History([*events_of("wandb", source), elsewhere])
    assert CLEAN in history.impact(f"md5:{CLEAN_MD5}")
    assert f"version/git+https://git.example.com/acme/risk/clean.csv/md5:{CLEAN_MD5}" in history.impact(
        f"md5:{CLEAN_MD5}"
    )


def test_what_a_run_tells_of_itself(source: Path) -> None:
    end = _end(events_of("wandb", source), TRAIN)
    facets = end["run"]["facets"]
    parameters = {one["name"]: one["value"] for one in facets["executionParameters"]["parameters"]}
    assert parameters == {"lr": "0.1", "hub_api_key": "***", "model.depth": "3"}
    measured = [(one["name"], one["value"], one.get("step")) for one in facets["whence_metrics"]["metrics"]]
    assert measured[:3] == [("loss", 1, 0), ("lost", "NaN", 0), ("loss", 0.5, 1)]
    assert ("auc", 0.91, None) in measured
    assert facets["whence_environmentPin"]["python"].startswith("3.")
    assert len(facets["whence_environmentPin"]["packagesSha256"]) == 64
    assert facets["whence_codeState"]["repository"] == "https://git.example.com/acme/risk"
    assert {one["key"]: one["value"] for one in facets["tags"]["tags"]} == {
        "weekly": "true",
        "wandb.group": "nightly",
        "wandb.name": "train1",
    }
    assert end["job"]["name"] == "train"
    assert {one["what"] for one in facets["whence_captureCompleteness"]["missing"]} == {
        "seeds", "inputs", "inputs.role", "codeState.dirty",
    }  # fmt: skip


def test_no_secret_and_no_machine_leaves_the_files(source: Path) -> None:
    text = json.dumps(events_of("wandb", source))
    for word in ("hunter2", "ada:", "machine", "/home/ada", "/staging"):
        assert word not in text


def test_aliases_but_those_the_server_gives(source: Path) -> None:
    moved = [event["dataset"] for event in events_of("wandb", source) if "dataset" in event]
    assert [(one["name"], one["facets"]["whence_alias"]["name"]) for one in moved] == [("clean-data", "gold")]


def test_a_second_import_sends_nothing_and_a_change_alone(source: Path) -> None:
    first, _, _ = import_all("wandb", source)
    assert len(first) == 7
    assert import_all("wandb", source)[0] == []
    shutil.copytree(source / "run-20261121_205641-train2", source / "run-20261121_205641-train3")
    again, done, _ = import_all("wandb", source)
    assert (len(again), done.sent, done.unchanged) == (2, 1, 3)


@pytest.mark.parametrize(
    "below", ["", "offline-run-20261121_205639-prepare1", "offline-run-20261121_205639-prepare1/run-prepare1.wandb"]
)
def test_a_folder_a_run_or_a_file(source: Path, below: str) -> None:
    events = events_of("wandb", source / below)
    assert PREPARE in {f"run/{event['run']['runId']}" for event in events if "run" in event}


def test_a_run_that_crashed_has_no_end(source: Path) -> None:
    path = source / "offline-run-20261121_205641-train1" / "run-train1.wandb"
    os.truncate(path, path.stat().st_size - 30)
    for _ in range(2):  # the damage is told each time
        events, _, reading = import_all("wandb", source)
        assert reading.damaged == [
            ("offline-run-20261121_205641-train1/run-train1.wandb", "it breaks off inside a record")
        ]
        assert any(what == "end" for what, _ in reading.missing)
        if events:
            assert History(events).nodes[TRAIN]["state"] == "RUNNING"


def test_one_flipped_bit_is_told(source: Path) -> None:
    path = source / "offline-run-20261121_205641-train1" / "run-train1.wandb"
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    _, _, reading = import_all("wandb", source)
    assert [why for _, why in reading.damaged] == [
        "a checksum does not fit: the rest of its block of 32 KiB is left out"
    ]


def test_a_host_and_an_entity_of_ones_own(source: Path) -> None:
    events = events_of("wandb", source, host="wandb.example.com", entity="other")
    assert {event["job"]["namespace"] for event in events if "job" in event} == {"wandb://wandb.example.com/acme/risk"}


def test_no_run_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no run of W&B"):
        import_all("wandb", tmp_path)


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(source: Path, capability: Callable[[str], Path]) -> None:
    check(events_of("wandb", source), capability("shared-spec"))
