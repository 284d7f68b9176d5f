"""A cache and a folder that huggingface_hub 2.4.0 downloaded, as a graph: a base, an adapter of it, a merge, a data set."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.graphs import History, check, events_of, import_all

from whence_emitters.errors import DamagedError, SourceError, UsageError
from whence_emitters.systems.huggingface.card import read_card
from whence_emitters.systems.huggingface.safetensors import read_header

RECORDS = Path(__file__).parent / "records" / "huggingface_hub-2.4.0"
AT = "2026-11-02"
WEIGHTS = struct.pack("<Q", 2) + b"{}"
BASE = f"version/hf://models/acme/risk-base/{'1' * 40}"
ADAPTER = f"version/hf://models/acme/risk-adapter/{'2' * 40}"
MERGE = f"version/hf://models/acme/risk-merge/{'4' * 40}"
DATA = f"version/hf://datasets/acme/loans/{'5' * 40}"
ELSEWHERE = "version/hf://models/zoo/never-downloaded/~"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS / "hub", tmp_path / "hub", symlinks=True))


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS / "local", tmp_path / "local"))


def _edges(history: History, kind: str) -> set[str]:
    """Without the run's id, which is derived."""
    return {line.partition(f" {kind} ")[2] if line.startswith("run/") else line for line in history.edges(kind)}


def test_bases_and_data_with_what_proves_them(cache: Path) -> None:
    history = History(events_of("huggingface", cache, at=AT))
    assert history.edges("DERIVED_FROM") == {
        f"{ADAPTER} DERIVED_FROM {BASE} ADAPTER",
        f"{MERGE} DERIVED_FROM {BASE} MERGE ASSERTED",
        f"{MERGE} DERIVED_FROM {ELSEWHERE} MERGE INFERRED",
    }
    assert _edges(history, "USED") == {
        f"{BASE} BASE_MODEL",
        f"{BASE} BASE_MODEL ASSERTED",
        f"{ELSEWHERE} BASE_MODEL INFERRED",
        f"{DATA} TRAIN ASSERTED",
        f"{DATA} TEST ASSERTED",
        f"{ADAPTER} MODEL",
    }
    assert history.models_using("hf://datasets acme/loans") == {ADAPTER: ["TRAINED_ON", "EVALUATED_ON"]}
    assert history.models_using("hf://models acme/risk-base") == {
        ADAPTER: ["FINE_TUNED_FROM"],
        MERGE: ["FINE_TUNED_FROM"],
    }


def test_the_only_file_of_weights_is_content_and_shards_are_none(cache: Path) -> None:
    history = History(events_of("huggingface", cache, at=AT))
    weights = cache / f"models--acme--risk-base/snapshots/{'1' * 40}/model.safetensors"
    data = cache / f"datasets--acme--loans/snapshots/{'5' * 40}/loans.csv"
    contents = {line for line in history.edges("HAS_CONTENT") if "risk-adapter" not in line}
    assert contents == {
        f"{BASE} HAS_CONTENT content/sha256:{hashlib.sha256(weights.read_bytes()).hexdigest()}",
        f"{DATA} HAS_CONTENT content/sha256:{hashlib.sha256(data.read_bytes()).hexdigest()}",
    }


def test_a_name_that_moves_is_pinned_only_where_one_version_fits(cache: Path) -> None:
    """Two versions of the base, and no branch that says which: the merge's base stays open."""
    base = cache / "models--acme--risk-base"
    shutil.copytree(base / "snapshots" / ("1" * 40), base / "snapshots" / ("9" * 40), symlinks=True)
    shutil.rmtree(base / "refs")
    history = History(events_of("huggingface", cache, at=AT))
    merged = {line for line in history.edges("DERIVED_FROM") if line.startswith(MERGE)}
    assert {line.rpartition(" MERGE ")[2] for line in merged} == {"INFERRED"}
    assert f"{ADAPTER} DERIVED_FROM {BASE} ADAPTER" in history.edges("DERIVED_FROM")


def test_what_files_say_of_themselves_and_no_secret(cache: Path) -> None:
    events = events_of("huggingface", cache, at=AT)
    (training,) = [event for event in events if event.get("job", {}).get("name") == "card acme/risk-adapter"]
    parameters = {one["name"]: one["value"] for one in training["run"]["facets"]["executionParameters"]["parameters"]}
    assert parameters["safetensors.metadata.trained_with"] == "peft"
    assert parameters["safetensors.metadata.hub_token"] == "***"
    (evaluation,) = [event for event in events if event.get("job", {}).get("name") == "evaluation acme/risk-adapter"]
    (metric,) = evaluation["run"]["facets"]["whence_metrics"]["metrics"]
    assert (metric["name"], metric["value"], metric["subset"]) == ("accuracy", 0.91, "test")
    assert "hf_aaaa" not in json.dumps(events)


def test_a_second_import_sends_nothing_and_a_new_version_alone(cache: Path) -> None:
    assert import_all("huggingface", cache, at=AT)[0]
    assert import_all("huggingface", cache, at=AT)[0] == []
    adapter = cache / "models--acme--risk-adapter"
    shutil.copytree(adapter / "snapshots" / ("2" * 40), adapter / "snapshots" / ("3" * 40), symlinks=True)
    sent = import_all("huggingface", cache, at=AT)[0]
    versions = {one["facets"]["version"]["datasetVersion"] for event in sent for one in event["outputs"]}
    assert versions == {"3" * 40}


def test_a_downloaded_folder_tells_its_commit_and_its_time(local: Path) -> None:
    events = events_of("huggingface", local, name="acme/risk-adapter")
    assert {event["eventTime"][:4] for event in events} == {"2026"}
    assert f"{ADAPTER} DERIVED_FROM {BASE} ADAPTER" in History(events).edges("DERIVED_FROM")


def test_a_clone_of_the_hub_is_the_version_that_is_checked_out(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "README.md").write_text("---\nbase_model: acme/risk-base\n---\n")
    for command in (("init", "-q"), ("remote", "add", "origin", "https://ada:hunter2@huggingface.co/acme/mine"),
                    ("add", "."), ("commit", "-q", "-m", "card", "--date", "2026-11-01T00:00:00Z")):  # fmt: skip
        subprocess.run(["git", *command], cwd=clone, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout.strip()
    (edge,) = History(events_of("huggingface", clone)).edges("DERIVED_FROM")
    assert (
        edge
        == f"version/hf://models/acme/mine/{head} DERIVED_FROM version/hf://models/acme/risk-base/~ FINE_TUNE INFERRED"
    )


def test_a_folder_of_ones_own_is_called_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nbase_model: acme/risk-base\n---\n")
    (tmp_path / "model.safetensors").write_bytes(WEIGHTS)
    (event,) = events_of("huggingface", tmp_path, at=AT)
    (output,) = event["outputs"]
    assert (output["namespace"], output["name"]) == ("file", str(tmp_path))
    digests = {one["algorithm"]: one["value"] for one in output["facets"]["whence_contentDigests"]["digests"]}
    assert digests["sha256"] == hashlib.sha256(WEIGHTS).hexdigest()


def test_nothing_that_tells_a_time_is_a_message(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tells when these versions were made"):
        import_all("huggingface", cache)
    with pytest.raises(SourceError, match="no model card"):
        import_all("huggingface", tmp_path / "hub" / "models--acme--risk-base" / "refs", at=AT)


def test_damaged_cards_are_told_and_the_others_read(cache: Path, tmp_path: Path) -> None:
    snapshot = cache / f"models--acme--risk-base/snapshots/{'1' * 40}"
    (snapshot / "README.md").unlink()
    (snapshot / "README.md").write_text("---\n{unclosed\n---\n")
    merge = cache / f"models--acme--risk-merge/snapshots/{'4' * 40}"
    (tmp_path / "secret").write_text("---\nbase_model: acme/stolen\n---\n")
    (merge / "README.md").unlink()
    (merge / "README.md").symlink_to(tmp_path / "secret")
    events, _, reading = import_all("huggingface", cache, at=AT)
    assert len(reading.damaged) == 2
    assert "stolen" not in json.dumps(events)


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(cache: Path, local: Path, capability: Callable[[str], Path]) -> None:
    check([*events_of("huggingface", cache, at=AT), *events_of("huggingface", local)], capability("shared-spec"))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["acme/x", "/home/ada/x", "a" * 200]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["results", "dataset", "type", "metrics", "value", "revision"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)
MATTER = st.dictionaries(
    st.sampled_from(
        ["base_model", "datasets", "model-index", "tags", "license", "base_model_relation", "base_model_name_or_path", "revision", "_name_or_path"]
    ),
    VALUES,
    max_size=5,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(MATTER, MATTER, st.binary(max_size=60))
def test_hostile_cards_raise_nothing_else(matter: dict[str, Any], other: dict[str, Any], raw: bytes) -> None:
    files = {
        "README.md": b"---\n" + json.dumps(matter).encode() + b"\n---\n",
        "config.json": json.dumps(other).encode(),
    }
    with suppress(DamagedError):
        card = read_card("acme/own", files.get)
        assert all("/home" not in base.name and base.name != "acme/own" for base in card.bases)
    with suppress(DamagedError):
        read_card("acme/own", {"README.md": b"---\n" + raw, "adapter_config.json": raw}.get)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(min_value=0, max_value=1 << 64 - 1),
    st.binary(max_size=80) | VALUES.map(lambda value: json.dumps({"__metadata__": value, "t": value}).encode()),
)
def test_hostile_headers_raise_nothing_else(tmp_path_factory: pytest.TempPathFactory, length: int, rest: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile.safetensors"
    for claimed in (length, len(rest)):
        path.write_bytes(struct.pack("<Q", claimed) + rest)
        with suppress(DamagedError):
            assert read_header(path)["tensors"].isdigit()
