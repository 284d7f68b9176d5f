"""What can be wrong with a file or a disk is said in whence's words, with what to do."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from whence.errors import BadRequest, StoreUnavailable, StoreUnusable
from whence.model import uid
from whence.model.answers import LogFilter, NodeFilter
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.store.port import NotMigrated, Refused
from whence.store.sqlite import schema
from whence.testing import incoming, run_event
from whence.testing.events import run_id
from whence.testing.projection_tests import whole_graph

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from whence.store import Store


def on(path: Path, work: Callable[[Store], Awaitable[object]], *, read_only: bool = False) -> object:
    async def run() -> object:
        async with open_store(f"sqlite:///{path}", read_only=read_only) as store:
            return await work(store)

    return asyncio.run(run())


def migrate(store: Store) -> Awaitable[None]:
    return store.migrate()


def find(store: Store) -> Awaitable[object]:
    return store.find(NodeFilter())


REFUSED = Refused(b"{", "BAD_REQUEST", "half a document", False, 1)


TO_LAYOUT_2 = (
    "INSERT INTO touches SELECT nodes.value, lately.seq FROM touches_lately AS lately, json_each(lately.nodes) AS nodes",
    "DROP TABLE touches_lately",
    "ALTER TABLE events RENAME TO newer_events",
    """CREATE TABLE events (
         seq INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, head BLOB NOT NULL, time INTEGER NOT NULL, event_time TEXT NOT NULL,
         received_at INTEGER NOT NULL, producer TEXT NOT NULL, event_type TEXT, run TEXT, job TEXT, sender TEXT)""",
    "INSERT INTO events SELECT * FROM newer_events",
    "DROP TABLE newer_events",
    "CREATE INDEX events_by_time ON events (time)",
    "CREATE INDEX events_by_run ON events (run) WHERE run IS NOT NULL",
    "ALTER TABLE entries RENAME TO newer_entries",
    """CREATE TABLE entries (
         space TEXT NOT NULL, key TEXT NOT NULL, time INTEGER NOT NULL, rank INTEGER NOT NULL, uid TEXT NOT NULL, extra TEXT NOT NULL,
         PRIMARY KEY (space, key, time, rank, uid, extra)) WITHOUT ROWID""",
    "INSERT INTO entries (key, space, time, rank, uid, extra) SELECT key, space, time, rank, uid, extra FROM newer_entries",
    "DROP TABLE newer_entries",
    "DROP INDEX nodes_by_kind",
    "DROP INDEX nodes_by_state",
    "CREATE INDEX nodes_by_age ON nodes (age, uid, kind, namespace, state)",
)


def made_by_layout_1(path: Path) -> None:
    """A store with an event and two refused ones, as the first layout kept them."""
    on(path, lambda store: store.put([incoming(run_event()), REFUSED, REFUSED]))
    with sqlite3.connect(path) as old:
        for statement in TO_LAYOUT_2:
            old.execute(statement)
        old.execute("DROP INDEX rejected_still")
        old.execute("ALTER TABLE rejected DROP COLUMN became")
        old.execute("DELETE FROM meta WHERE name = 'replayed'")
        old.execute("UPDATE meta SET value = 1 WHERE name = 'schema'")
    old.close()


def test_a_store_of_an_earlier_layout_is_brought_up_to_date_and_asked_for_until_then(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    made_by_layout_1(path)
    with pytest.raises(NotMigrated, match="earlier release") as refused:
        on(path, find, read_only=True)
    assert "whence migrate" in refused.value.hint
    on(path, migrate)

    async def rows(store: Store) -> list[str]:
        (again,) = await store.put([incoming(run_event(), replay_of="1")])
        assert (again.seq, again.duplicate) == (1, True)
        assert (await store.events(LogFilter(touching=uid.run(run_id("r1"))))).total == 1
        page = await store.events(LogFilter(), rejected=True)
        assert (page.state.position.seq, page.state.rejected) == (1, 1)
        return [each.id for each in page.rejected]

    assert on(path, rows) == ["2"]


def test_the_steps_from_the_first_layout_give_the_tables_of_this_one(tmp_path: Path) -> None:
    stepped, fresh = tmp_path / "old.db", tmp_path / "new.db"
    made_by_layout_1(stepped)
    for path in (stepped, fresh):
        on(path, migrate)
    assert _layout(stepped) == _layout(fresh)


def _layout(path: Path) -> set[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    described = "SELECT name, type FROM pragma_table_info(?)"
    columns = {(table, *row) for table in tables for row in connection.execute(described, (table,))}
    indexes = set(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    names = set(connection.execute("SELECT name FROM meta"))
    connection.close()
    return columns | indexes | names


def test_a_missing_file_is_not_made_by_a_question(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    for read_only in (True, False):
        with pytest.raises(StoreUnavailable, match="there is no store at sqlite://"):
            on(path, find, read_only=read_only)
    assert list(tmp_path.iterdir()) == []


def test_the_first_write_makes_file_and_folder(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "what#now?.db"
    url = f"sqlite:///{tmp_path}/new%20folder/what%23now%3F.db"

    async def run() -> None:
        async with open_store(url) as store:
            await store.put([incoming(run_event())])

    asyncio.run(run())
    assert path.exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 200)
    for work in (migrate, find):
        with pytest.raises(StoreUnusable, match="no SQLite database"):
            on(path, work)
    assert path.read_text() == "dear diary " * 200


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    for work in (migrate, find):
        with pytest.raises(StoreUnusable, match="not a whence store"):
            on(path, work)


def test_an_empty_file_is_named_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreUnusable, match="still empty"):
        on(path, find)
    on(path, migrate)
    on(path, find)


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"
    on(path, migrate)
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (schema.SCHEMA + 1,))
    newer.close()
    for work in (migrate, find):
        with pytest.raises(StoreUnusable, match="newer release"):
            on(path, work)


def test_a_folder_and_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "whence.db"):
        with pytest.raises(StoreUnavailable, match="not available"):
            on(path, migrate)


def test_a_foreign_lock_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.store.sqlite.connections._BUSY_SECONDS", 0.05)
    path = tmp_path / "whence.db"
    on(path, migrate)
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable, match="locked by another program"):
            on(path, lambda store: store.put([incoming(run_event())]))
        on(path, find)
    finally:
        foreign.close()


@pytest.mark.parametrize("limit", ["pages", "bytes"])
def test_a_full_disk_loses_nothing_and_is_survived(tmp_path: Path, limit: str) -> None:
    path = tmp_path / "whence.db"
    size = resource.getrlimit(resource.RLIMIT_FSIZE)
    large = incoming(run_event("large", inputs=[f"table{number}@{'x' * 500}" for number in range(400)]))

    async def fill(store: Store) -> None:
        await store.put([incoming(run_event("small"))])
        before = (await store.events(LogFilter()), await store.find(NodeFilter()))
        await set_limit(store, full=True)
        try:
            with pytest.raises(StoreUnavailable) as refused:
                await store.put([large])
        finally:
            await set_limit(store, full=False)
        assert ("the disk is full" if limit == "pages" else "writing the file failed") in refused.value.message
        assert (await store.events(LogFilter()), await store.find(NodeFilter())) == before
        assert [each.seq for each in await store.put([large])] == [2]
        oracle = MemoryStore()
        await oracle.put([incoming(run_event("small")), large])
        assert await whole_graph(store) == await whole_graph(oracle), "nothing of the failed try is remembered"

    def largest_file() -> int:
        return max(file.stat().st_size for file in tmp_path.iterdir())

    async def set_limit(store: Store, *, full: bool) -> None:
        if limit == "bytes":
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file() + 4096 if full else size[0], size[1]))
            return
        pages = "PRAGMA max_page_count = 60" if full else "PRAGMA max_page_count = 1000000"
        await store._threads.write(lambda writes: writes.connection().execute(pages).fetchone())  # type: ignore[attr-defined]

    on(path, fill)


READ = """
import asyncio, os, sys
from whence.errors import WhenceError
from whence.model.answers import LogFilter
from whence.store import open_store
from whence.store.sqlite.store import SqliteStore
from whence.testing import incoming, run_event

async def read(url):
    async with open_store(url) as store:
        print((await store.events(LogFilter())).total)
        try:
            await store.put([more])
        except WhenceError as error:
            print(type(error).__name__, error.message)

more = incoming(run_event("more"))
if os.getuid() == 0:
    os.setuid(65534)  # permissions do not bind root
asyncio.run(read(sys.argv[1]))
"""


def test_a_read_only_folder_can_be_read_and_says_so_when_written_to() -> None:
    with tempfile.TemporaryDirectory(prefix="whence-") as name:
        folder = Path(name)
        path = folder / "whence.db"
        on(path, lambda store: store.put([incoming(run_event())]))
        (folder / "whence.db.writer").unlink()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            command = [sys.executable, "-c", READ, f"sqlite:///{path}"]
            asked = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            folder.chmod(0o755)
    assert asked.stdout.splitlines()[:1] == ["1"], asked.stderr
    assert asked.stdout.splitlines()[1].startswith("StoreUnavailable"), asked.stdout
    assert "ermission denied" in asked.stdout


def test_what_no_store_can_hold_is_a_bad_request(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"
    on(path, migrate)
    questions: list[Callable[[Store], Awaitable[object]]] = [
        lambda store: store.find(NodeFilter(text="\ud800")),
        lambda store: store.get(["\ud800"]),
        lambda store: store.find(NodeFilter(since=2**70)),
        lambda store: store.events(LogFilter(since=2**70)),
    ]
    for question in questions:
        with pytest.raises(BadRequest):
            on(path, question)
