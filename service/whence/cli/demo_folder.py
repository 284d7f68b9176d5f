"""The demo's folder: its store is started over, but only when a demo made it and none is using it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from whence.cli.sqlite_files import remove
from whence.errors import BadRequest, StoreUnavailable

STORE: Final = "whence.db"
MARK: Final = "whence.db.demo"
"""Says that a demo made the store beside it. Locked, and holding the service's URL, as long as one runs."""


@contextmanager
def fresh_store(folder: Path) -> Iterator[tuple[str, int]]:
    """The URL of an empty store in the demo's folder, and the open mark, into which the service's URL may be written.

    Raises BadRequest when there is a store that no demo made, StoreUnavailable when a demo is using it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"{folder} can't be made: {error.strerror}.", hint="Name another folder with --dir.") from None
    store, mark = folder / STORE, folder / MARK
    if store.exists() and not mark.exists():
        raise BadRequest(
            f"{store} is there, and the demo did not make it.",
            hint="Name another folder with --dir, or a store with --store.",
        )
    held = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(held, folder)
        remove(store)
        yield store_url(store), held
    finally:
        os.close(held)


def store_url(path: Path) -> str:
    """The URL of a SQLite store at this path: relative stays relative, what a URL can't hold is percent-encoded."""
    return f"sqlite:///{quote(str(path), safe='/')}"


def say_where(mark: int, url: str) -> None:
    """Write the service's URL into the mark, for whoever finds it locked."""
    os.ftruncate(mark, 0)
    os.pwrite(mark, f"{url}\n".encode(), 0)


def _lock(held: int, folder: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        url = os.pread(held, 200, 0).decode(errors="replace").strip()
        at = f" at {url}" if url else ""
        raise StoreUnavailable(
            f"A demo is running in {folder}{at}.", hint="Stop it with Ctrl-C, or name another folder with --dir."
        ) from None
