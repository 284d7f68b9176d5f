"""Errors of the command: a message, what could have been meant, a hint, and the exit code of the interface page; never a traceback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.cli.conftest import Project, Run


def test_an_unknown_ref_is_2_with_suggestions(project: Project, run: Run) -> None:
    said = run("provenance", "risk", "--store", project.store, code=2).stderr
    assert said.startswith("error: ")
    assert project.uid("risk.joblib") in said


def test_an_ambiguous_ref_is_2_with_candidates(project: Project, run: Run) -> None:
    for namespace in ("a", "b"):
        event = {
            "eventTime": "2026-02-01T00:00:00Z", "producer": "https://example.com", "schemaURL": "x#/$defs/DatasetEvent",
            "dataset": {"namespace": namespace, "name": "twice", "facets": {"version": {"datasetVersion": "1"}}},
        }  # fmt: skip
        run("ingest", "-", "--store", project.store, stdin=json.dumps(event))
    for verb in ("provenance", "show", "versions"):
        said = run(verb, "twice", "--store", project.store, code=2).stderr
        assert "asset/a/twice" in said, verb
        assert "asset/b/twice" in said, verb
    told = json.loads(run("impact", "twice", "--json", "--store", project.store, code=2).stderr)
    assert (told["code"], told["candidates"]) == ("AMBIGUOUS", ["asset/a/twice", "asset/b/twice"])


def test_a_file_that_changed_since_is_told_from_one_never_seen(project: Project, run: Run) -> None:
    Path("clean.csv").write_text("changed by hand")
    changed = run("provenance", "./clean.csv", "--store", project.store, code=2).stderr
    assert "its path is recorded with other bytes" in changed
    assert project.uid("clean.csv") in changed
    Path("new.csv").write_text("never seen")
    assert "path is recorded" not in run("provenance", "./new.csv", "--store", project.store, code=2).stderr
    assert "There is no file ./nothing" in run("provenance", "./nothing", "--store", project.store, code=2).stderr


def test_what_cannot_be_asked_is_3_with_a_remedy(project: Project, run: Run, tmp_path: Path) -> None:
    missing = run("find", "x", "--store", f"sqlite:///{tmp_path / 'none.db'}", code=3).stderr
    assert "none.db" in missing
    assert "hint: " in missing
    assert not (tmp_path / "none.db").exists()
    assert "No service answers" in run("find", "x", "--url", "http://127.0.0.1:1", code=3).stderr
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at" * 100)
    assert "text.db" in run("find", "x", "--store", f"sqlite:///{tmp_path / 'text.db'}", code=3).stderr


@pytest.fixture
def another_program() -> Iterator[str]:
    """Something on a port that is not whence, and notes no requests."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_program_on_the_port_is_recognised(another_program: str, run: Run) -> None:
    assert "is not whence" in run("stats", "--url", another_program, code=3).stderr


def test_usage_is_2(project: Project, run: Run) -> None:
    for wrong in (
        ("provenance",), ("nosuchverb",), ("find", "--kind", "thing"), ("find", "--since", "yesterday"), ("provenance", "x", "--edges", "NONE"),
        ("find", "x", "--store", "memory:", "--url", "http://a"), ("find", "--store", "mysql://a"), ("find", "--store", project.store, "--after", "junk"),
        ("rejected", "replay", "--store", project.store), ("ingest", "./nothing", "--store", project.store),
    ):  # fmt: skip
        run(*wrong, code=2)


def test_the_error_of_a_service_is_the_error_of_a_store(project: Project, service: str, run: Run) -> None:
    for question in (
        ("provenance", "risk"),
        ("models", "nosuch", "--json"),
        ("provenance", "./clean.csv", "--as-known", "6"),
        ("export", "nosuch", "-o", "nowhere"),
    ):
        assert (
            run(*question, "--url", service, code=2).stderr == run(*question, "--store", project.store, code=2).stderr
        )
