"""Threads and connections: one writer behind a lock that one process holds, and a few readers."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from whence.errors import StoreUnavailable
from whence.store.sqlite import schema
from whence.store.sqlite.errors import translated

T = TypeVar("T")

READERS: Final = 4
_BUSY_SECONDS: Final = 5.0


class WriterLock:
    """Held by the one process that writes; the system lets go of it when that process ends, however it ends."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".writer")
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises StoreUnavailable, naming the process, when another holds it. Idempotent."""
        if self._handle is not None:
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode(errors="replace").strip()
            os.close(handle)
            raise StoreUnavailable(
                f"another process{f' ({holder})' if holder else ''} is writing to this store",
                hint="A SQLite store has one writer: send events to that service (--url), or stop it first.",
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Connections:
    """Runs plain functions over a connection in threads of its own, so that the event loop never waits for a disk."""

    def __init__(self, path: Path, url: str, *, read_only: bool) -> None:
        self._path = path
        self._url = url
        self._read_only = read_only
        self._lock = WriterLock(path)
        self._writer: sqlite3.Connection | None = None
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._write_thread = ThreadPoolExecutor(1, "whence-write")
        self._read_threads = ThreadPoolExecutor(READERS, "whence-read")
        self._closed = False

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Answer over one snapshot of the store."""
        return await self._run(self._read_threads, partial(self._read, question))

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Do it in the one writing thread; `change` opens its own transaction. Raises StoreUnavailable when another process writes."""
        return await self._run(self._write_thread, partial(self._write, change))

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(f"the store {self._url} is closed", hint="Open it again.")
        return await asyncio.get_running_loop().run_in_executor(threads, work)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._read_threads.shutdown()
        self._write_thread.shutdown()
        with translated(self._url):
            for connection in self._opened:
                connection.close()
            if self._writer is not None:
                self._writer.close()
        self._lock.release()

    def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self._url):
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._open_reader()
            with transaction(connection, "BEGIN"):
                return question(connection)

    def _write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self._url):
            if self._read_only:
                raise StoreUnavailable(f"the store {self._url} was opened for reading only")
            if self._writer is None:
                self._writer = self._open_writer()
            return change(self._writer)

    def _open_reader(self) -> sqlite3.Connection:
        if not self._path.exists():
            raise StoreUnavailable(
                f"there is no store at {self._url}", hint="Name another with --store, or send it events first."
            )
        connection = self._connect(f"{self._path.absolute().as_uri()}?mode=ro{self._immutable()}")
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

    def _open_writer(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            connection = self._connect(f"{self._path.absolute().as_uri()}?mode=rwc")
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA wal_autocheckpoint = 4000")
                schema.migrate(connection)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._lock.release()
            raise
        return connection

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """All or nothing. `begin`: BEGIN for a snapshot, BEGIN IMMEDIATE to write."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
