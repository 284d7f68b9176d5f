"""Store URLs: what is understood, and what is said about the rest."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from whence.errors import BadRequest
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.store.open import _sqlite_path
from whence.store.sqlite.store import SqliteStore


def test_memory() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///relative.db", "relative.db"),
        ("sqlite:///demo/whence.db", "demo/whence.db"),
        ("sqlite:////var/lib/whence.db", "/var/lib/whence.db"),
        ("sqlite:////with%20space/%3F.db", "/with space/?.db"),
    ],
)
def test_sqlite_takes_three_slashes_and_a_relative_path_or_four_and_an_absolute_one(url: str, path: str) -> None:
    assert _sqlite_path(url) == Path(path)
    store = open_store(url)
    assert isinstance(store, SqliteStore)
    assert store.url == url


def test_a_process_that_writes_is_started_for_who_may_write_and_where_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/whence.db"

    async def puts_at_once(*, read_only: bool = False, writer_process: bool = True) -> int:
        async with open_store(url, read_only=read_only, writer_process=writer_process) as store:
            return store.puts_at_once

    assert asyncio.run(puts_at_once()) == 4
    monkeypatch.setattr(subprocess, "Popen", None)
    assert asyncio.run(puts_at_once(writer_process=False)) == 1
    assert asyncio.run(puts_at_once(read_only=True)) == 1
    monkeypatch.setattr(sys, "platform", "win32")
    assert open_store(url, writer_process=True).puts_at_once == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "whence.db",
        "sqlite:",
        "sqlite:///",
        "sqlite://whence.db",
        "sqlite://ana:secret@host/whence.db",
        "sqlite:relative.db",
        "sqlite:///folder/",
        "sqlite:///a%00b.db",
        "sqlite:///whence.db?mode=memory",
        "postgresql://ana:secret@db/whence",
        "http://[::1",
    ],
)
def test_other_urls_are_bad_requests_that_name_what_is_understood(url: str) -> None:
    with pytest.raises(BadRequest) as refused:
        open_store(url)
    assert "sqlite:///" in refused.value.hint or "%3F" in refused.value.hint
    assert "secret" not in refused.value.message + refused.value.hint


def test_a_refused_file_is_named_as_it_was_given() -> None:
    with pytest.raises(BadRequest, match="sqlite:////data/"):
        open_store("sqlite:////data/")


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "bolt", "bolt+s"])
def test_neo4j_is_opened_without_a_connection_and_takes_no_credentials_in_its_url(scheme: str) -> None:
    from whence.store.neo4j.store import Neo4jStore

    store = open_store(f"{scheme}://graph:7687?database=lineage")
    assert isinstance(store, Neo4jStore)
    assert store.url == f"{scheme}://graph:7687"
    asyncio.run(store.close())
    for url in (f"{scheme}://ana:secret@graph:7687", f"{scheme}://graph:7687?database=neo4j&password=secret"):
        with pytest.raises(BadRequest) as refused:
            open_store(url)
        assert "secret" not in refused.value.message + refused.value.hint


def test_the_driver_of_neo4j_is_loaded_by_nobody_else() -> None:
    told = "import sys, whence.api.app, whence.cli, whence.store; print('neo4j' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout.strip() == b"False"
