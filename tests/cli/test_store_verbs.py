"""`whence verify`, `rebuild`, `migrate`, `schema` and `version`."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

from tests.cli.conftest import Project, Run, answer

from whence import __version__


def test_verify_is_equal_and_its_first_key_is_the_digest(project: Project, run: Run) -> None:
    told = answer(run("verify", "--json", "--store", project.store))
    assert list(told) == ["digest", "replayed", "equal", "events", "differences"]
    assert (told["digest"], told["equal"], told["events"]) == (told["replayed"], True, 5)


def test_the_lines_that_verify_writes_have_the_digest(project: Project, run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "graph.ndjson"
    told = answer(run("verify", "--json", "--lines", lines, "--store", project.store))
    assert hashlib.sha256(lines.read_bytes()).hexdigest() == told["digest"]
    assert all(json.loads(line)["id"] for line in lines.read_text("utf-8").splitlines())
    said = run("verify", "--lines", tmp_path / "no" / "folder", "--store", project.store, code=2).stderr
    assert "can't be written" in said


def test_what_differs_is_named_with_its_values(project: Project, run: Run) -> None:
    with sqlite3.connect(project.store.removeprefix("sqlite:///")) as damaged:
        damaged.execute("DELETE FROM facets")
    damaged.close()
    said = run("verify", "--store", project.store, code=1).stdout
    assert ": differs\n    facets." in said
    assert "null, by its log {" in said


def test_a_damaged_graph_differs_and_rebuild_mends_it(project: Project, run: Run) -> None:
    path = project.store.removeprefix("sqlite:///")
    with sqlite3.connect(path) as damaged:
        damaged.execute("DELETE FROM edges")
    damaged.close()
    said = run("verify", "--store", project.store, code=1).stdout
    assert "Not equal" in said
    assert "whence rebuild" in said
    run("rebuild", "--store", project.store)
    assert answer(run("verify", "--json", "--store", project.store))["equal"] is True
    assert "made by train" in run("provenance", "./risk.joblib", "--store", project.store).stdout
    assert not [beside for beside in Path(path).parent.iterdir() if "rebuilt" in beside.name]


def test_rebuild_refuses_while_a_service_writes(project: Project, service: str, run: Run) -> None:
    run("ingest", "-", "--url", service, stdin=b'{"no": "event"}', code=2)
    assert "another process" in run("rebuild", "--store", project.store, code=3).stderr


def test_migrate_makes_what_is_missing_and_check_only_says_so(tmp_path: Path, run: Run) -> None:
    store = f"sqlite:///{tmp_path / 'new' / 'a.db'}"
    run("migrate", "--check", "--store", store, code=3)
    assert not (tmp_path / "new").exists()
    assert answer(run("migrate", "--json", "--store", store)) == {"store": store, "current": True, "needed": []}
    run("migrate", "--check", "--store", store)


def test_a_store_of_an_older_projection_needs_rebuild(project: Project, run: Run) -> None:
    with sqlite3.connect(project.store.removeprefix("sqlite:///")) as old:
        old.execute("UPDATE meta SET value = 0 WHERE name = 'projection'")
    old.close()
    assert "whence rebuild" in run("migrate", "--check", "--store", project.store, code=1).stdout
    run("rebuild", "--store", project.store)
    run("migrate", "--check", "--store", project.store)


def test_schema_and_version(run: Run) -> None:
    assert "provenance(" in run("schema").stdout
    assert run("version").stdout == run("--version").stdout == f"whence {__version__}\n"
    assert answer(run("version", "--json")) == {"version": __version__}
