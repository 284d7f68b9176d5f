"""The SQLite store passes the suite of all stores."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, cast

import pytest

from whence.errors import StoreUnavailable
from whence.model.answers import LogFilter
from whence.store import open_store
from whence.store.sqlite.store import SqliteStore
from whence.testing import DurableStoreTests, incoming, run_event

if TYPE_CHECKING:
    from pathlib import Path

    from whence.merge.state import Changes
    from whence.store import Store
    from whence.store.sqlite.writes import DirectWrites


def test_what_is_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    async def pragmas() -> tuple[object, object]:
        async with SqliteStore(tmp_path / "whence.db", "sqlite:") as store:

            async def ask(pragma: str) -> object:
                return await store._threads.write(
                    lambda writes: cast("DirectWrites", writes).connection().execute(pragma).fetchone()[0]
                )

            return await ask("PRAGMA synchronous"), await ask("PRAGMA journal_mode")

    full = 2
    assert asyncio.run(pragmas()) == (full, "wal")


class TestSqliteStore(DurableStoreTests):
    async def make_store(self, folder: Path) -> Store:
        return open_store(f"sqlite:///{folder / 'whence.db'}")

    async def apply(self, store: Store, changes: Changes) -> None:
        assert isinstance(store, SqliteStore)
        await store.apply(changes)


class TestSqliteStoreWithAWriterProcess(TestSqliteStore):
    async def make_store(self, folder: Path) -> Store:
        return open_store(f"sqlite:///{folder / 'whence.db'}", writer_process=True)


def test_nothing_is_added_to_a_graph_of_another_projection(tmp_path: Path) -> None:
    """Neither merged into it nor kept as refused: the sender tries again after the rebuild."""
    asyncio.run(_refuses_to_mix(tmp_path / "whence.db"))


async def _refuses_to_mix(file: Path) -> None:
    async with SqliteStore(file, "sqlite:///whence.db") as store:
        await store.put([incoming(run_event("r1", "START", "2026-01-01T00:00:00Z"))])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE meta SET value = 1 WHERE name = 'projection'")
    async with SqliteStore(file, "sqlite:///whence.db") as store:
        with pytest.raises(StoreUnavailable, match="projection 1") as refused:
            await store.put([incoming(run_event("r1", "COMPLETE", "2026-01-01T00:00:01Z"))])
        assert "whence rebuild" in refused.value.hint
        page = await store.events(LogFilter())
    assert (page.state.position.seq, page.state.rejected) == (1, 0)
