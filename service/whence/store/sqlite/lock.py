"""One writer: a lock file beside the store, held by the process that writes."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from whence.errors import StoreUnavailable

PATIENCE_SECONDS: Final = 2.0
_LOOK_AGAIN_SECONDS: Final = 0.02


class WriterLock:
    """Held by the one process that writes; the system lets go of it when that process ends, however it ends."""

    def __init__(self, store: Path, *, owner: int | None = None, takes_over: bool = False) -> None:
        """`owner`: the process to name to others who want to write, where it is not the one that holds the lock. With `takes_over`, who wrote for the
        same owner has died, and what it began may still end.
        """
        self._path = store.with_name(store.name + ".writer")
        self._owner = os.getpid() if owner is None else owner
        self._takes_over = takes_over
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises StoreUnavailable, naming the owner, when another holds it. Idempotent.

        At once while the owner runs. A service, or what writes for it, that was killed leaves a process that ends what it does: that is waited for,
        PATIENCE_SECONDS at most.
        """
        if self._handle is not None:
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _take(handle, str(self._owner) if self._takes_over else None)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{self._owner}\n".encode(), 0)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle

    @property
    def handle(self) -> int | None:
        """The open file, while it is held: a process that gets it holds the lock as well."""
        return self._handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _take(handle: int, before_us: str | None) -> None:
    """`before_us`: whose lock is waited for though it runs."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            owner = os.pread(handle, 20, 0).decode(errors="replace").strip()
            if (_runs(owner) and owner != before_us) or time.monotonic() >= give_up:
                raise StoreUnavailable(
                    f"another process{f' ({owner})' if owner else ''} is writing to this store",
                    hint="A SQLite store has one writer: send events to that service (--url), or stop it first.",
                ) from None
        time.sleep(_LOOK_AGAIN_SECONDS)


def _runs(process: str) -> bool:
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
