"""`whence keys`, `whence serve` with and without keys, and what the command says to a service that wants another key."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import Project, Run, answer
from tests.cli.test_processes import command, started

from whence.api.keys import sha256_of
from whence.api.server import BackgroundServer
from whence.settings import Settings, default_keys_file

KEY = re.compile(r"whence_[A-Za-z0-9_-]{43}")


def create(run: Run, name: str, scope: str) -> str:
    return run("keys", "create", name, "--scope", scope, "--quiet").stdout.strip()


@pytest.fixture
def closed(project: Project, run: Run) -> Iterator[str]:
    """The URL of a service over the project's store, which looks at the keys of this user."""
    create(run, "first", "admin")
    with BackgroundServer(Settings(store=project.store, port=0), keys_file=default_keys_file()) as running:
        yield running.url


# Making keys


def test_a_key_is_printed_once_alone_on_standard_output(run: Run) -> None:
    made = run("keys", "create", "ci", "--scope", "write")
    assert KEY.fullmatch(made.stdout.strip())
    assert "not shown again" in made.stderr
    kept = default_keys_file().read_text()
    assert made.stdout.strip() not in kept
    assert sha256_of(made.stdout.strip().encode()) in kept
    assert f"WHENCE_API_KEYS=ci:write:{sha256_of(made.stdout.strip().encode())}" in made.stderr
    assert stat.S_IMODE(default_keys_file().stat().st_mode) == 0o600
    assert KEY.search(run("keys", "list").output + run("keys", "list", "--json").output) is None


def test_quiet_leaves_the_key_and_json_is_all_of_it(run: Run) -> None:
    quiet = run("keys", "create", "a", "--scope", "read", "--quiet")
    assert KEY.fullmatch(quiet.stdout.strip())
    assert quiet.stderr == ""
    made = answer(run("keys", "create", "b", "--scope", "admin", "--json"))
    assert (made["name"], made["scope"], made["sha256"]) == ("b", "admin", sha256_of(made["key"].encode()))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created"])


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "-a", ".a", "é", "a\n", "x" * 65, "../keys"])
def test_a_name_that_is_none_is_2_and_makes_nothing(run: Run, name: str) -> None:
    assert "letters, digits" in run("keys", "create", "--scope", "read", "--", name, code=2).stderr
    assert not default_keys_file().exists()


def test_a_name_is_given_once_and_a_scope_must_be(run: Run) -> None:
    create(run, "ci", "write")
    before = default_keys_file().read_bytes()
    assert "whence keys revoke ci" in run("keys", "create", "ci", "--scope", "read", code=2).stderr
    run("keys", "create", "other", code=2)
    run("keys", "create", "other", "--scope", "owner", code=2)
    assert default_keys_file().read_bytes() == before


def test_lists_say_where_each_key_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no keys" in run("keys", "list").stdout
    assert answer(run("keys", "list", "--json")) == []
    create(run, "ci", "write")
    monkeypatch.setenv("WHENCE_API_KEYS", "dashboard:read:" + "a" * 64)
    shown = answer(run("keys", "list", "--json"))
    assert [(key["name"], key["scope"], key["source"]) for key in shown] == [
        ("ci", "write", str(default_keys_file())),
        ("dashboard", "read", "WHENCE_API_KEYS"),
    ]
    assert run("keys", "list", "--quiet").stdout == "ci\ndashboard\n"
    table = run("keys", "list").stdout
    assert "dashboard" in table
    assert "aaaa" not in table


def test_revoking_takes_one_away_and_says_what_is_left(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    create(run, "ci", "write")
    create(run, "dashboard", "read")
    assert "dashboard" in run("keys", "revoke", "dash", code=2).stderr
    assert answer(run("keys", "revoke", "ci", "--json")) == {"name": "ci", "left": ["dashboard"]}
    assert "lets nobody in" in run("keys", "revoke", "dashboard").stderr
    monkeypatch.setenv("WHENCE_API_KEYS", "dashboard:read:" + "a" * 64)
    assert "WHENCE_API_KEYS" in run("keys", "revoke", "dashboard", code=2).stderr


@pytest.mark.parametrize("verb", [("list",), ("create", "b", "--scope", "read"), ("revoke", "a")])
def test_a_broken_file_is_2_and_stays_as_it_is(run: Run, verb: tuple[str, ...]) -> None:
    create(run, "a", "read")
    default_keys_file().write_text("{broken hush")
    said = run("keys", *verb, code=2).stderr
    assert "keys.json" in said
    assert "hush" not in said
    assert default_keys_file().read_text() == "{broken hush"


def test_commands_at_once_lose_no_key(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "whence", "keys", "create", "--scope", "read", "--quiet"]
    making = [
        subprocess.Popen([*arguments, f"key-{number}"], env=dict(os.environ), stdout=subprocess.PIPE, text=True)
        for number in range(6)
    ]
    made = [each.communicate(timeout=60)[0].strip() for each in making]
    assert [each.returncode for each in making] == [0] * 6
    kept = json.loads(default_keys_file().read_text())["keys"]
    assert {key["sha256"] for key in kept} == {sha256_of(key.encode()) for key in made}
    assert len(kept) == 6


# The service


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "lineage.example.com"])
def test_off_loopback_without_a_key_serve_refuses_to_start(run: Run, host: str) -> None:
    said = run("serve", "--host", host, "--port", "0", code=2).stderr
    assert host in said
    assert "whence keys create NAME --scope write" in said
    assert not default_keys_file().parent.exists()


def test_a_broken_file_or_setting_of_keys_keeps_serve_from_starting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    create(run, "ci", "write")
    default_keys_file().chmod(0o666)
    assert "chmod 600" in run("serve", "--port", "0", code=2).stderr
    default_keys_file().chmod(0o600)
    monkeypatch.setenv("WHENCE_API_KEYS", "whence_hush")
    said = run("serve", "--port", "0", code=2).stderr
    assert "WHENCE_API_KEYS" in said
    assert "hush" not in said


def test_with_a_key_it_serves_off_loopback_and_takes_up_keys_as_they_come(tmp_path: Path, run: Run) -> None:
    key = create(run, "ci", "write")
    with started("serve", "--host", "0.0.0.0", "--port", "0", "--store", "memory:", "--quiet", cwd=tmp_path) as process:
        assert process.stdout
        url = process.stdout.readline().strip()

        def status(key: str | None) -> int:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return httpx.get(f"{url}/metrics", headers=headers, trust_env=False).status_code

        assert (status(None), status(key)) == (401, 200)
        other = create(run, "other", "read")
        assert status(other) == 200
        run("keys", "revoke", "ci")
        assert (status(key), status(other)) == (401, 200)
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert key not in log
    assert other not in log


def test_serve_says_whom_it_is_open_to(tmp_path: Path, run: Run) -> None:
    for expected in ("this machine, without a key", "who has a key"):
        with started("serve", "--port", "0", "--store", "memory:", cwd=tmp_path) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(5)]
        assert expected in "".join(lines)
        if expected.startswith("this"):
            create(run, "ci", "write")


# The client


def test_a_service_that_wants_a_key_says_which_and_how_to_get_it(
    closed: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = run("find", "x", "--url", closed, code=3).stderr
    assert "asks for a key" in without
    assert "WHENCE_API_KEY" in without
    assert "whence keys create NAME --scope read" in without
    told = json.loads(run("find", "x", "--url", closed, "--json", code=3).stderr)
    assert told["code"] == "UNAUTHENTICATED"
    monkeypatch.setenv("WHENCE_API_KEY", "whence_hush")
    wrong = run("find", "x", "--url", closed, code=3).stderr
    assert "does not know the key" in wrong
    assert "hush" not in wrong


def test_a_key_of_too_small_a_scope_says_which_would_do(
    closed: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHENCE_API_KEY", create(run, "dashboard", "read"))
    run("stats", "--url", closed)
    for name in ("one.ndjson", "one.json"):
        (tmp_path / name).write_text(json.dumps({"a": 1}, indent=None if name.endswith("ndjson") else 1))
        said = run("ingest", tmp_path / name, "--url", closed, code=3)
        assert "dashboard (read) may not send events" in said.stderr
        assert "received 0" in said.stdout
    said = run("rejected", "replay", "1", "--url", closed, code=3).stderr
    assert "--scope admin" in said


def test_who_sent_an_event_is_shown(
    closed: str, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WHENCE_API_KEY", create(run, "laptop", "write"))
    event = {
        "eventType": "COMPLETE", "eventTime": "2026-02-01T00:00:00Z", "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"},
        "job": {"namespace": "n", "name": "j"}, "producer": "https://example.com", "schemaURL": "x#/$defs/RunEvent",
    }  # fmt: skip
    run("ingest", "-", "--url", closed, stdin=json.dumps(event))
    run("ingest", "-", "--url", closed, stdin="{broken", code=2)
    shown = [edge["node"]["sender"] for edge in answer(run("events", "--url", closed, "--json"))["edges"]]
    assert shown == ["laptop", *[None] * (len(shown) - 1)]
    assert answer(run("rejected", "list", "--url", closed, "--json"))["edges"][0]["node"]["sender"] == "laptop"
    table = run("events", "--url", closed).stdout.splitlines()
    assert table[0].endswith("sent by")
    assert table[1].endswith("laptop")
    assert "laptop" in run("rejected", "list", "--url", closed).stdout
    assert "laptop" in run("events", "--store", project.store).stdout


def test_where_nothing_came_with_a_key_there_is_no_column_for_it(project: Project, run: Run) -> None:
    assert "sent by" not in run("events", "--store", project.store).stdout


@pytest.mark.parametrize("key", ["a b", "ä", "a\x7f", "line\none"])
def test_a_key_that_no_header_can_hold_is_2_and_not_repeated(
    closed: str, run: Run, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("WHENCE_API_KEY", key)
    for verb in (("find", "x"), ("ingest", "-")):
        said = run(*verb, "--url", closed, code=2, stdin="{}").output
        assert "WHENCE_API_KEY is no key" in said
        assert key not in said


def test_a_service_that_is_not_serve_looks_at_no_file_of_this_user(tmp_path: Path, run: Run) -> None:
    """So the demo, whose service is its own, runs whatever keys there are."""
    create(run, "ci", "write")
    with BackgroundServer(Settings(store="memory:", port=0)) as running:
        assert httpx.get(f"{running.url}/metrics", trust_env=False).status_code == 200
    assert command("keys", "list", "--quiet", cwd=tmp_path).stdout == "ci\n"
