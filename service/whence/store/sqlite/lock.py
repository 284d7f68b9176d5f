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

    def __init__(self, store: Path, *, owner: int | None = None) -> None:
        """`owner`: the process to name to others who want to write, where it is not the one that holds the lock."""
        self._path = store.with_name(store.name + ".writer")
        self._owner = os.getpid() if owner is None else owner
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises StoreUnavailable, naming the owner, when another holds it. Idempotent.

        At once while the owner runs. A service that was killed leaves a writer that ends what it does: that is waited for, PATIENCE_SECONDS at most.
        """
        if self._handle is not None:
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _take(handle)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{self._owner}\n".encode(), 0)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _take(handle: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            owner = os.pread(handle, 20, 0).decode(errors="replace").strip()
            if _runs(owner) or time.monotonic() >= give_up:
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
