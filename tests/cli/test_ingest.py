"""`whence ingest`: every form of input, counted in the last line, and stopping or going on at what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Project, Run, answer

from whence.api.server import BackgroundServer
from whence.settings import Settings
from whence.testing.events import run_event

EVENTS = [run_event(f"r{number}", job=f"j{number}") for number in range(5)]
PRETTY = json.dumps(json.loads(EVENTS[0]), indent=2).encode()


@pytest.mark.parametrize(
    ("name", "content", "received"),
    [
        ("one.json", PRETTY, 1),
        ("array.json", b"[" + b",\n".join(EVENTS) + b"]", 5),
        ("lines.ndjson", b"\n".join(EVENTS), 5),
        ("lines.jsonl", b"\r\n".join(EVENTS) + b"\r\n\r\n", 5),
        ("lines.json", b"\n".join(EVENTS), 5),
        ("lines.ndjson.gz", gzip.compress(b"\n".join(EVENTS)), 5),
        ("array.json.gz", gzip.compress(b"[" + b",".join(EVENTS) + b"]"), 5),
        ("empty.json", b"", 0),
    ],
    ids=["one", "array", "lines", "jsonl", "lines in json", "lines in gzip", "array in gzip", "empty"],
)
@pytest.mark.parametrize("over_http", [False, True], ids=["store", "service"])
def test_forms(
    tmp_path: Path, run: Run, name: str, content: bytes, received: int, over_http: bool, request: pytest.FixtureRequest
) -> None:
    where = (
        ("--url", request.getfixturevalue("service")) if over_http else ("--store", f"sqlite:///{tmp_path / 'a.db'}")
    )
    (tmp_path / name).write_bytes(content)
    last = run("ingest", tmp_path / name, *where).stdout.splitlines()[-1]
    assert last == f"received {received} accepted {received} duplicates 0 rejected 0"


def test_a_folder_is_read_in_order_and_repeats_are_duplicates(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "events"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.json").write_bytes(PRETTY)
    (folder / "deep" / "b.ndjson").write_bytes(b"\n".join(EVENTS))
    (folder / "notes.txt").write_text("not events")
    store = f"sqlite:///{tmp_path / 'a.db'}"
    assert (
        run("ingest", folder, "--store", store).stdout.splitlines()[-1]
        == "received 6 accepted 5 duplicates 1 rejected 0"
    )
    assert (
        run("ingest", folder, "--store", store).stdout.splitlines()[-1]
        == "received 6 accepted 0 duplicates 6 rejected 0"
    )


def test_standard_input(project: Project, run: Run) -> None:
    lines = b"\n".join(EVENTS)
    assert "accepted 5" in run("ingest", "-", "--store", project.store, stdin=lines).stdout
    assert "duplicates 5" in run("ingest", "-", "--store", project.store, stdin=gzip.compress(lines)).stdout


def test_it_stops_at_what_is_refused_unless_told_to_go_on(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "1.json").write_bytes(EVENTS[0])
    (folder / "2.json").write_bytes(b"{half a document")
    (folder / "3.ndjson").write_bytes(EVENTS[1] + b'\n{"no": "event"}\nnothing\n' + EVENTS[2])
    (folder / "4.json.gz").write_bytes(gzip.compress(EVENTS[3])[:-20])
    (folder / "5.json").write_bytes(EVENTS[4])
    first = f"sqlite:///{tmp_path / 'a.db'}"
    stopped = run("ingest", folder / "2.json", "--store", first, code=2)
    assert stopped.stdout.splitlines()[-1] == "received 1 accepted 0 duplicates 0 rejected 1"
    went_on = run("ingest", folder, "--continue", "--store", f"sqlite:///{tmp_path / 'b.db'}", code=2)
    assert went_on.stdout.splitlines()[-1] == "received 8 accepted 4 duplicates 0 rejected 4"
    for place in ("2.json:1", "3.ndjson:2", "3.ndjson:3", "4.json.gz"):
        assert place in went_on.stderr
    listed = answer(run("rejected", "list", "--json", "--store", f"sqlite:///{tmp_path / 'b.db'}"))
    assert listed["totalCount"] == 3


def test_a_service_that_is_away_is_3_and_the_count_is_still_printed(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.json").write_bytes(EVENTS[0])
    result = run("ingest", tmp_path / "a.json", "--url", "http://127.0.0.1:1", code=3)
    assert result.stdout.splitlines()[-1] == "received 0 accepted 0 duplicates 0 rejected 0"
    assert "No service answers" in result.stderr


def test_json_has_the_counts_and_the_reasons(tmp_path: Path, run: Run) -> None:
    told = answer(
        run("ingest", "-", "--json", "--store", f"sqlite:///{tmp_path / 'a.db'}", stdin=b'{"no": "event"}', code=2)
    )
    assert (told["received"], told["rejected"]) == (1, 1)
    assert told["failures"][0]["place"] == "standard input:1"


def test_rejected_events_are_listed_and_tried_again(project: Project, run: Run) -> None:
    run("ingest", "-", "--store", project.store, stdin=b'{"no": "event"}', code=2)
    [identity] = run("rejected", "list", "--quiet", "--store", project.store).stdout.split()
    again = run("rejected", "replay", identity, "--store", project.store, code=1).stdout
    assert f"refused again  {identity}:" in again
    run("rejected", "replay", "--all", "--store", project.store, code=1)
    run("rejected", "replay", "99", "--store", project.store, code=1)


def test_a_replay_that_gets_an_event_in_takes_it_off_the_list(project: Project, run: Run) -> None:
    deep = EVENTS[0][:-1] + b', "x": ' + b"[" * 210 + b"]" * 210 + b"}"
    with BackgroundServer(Settings(store=project.store, port=0, max_depth=100)) as strict:
        run(
            "ingest",
            "-",
            "--url",
            strict.url,
            stdin=EVENTS[1][:-1] + b', "x": ' + b"[" * 150 + b"]" * 150 + b"}",
            code=2,
        )
        run("ingest", "-", "--url", strict.url, stdin=deep, code=2)
    told = run("rejected", "replay", "--all", "--store", project.store, code=1).stdout
    assert "received 2 accepted 1 duplicates 0 rejected 1" in told
    assert run("rejected", "list", "--quiet", "--store", project.store).stdout.split() == ["2"]
