"""A small project on disk with its events in a SQLite store, asked through the command in process, and the same store served over HTTP."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from whence.api.server import BackgroundServer
from whence.cli.command import whence
from whence.settings import Settings
from whence.testing.events import dataset, run_event

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this shell reaches a test, and no test the default store."""
    for name in list(os.environ):
        if name.startswith("WHENCE_") or name in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user-data"))
    monkeypatch.setattr("whence.cli.where.DEFAULT_URL", "http://127.0.0.1:1")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder, and the URL of the store that holds its events."""

    folder: Path
    store: str

    def uid(self, name: str) -> str:
        """The uid of the asset that a file of the project is recorded as."""
        return "asset/file/" + str(self.folder / name).replace("/", "%2F")


def file_dataset(path: Path, **facets: dict[str, Any]) -> dict[str, Any]:
    """A file as emitters record it."""
    content = path.read_bytes()
    digests = [
        {"algorithm": name, "value": hashlib.new(name, content).hexdigest(), "strength": "CONTENT"}
        for name in ("sha256", "md5")
    ]
    own = {"whence_contentDigests": {"files": 1, "bytes": len(content), "digests": digests}}
    return dataset(str(path), **(own | facets))


def read_as(path: Path, role: str) -> dict[str, Any]:
    """A file as an input in a role."""
    return file_dataset(path) | {
        "inputFacets": {"whence_inputRole": {"_producer": "x", "_schemaURL": "x", "role": role}}
    }


def project_events(folder: Path) -> list[bytes]:
    """clean makes clean.csv from raw.csv, train a model from it, serve answers with the model and has not ended."""
    raw, clean, model = folder / "raw.csv", folder / "clean.csv", folder / "risk.joblib"
    code = {
        "whence_codeState": {
            "repository": "https://git.example.com/acme/risk",
            "commit": "11a110bbef1bcc07",
            "dirty": True,
        }
    }
    is_model = {"datasetType": {"datasetType": "MODEL"}}
    service = {"jobType": {"processingType": "SERVICE", "integration": "WHENCE", "jobType": "TASK"}}
    return [
        run_event("c", "START", "2026-01-01T10:00:00Z", job="clean", inputs=[file_dataset(raw)], run_facets=code),
        run_event("c", "COMPLETE", "2026-01-01T10:01:00Z", job="clean", inputs=[file_dataset(raw)], outputs=[file_dataset(clean)], run_facets=code),
        run_event("t", "START", "2026-01-01T11:00:00Z", job="train", inputs=[read_as(clean, "TRAIN")]),
        run_event("t", "COMPLETE", "2026-01-01T11:05:00.25Z", job="train", inputs=[read_as(clean, "TRAIN")], outputs=[file_dataset(model, **is_model)]),
        run_event("s", "START", "2026-01-01T12:00:00Z", job="serve", inputs=[read_as(model, "MODEL")], job_facets=service),
    ]  # fmt: skip


@pytest.fixture
def run() -> Run:
    """`run("find", "x", code=0)`: the command in process. Fails when it ends with another code or with a traceback."""

    def call(*arguments: str, code: int = 0, stdin: bytes | str | None = None) -> Result:
        result = CliRunner().invoke(whence, [str(each) for each in arguments], input=stdin)
        assert result.exit_code == code, f"{result.exit_code}: {result.output}\n{result.exception!r}"
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def project(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("raw.csv", "clean.csv", "risk.joblib"):
        Path(name).write_text(f"the bytes of {name}\n", "utf-8")
    events = tmp_path / "events.ndjson"
    events.write_bytes(b"\n".join(project_events(folder)))
    store = f"sqlite:///{tmp_path / 'whence.db'}"
    run("ingest", events, "--store", store)
    return Project(folder, store)


@pytest.fixture
def service(project: Project) -> Iterator[str]:
    """The URL of a service over the project's store."""
    with BackgroundServer(Settings(store=project.store, port=0)) as running:
        yield running.url


def answer(result: Result) -> Any:
    """The JSON that a command printed."""
    return json.loads(result.stdout)
