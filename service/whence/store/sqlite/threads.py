"""Threads of the store's own: one that writes, a few that read, each with a connection, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from whence.errors import StoreUnavailable
from whence.store.sqlite import schema
from whence.store.sqlite.connections import connect, transaction
from whence.store.sqlite.errors import translated
from whence.store.sqlite.writes import Writes

T = TypeVar("T")

READERS: Final = 4
CLOSE_SECONDS: Final = 30.0


class Threads:
    """Runs plain functions: questions over a snapshot, changes one after another."""

    def __init__(self, path: Path, url: str, writes: Writes, *, prompt: bool = False) -> None:
        """`prompt`: no call of `writes` waits for anything, so that it needs no thread."""
        self._path = path
        self._url = url
        self._writes = writes
        self._prompt = prompt
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._write_thread = ThreadPoolExecutor(1, "whence-write")
        self._read_threads = ThreadPoolExecutor(READERS, "whence-read")
        self._closed = False

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Answer over one snapshot of the store."""
        self._check_open()
        return await self._run(self._read_threads, partial(self._read, question))

    async def write(self, change: Callable[[Writes], Future[T] | T]) -> T:
        """Do it, in the one writing thread where it may take a while, and wait for its outcome."""
        self._check_open()
        if self._prompt:
            outcome = change(self._writes)
        else:
            outcome = await self._run(self._write_thread, partial(change, self._writes))
        return await asyncio.wrap_future(outcome) if isinstance(outcome, Future) else outcome

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"the store {self._url} is closed", hint="Open it again.")

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    async def close(self) -> None:
        """Wait for what was begun; for a change CLOSE_SECONDS, where it can be given up. Idempotent."""
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._read_threads.shutdown()
        try:
            with translated(self._url):
                for connection in self._opened:
                    connection.close()
        finally:
            self._close_writes()  # last: who closes last empties SQLite's log file

    def _close_writes(self) -> None:
        watch = threading.Timer(CLOSE_SECONDS, self._writes.give_up)
        watch.start()
        try:
            self._write_thread.shutdown()
            self._writes.close()
        finally:
            watch.cancel()

    def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self._url):
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._open_reader()
            with transaction(connection, "BEGIN"):
                return question(connection)

    def _open_reader(self) -> sqlite3.Connection:
        if not self._path.exists():
            raise StoreUnavailable(
                f"there is no store at {self._url}", hint="Name another with --store, or send it events first."
            )
        connection = connect(f"{self._path.absolute().as_uri()}?mode=ro{self._immutable()}")
        try:
            schema.check(connection)
        except BaseException:
            connection.close()
            raise
        self._opened.append(connection)
        return connection

    def _immutable(self) -> str:
        """A store on read-only media has no log file beside it and can get none: SQLite must be told that nobody writes."""
        alone = not self._path.with_name(self._path.name + "-wal").exists()
        return "&immutable=1" if alone and not os.access(self._path.parent, os.W_OK) else ""
