"""Everything that writes, behind one seam: here over a connection (`DirectWrites`), or in another process (`ProcessWrites`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from whence.errors import StoreUnavailable
from whence.merge.state import Changes
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import schema
from whence.store.sqlite.committer import Committer
from whence.store.sqlite.connections import connect_to_write
from whence.store.sqlite.errors import translated
from whence.store.sqlite.lock import WriterLock
from whence.store.sqlite.writing import Planned, Writer


class Writes(Protocol):
    """The writing half of the store. Calls are made from one thread and done in their order; each gives its outcome, or what will have it. Errors are
    those of the port.
    """

    at_once: int
    """How many calls may wait for their outcome and be of use by it."""

    def migrate(self) -> Future[None] | None:
        """Make the file and its tables, or bring them up to date."""

    def put(self, batch: Sequence[Incoming | Refused]) -> Future[list[Receipt]] | list[Receipt]:
        """`Store.put`."""

    def apply(self, changes: Changes) -> Future[None] | None:
        """Write a difference without an event."""

    def close(self) -> None:
        """End what was begun, and let go of the lock."""

    def give_up(self) -> None:
        """Make a call that does not come back fail, where that can be done. From another thread, at any time."""


class DirectWrites:
    """Writes over a connection of its own. The lock is taken and the file opened, or made, when there is something to write."""

    at_once = 1

    def __init__(
        self, path: Path, url: str, *, read_only: bool = False, owner: int | None = None, takes_over: bool = False
    ) -> None:
        """`owner`: the process on whose behalf this one writes, as others are told who want to write too; `takes_over`: from one that has died."""
        self._path = path
        self._url = url
        self._read_only = read_only
        self._lock = WriterLock(path, owner=owner, takes_over=takes_over)
        self._connection: sqlite3.Connection | None = None
        self._writer = Writer()

    def migrate(self) -> None:
        with translated(self._url):
            schema.check(self.connection())

    def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        with translated(self._url):
            return self._writer.put(self.connection(), batch)

    def plan(self, batch: Sequence[Incoming | Refused]) -> Planned:
        """`Writer.plan`: what another process is to write."""
        with translated(self._url):
            return self._writer.plan(self.connection(), batch)

    def forget(self) -> None:
        """What was planned last was not written."""
        self._writer.forget()

    def apply(self, changes: Changes) -> None:
        with translated(self._url):
            self._writer.apply(self.connection(), changes)

    def close(self) -> None:
        with translated(self._url):
            if self._connection is not None:
                self._connection.close()
        self._lock.release()

    def give_up(self) -> None:
        """Nothing can be done about a call in this process."""

    def hand_over(self, committer: Committer) -> None:
        """Let it write to the file and hold the lock too. Raises OSError when it is gone."""
        handle = self._lock.handle
        assert handle is not None, "what was planned was planned over a connection"
        committer.open(self._path, self._url, handle)

    def connection(self) -> sqlite3.Connection:
        """The one that writes, opened now if need be."""
        if self._read_only:
            raise StoreUnavailable(f"the store {self._url} was opened for reading only")
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            connection = connect_to_write(self._path)
            try:
                schema.migrate(connection)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._lock.release()
            raise
        return connection
