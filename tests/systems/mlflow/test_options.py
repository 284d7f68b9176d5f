"""What options add: parameters of other names, a service that completes digests, repositories, and what stays a parameter."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.systems.graphs import History, events_of, import_all
from tests.systems.mlflow.conftest import HOST, Place
from tests.systems.mlflow.graph import Names, edges, pointed_at, run_event
from tests.systems.mlflow.test_history import DATA, SHA256

from whence_emitters.errors import SourceError, UsageError
from whence_emitters.importing.facets import Digest
from whence_emitters.systems.mlflow.stated import Resolver, whole_digest

MD5 = "5a6a13737b6c4078ee4973f9a609e074"


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, values)


@contextmanager
def serving(answer: Callable[[str, bytes], object]) -> Iterator[str]:
    """A server on this machine that answers with JSON what a function makes of path and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = answer(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(told).encode()
            self.send_response(200 if told is not None else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (SHA256, Digest("sha256", SHA256)),
        (f" SHA256:{SHA256.upper()} ", Digest("sha256", SHA256)),
        (MD5, Digest("md5", MD5)),
        (f"md5:{MD5}.dir", Digest("dvc-md5-dir", MD5)),
        (f"{MD5}.dir", Digest("dvc-md5-dir", MD5)),
        (f"dir-sha256:{SHA256}", Digest("dir-sha256", SHA256)),
        ("11a110bbef1bcc07ee6b72c48ab5c5b21afbab91", None),
        (f"sha256:{MD5}", None),
        (f"{SHA256}.dir", None),
        ("v2.0", None),
        ("", None),
    ],
)
def test_a_whole_digest_is_known_by_its_name_or_length(text: str, digest: Digest | None) -> None:
    assert whole_digest(text) == digest


def test_a_further_parameter_becomes_a_read_with_its_role(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    change(path, "INSERT INTO params VALUES ('train_hash', ?, ?)", MD5, names.runs["evaluate"])
    assert not [line for line in edges(events_of("mlflow", path, host=HOST), names, "USED") if MD5 in line]
    events, done, _reading = import_all("mlflow", path, host=HOST, **{"digest-param": ["train_hash"]})
    assert done.sent  # another question makes other events: they are sent without --again
    used = edges(events, names, "USED", of="run/<evaluate>")
    assert f"run/<evaluate> USED {DATA}/parameter/train_hash/md5:{MD5} TRAIN ASSERTED" in used


@pytest.mark.parametrize(
    ("contents", "used"),
    [
        ([f"content/sha256:{SHA256}"], True),
        ([], False),
        ([f"content/sha256:{SHA256}", f"content/blake3:{SHA256}"], False),
    ],
)
def test_a_service_completes_a_digest_when_exactly_one_content_fits(
    store: Place, contents: list[str], used: bool
) -> None:
    path = store()
    names = Names.of_file(path)
    asked = []

    def answer(_path: str, body: bytes) -> object:
        asked.append(json.loads(body)["variables"]["ref"])
        nodes = [{"id": uid, "kind": "CONTENT"} for uid in contents] + [{"id": "asset/x/y", "kind": "DATASET"}]
        return {"data": {"resolve": {"node": None, "candidates": nodes}}}

    with serving(answer) as url:
        events = events_of("mlflow", path, host=HOST, resolve=url)
    assert asked == [SHA256[:16]]
    line = f"run/<train> USED {DATA}/parameter/dataset_hash/sha256:{SHA256} ASSERTED"
    assert (line in edges(events, names, "USED")) is used


def test_what_a_service_learns_later_is_sent_then(store: Place) -> None:
    path = store()
    known: list[object] = []
    with serving(lambda _path, _body: {"data": {"resolve": {"node": None, "candidates": known}}}) as url:
        events_of("mlflow", path, host=HOST, resolve=url)
        assert import_all("mlflow", path, host=HOST, resolve=url)[0] == []
        known.append({"id": f"content/sha256:{SHA256}", "kind": "CONTENT"})
        events, done, _reading = import_all("mlflow", path, host=HOST, resolve=url)
    assert done.sent == 1
    assert f"parameter/dataset_hash/sha256:{SHA256}" in "".join(edges(events, Names.of_file(path), "USED"))


def test_a_service_that_is_away_is_an_error_for_people(store: Place) -> None:
    with pytest.raises(SourceError, match="did not answer"):
        events_of("mlflow", store(), host=HOST, resolve="http://127.0.0.1:9")
    with pytest.raises(UsageError, match="no address of a service"):
        Resolver("file:///etc/passwd")


def test_a_commit_without_a_repository_needs_to_be_told_which(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    commit = "a" * 40
    change(path, "INSERT INTO params VALUES ('git_commit', ?, ?)", commit, names.runs["evaluate"])
    without = run_event(events_of("mlflow", path, host=HOST), names, "evaluate")["run"]["facets"]
    assert "whence_codeState" not in without
    assert commit in json.dumps(without["whence_captureCompleteness"])
    events, _done, _reading = import_all("mlflow", path, host=HOST, repository="git@git.example.com:acme/risk.git")
    assert f"run/<evaluate> AT_COMMIT commit/https://git.example.com/acme/risk/{commit}" in edges(
        events, names, "AT_COMMIT"
    )
    code = run_event(events, names, "evaluate")["run"]["facets"]["whence_codeState"]
    assert "dirty" not in code


def test_aliases_moved_back_or_deleted_between_imports_end_where_mlflow_has_them(store: Place) -> None:
    path = store(2)
    told = events_of("mlflow", path, host=HOST)
    for version in ("1", "2", "1"):
        change(path, "UPDATE registered_model_aliases SET version = ?", version)
        told += import_all("mlflow", path, host=HOST)[0]
        assert pointed_at(History(told), "champion") == f"version/mlflow://{HOST}/risk/{version}"
    change(path, "DELETE FROM registered_model_aliases")
    told += import_all("mlflow", path, host=HOST)[0]
    assert pointed_at(History(told), "champion") == ""
    assert import_all("mlflow", path, host=HOST)[0] == []


def test_a_tag_changed_twice_on_a_finished_run_is_the_last(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    told = events_of("mlflow", path, host=HOST)
    for team in ("market", "fraud", "credit"):
        change(path, "UPDATE tags SET value = ? WHERE key = 'team'", team)
        told += import_all("mlflow", path, host=HOST)[0]
        assert f"team:{team}" in History(told).nodes[f"run/{names.run('train')}"]["tags"]


def test_a_metric_of_too_many_steps_has_its_last_value(store: Place) -> None:
    path = store()
    names = Names.of_file(path)
    with closing(sqlite3.connect(path)) as database, database:
        rows = (("long", float(n), n, names.runs["evaluate"], n) for n in range(20_001))
        database.executemany("INSERT INTO metrics (key, value, timestamp, run_uuid, step) VALUES (?, ?, ?, ?, ?)", rows)
        database.execute(
            "INSERT INTO latest_metrics VALUES ('long', 7.0, 20000, 20000, 0, ?)", [names.runs["evaluate"]]
        )
    facets = run_event(events_of("mlflow", path, host=HOST), names, "evaluate")["run"]["facets"]
    assert {"name": "long", "value": 7.0, "step": 20_000} in facets["whence_metrics"]["metrics"]
    assert len(facets["whence_metrics"]["metrics"]) == 2
    assert "only the last value" in json.dumps(facets["whence_captureCompleteness"])
