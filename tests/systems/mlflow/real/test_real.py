"""The real MLflow: what it writes is imported, and its plugin tells the same live."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from tests.systems.graphs import Event, History, events_of, import_all
from tests.systems.mlflow.conftest import HOST
from tests.systems.mlflow.graph import Names, pointed_at
from tests.systems.mlflow.test_history import MODELS, SHA256

pytestmark = pytest.mark.needs("system:mlflow")

HERE = Path(__file__).parent
START_SECONDS = 600


def test_history_then_nothing_then_the_change(mlflow: Callable[..., str], tmp_path: Path) -> None:
    produce, folder = HERE.parent / "produce.py", tmp_path / "store"
    mlflow(produce, folder)
    path = folder / "mlflow.db"
    first, _done, _reading = import_all("mlflow", path, host=HOST)
    names = Names.of_file(path)
    history = History(first)
    assert f"{MODELS}/risk/1" in history.models_using(f"sha256:{SHA256}")
    assert import_all("mlflow", path, host=HOST)[0] == []
    mlflow(produce, folder, "--stage", "2")
    change, _done, _reading = import_all("mlflow", path, host=HOST)
    names = Names.of_file(path)
    assert {names.called(event["run"]["runId"]) for event in change if "run" in event} == {"<train>", "<retrain>"}
    assert pointed_at(History([*first, *change]), "champion") == f"{MODELS}/risk/2"


def test_the_plugin_tells_live_what_an_import_finds(
    mlflow: Callable[..., str], spooled: Callable[[], list[Event]], tmp_path: Path
) -> None:
    data = tmp_path / "loans.csv"
    data.write_text("age,income\n31,2100\n47,3900\n")
    path = tmp_path / "mlflow.db"
    run_id, model_id = mlflow(HERE / "train_live.py", f"whence+sqlite:///{path}", data).split()[-2:]
    live = spooled()
    sha256 = hashlib.sha256(data.read_bytes()).hexdigest()
    history = History(live)
    model = f"{MODELS}/logged-model/{model_id}/{model_id}"
    assert set(history.models_using(f"sha256:{sha256}")) == {model, f"{MODELS}/risk/1"}
    assert pointed_at(history, "champion") == f"{MODELS}/risk/1"
    assert next(event["eventType"] for event in live if "run" in event) == "START"
    assert f"run/{UUID(run_id)}" in history.nodes
    imported = events_of("mlflow", path, host=HOST)
    kinds = ("USED", "GENERATED_BY", "CHILD_OF", "HAS_CONTENT", "INSTANCE_OF")
    assert History([*live, *imported]).edges(*kinds) == history.edges(*kinds) == History(imported).edges(*kinds)


def test_a_run_inside_a_step_names_it_as_its_parent(
    mlflow: Callable[..., str], spooled: Callable[[], list[Event]], tmp_path: Path
) -> None:
    data = tmp_path / "loans.csv"
    data.write_text("age,income\n31,2100\n")
    outer = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
    path = tmp_path / "mlflow.db"
    run_id, _model_id = mlflow(
        HERE / "train_live.py", f"sqlite:///{path}", data, OPENLINEAGE_PARENT_ID=f"risk/nightly/{outer}"
    ).split()[-2:]
    assert spooled() == []
    assert f"run/{UUID(run_id)} CHILD_OF run/{outer}" in History(events_of("mlflow", path, host=HOST)).edges("CHILD_OF")


def test_a_server_tells_what_its_database_holds(
    mlflow: Callable[..., str], tmp_path: Path, capability: Callable[[str], Path]
) -> None:
    folder = tmp_path / "store"
    mlflow(HERE.parent / "produce.py", folder)
    path = folder / "mlflow.db"
    with served(capability("system:mlflow"), path) as url:
        over_http = History(events_of("mlflow", url, host=HOST))
    kinds = ("USED", "GENERATED_BY", "CHILD_OF", "AT_COMMIT", "HAS_CONTENT", "INSTANCE_OF")
    assert over_http.edges(*kinds) == History(events_of("mlflow", path, host=HOST)).edges(*kinds)


def test_the_plugin_tells_live_over_http(
    mlflow: Callable[..., str], spooled: Callable[[], list[Event]], tmp_path: Path, capability: Callable[[str], Path]
) -> None:
    data = tmp_path / "loans.csv"
    data.write_text("age,income\n31,2100\n47,3900\n")
    path = tmp_path / "server" / "mlflow.db"
    path.parent.mkdir()
    with served(capability("system:mlflow"), path) as url:
        mlflow(HERE / "train_live.py", f"whence+{url}", data)
    live, imported = History(spooled()), History(events_of("mlflow", path, host=HOST))
    kinds = ("USED", "GENERATED_BY", "CHILD_OF", "HAS_CONTENT")
    assert f"{MODELS}/risk/1" in live.models_using(f"sha256:{hashlib.sha256(data.read_bytes()).hexdigest()}")
    assert live.edges(*kinds) == imported.edges(*kinds)


@contextmanager
def served(python: Path, path: Path) -> Iterator[str]:
    """The real server over a database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [python, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{path}", "--port", str(port), "--workers", "1"],
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}, cwd=path.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def test_training_goes_on_when_the_spool_cannot_be_written(mlflow: Callable[..., str], tmp_path: Path) -> None:
    data = tmp_path / "loans.csv"
    data.write_text("age,income\n31,2100\n")
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with pytest.raises(AssertionError, match="Lineage of an MLflow run lacks its end"):
        mlflow(
            HERE / "train_live.py",
            f"whence+sqlite:///{tmp_path / 'mlflow.db'}",
            data,
            WHENCE_SPOOL=str(tmp_path / "blocked"),
        )
    assert events_of("mlflow", tmp_path / "mlflow.db", host=HOST)
