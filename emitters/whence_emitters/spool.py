"""Events on disk until they are delivered.

    spool/
      pending/   one file an event, its name is its place in the queue
      rejected/  events that the service will never take, each with a `.reason.txt`
      lock       held by the one process that sends

A file is written under another name, flushed to the disk and renamed, so that a crash leaves a whole event or none. Names begin with the
time in nanoseconds and never go back within a process, so the events of a run keep their order. Folders are 0700, files 0600.
Any number of processes may write; one sends. The size limit is checked before each write against all that lies there, so
processes that write at the same moment may pass it by one event each.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import math
import os
import time
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import SpoolBusyError, SpoolFullError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNFINISHED = ".unfinished-"
_STALE_SECONDS = 3600.0
_LOCK_POLL_SECONDS = 0.05
_MAX_DEPTH = 100


class Spool:
    """The queue in one folder; made on the first write."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._pending = folder / "pending"
        self._rejected = folder / "rejected"
        self._order = Lock()
        self._last = 0
        self._count = itertools.count()

    def put(self, event: dict[str, Any]) -> Path:
        """Write one event durably and return its file.

        Raises OSError when the disk refuses, `SpoolFullError` when the limit is reached, ValueError when the event is no JSON.
        """
        body = encode(event)
        if self.size_bytes() + len(body) > self.max_bytes:
            raise SpoolFullError(
                f"The spool {self.folder} holds {self.max_bytes:,} bytes already, so an event was dropped.",
                "send what waits with `whence-emit send`, or raise WHENCE_SPOOL_MAX_BYTES",
            )
        self._pending.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._pending / self._next_name()
        _write(path, body)
        return path

    def pending(self) -> list[Path]:
        """Files that wait, first in the queue first."""
        return self._files(self._pending)

    def rejected(self) -> list[Path]:
        """Events that were set aside, oldest first."""
        return self._files(self._rejected)

    def reject(self, path: Path, reason: str) -> None:
        """Set an event aside with its reason, so that it does not block those behind it."""
        self._rejected.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self._rejected / f"{path.stem}.reason.txt", f"{reason}\n".encode("utf-8", "replace"))
        path.replace(self._rejected / path.name)

    def size_bytes(self) -> int:
        """Bytes of everything that lies in the spool."""
        total = 0
        for folder in (self._pending, self._rejected):
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        total += entry.stat().st_size
        return total

    @contextmanager
    def sending(self, wait_seconds: float) -> Iterator[None]:
        """Hold the right to send. Raises `SpoolBusyError` when another process keeps it for longer than `wait_seconds`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            deadline = time.monotonic() + wait_seconds
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise SpoolBusyError(
                            "Another process is sending from the spool.", "it will send these events too"
                        ) from None
                    time.sleep(_LOCK_POLL_SECONDS)
            self._remove_unfinished()
            yield

    def _next_name(self) -> str:
        with self._order:
            self._last = max(time.time_ns(), self._last + 1)
            return f"{self._last:020d}-{os.getpid()}-{next(self._count)}.json"

    def _files(self, folder: Path) -> list[Path]:
        with suppress(FileNotFoundError):
            return sorted(
                path for path in folder.iterdir() if path.suffix == ".json" and not path.name.startswith(_UNFINISHED)
            )
        return []

    def _remove_unfinished(self) -> None:
        """Remove what a crash left half written; a write takes less than an hour."""
        with suppress(OSError):
            for path in self._pending.iterdir():
                if path.name.startswith(_UNFINISHED) and time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink(missing_ok=True)


def encode(event: dict[str, Any]) -> bytes:
    """An event as UTF-8 JSON. What JSON has no form for is written as text: NaN, other objects; lone surrogates as `?`.

    Raises ValueError when the event contains itself.
    """
    try:
        text = _dumps(event)
    except ValueError:
        text = _dumps(_finite(event))
    return text.encode("utf-8", "replace")


def _dumps(event: Any) -> str:
    return json.dumps(event, ensure_ascii=False, allow_nan=False, skipkeys=True, separators=(",", ":"), default=str)


def _finite(value: Any, depth: int = 0) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError("the event is nested too deeply")
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner, depth + 1) for inner in value]
    return value


def _write(path: Path, body: bytes) -> None:
    unfinished = path.with_name(f"{_UNFINISHED}{path.name}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
