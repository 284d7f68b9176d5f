"""With the real huggingface_hub 2.4, from a server on this machine: downloaded, imported, imported again, downloaded again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.graphs import History, check, events_of, import_all

pytestmark = pytest.mark.needs("system:huggingface")
PRODUCE = Path(__file__).resolve().parents[1] / "produce.py"
AT = "2026-11-02"


def _produce(python: Path, folder: Path, stage: int) -> None:
    subprocess.run([python, PRODUCE, folder, "--stage", str(stage)], check=True, capture_output=True)


def test_downloaded_imported_and_downloaded_again(capability: Callable[[str], Path], tmp_path: Path) -> None:
    python = capability("system:huggingface")
    _produce(python, tmp_path, 1)
    events = events_of("huggingface", tmp_path / "hub", at=AT)
    assert len(History(events).edges("DERIVED_FROM")) == 3
    assert import_all("huggingface", tmp_path / "hub", at=AT)[0] == []
    _produce(python, tmp_path, 2)
    (changed,) = import_all("huggingface", tmp_path / "hub", at=AT)[0]
    assert changed["outputs"][0]["facets"]["version"]["datasetVersion"] == "3" * 40
    base = f"version/hf://models/acme/risk-base/{'1' * 40}"
    second = f"version/hf://models/acme/risk-adapter/{'3' * 40}"
    history = History([*events, changed])
    assert f"{second} DERIVED_FROM {base} ADAPTER ASSERTED" in history.edges("DERIVED_FROM")
    assert second in history.models_using("hf://models acme/risk-base")


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(capability: Callable[[str], Path], tmp_path: Path) -> None:
    _produce(capability("system:huggingface"), tmp_path, 1)
    check(events_of("huggingface", tmp_path / "local", name="acme/risk-adapter"), capability("shared-spec"))
