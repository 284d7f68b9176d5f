"""Counts and rate on standard error, once a second, when somebody looks."""

from __future__ import annotations

import sys
import threading
import time

_SECONDS = 1.0
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


class Progress:
    """Told of each file that is done, from any thread."""

    def __init__(self, what: str, *, quiet: bool) -> None:
        self._what = what
        self._shown = sys.stderr.isatty() and not quiet
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._next = self._begun + _SECONDS
        self._files = 0
        self._bytes = 0
        self._wrote = False

    def __call__(self, size: int) -> None:
        """Count one file of so many bytes."""
        with self._lock:
            self._files += 1
            self._bytes += size
            now = time.monotonic()
            if self._shown and now >= self._next:
                self._next = now + _SECONDS
                self._wrote = True
                rate = size_text(self._bytes / (now - self._begun))
                sys.stderr.write(f"\r{self._what}: {self._files:,} files, {size_text(self._bytes)}, {rate}/s\x1b[K")
                sys.stderr.flush()

    def close(self) -> None:
        """Wipe the line."""
        if self._wrote:
            sys.stderr.write("\r\x1b[K")


def size_text(size: float) -> str:
    """Bytes as a person reads them.

    >>> size_text(1536)
    '1.5 KiB'
    """
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:,.0f} B" if unit == "B" else f"{size:,.1f} {unit}"
