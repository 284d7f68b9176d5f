"""The SQLite store passes the suite of all stores."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from whence.store import open_store
from whence.store.sqlite.store import SqliteStore
from whence.testing import DurableStoreTests

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
