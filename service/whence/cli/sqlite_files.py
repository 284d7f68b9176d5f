"""The file behind a SQLite store's URL, for what only the command line does with it: swap a rebuilt store in."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from whence.errors import BadRequest

_SCHEME: Final = "sqlite:///"
_BESIDE: Final = ("-wal", "-shm", "-journal")


def sqlite_path(store: str) -> Path | None:
    """The file of `sqlite:///relative.db` or `sqlite:////absolute.db`; None for another kind of store."""
    rest = store.removeprefix(_SCHEME).partition("?")[0]
    return Path(unquote(rest)).expanduser() if store.startswith(_SCHEME) and rest else None


def path_to_rebuild(store: str) -> Path:
    """The file of a SQLite store. Raises BadRequest for a store that is not rebuilt from here."""
    path = sqlite_path(store)
    if path is None:
        raise BadRequest(
            "Only a SQLite store is rebuilt by this release.", hint="Name one: --store sqlite:///whence.db"
        )
    return path


@contextmanager
def written_by_nobody(path: Path) -> Iterator[None]:
    """Hold the writer's lock of a store. Raises StoreUnavailable when a service writes to it."""
    from whence.store.sqlite.lock import WriterLock

    lock = WriterLock(path)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def swap(fresh: Path, path: Path) -> None:
    """Put `fresh` in the place of `path`, with nothing of the old one left beside it. Both are closed, and the caller holds the lock.

    The old log file is emptied into the old database first: should this stop in the middle, the old store is whole.
    """
    with sqlite3.connect(path, isolation_level=None) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old.close()
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    os.replace(fresh, path)  # noqa: PTH105  the one call that says it is atomic
    remove(fresh)


def remove(path: Path) -> None:
    """Remove a SQLite store's file and what stands beside it, as far as it is there."""
    for name in (path.name, *(path.name + ending for ending in _BESIDE), f"{path.name}.writer"):
        path.with_name(name).unlink(missing_ok=True)
