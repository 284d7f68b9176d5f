"""Digest many files at once. hashlib lets go of the interpreter for blocks of this size, so threads run side by side."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 1 << 20
"""Also what DVC reads at once, which `md5-dos2unix` depends on."""
FILE_ALGORITHMS = frozenset({"sha256", "sha512", "md5", "md5-dos2unix", "git-blob"})
_TEXT_BLOCK = 512
_TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"
_NOT_TEXT_SHARE = 0.30


@dataclass(frozen=True, slots=True)
class Want:
    """A file to digest. With `size`, a file of another size is not read: it differs."""

    path: Path
    algorithms: frozenset[str]
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is there: size in bytes (None: no such file), digests by algorithm, and why there are none where reading failed."""

    size: int | None
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""


class Progress(Protocol):
    """Is told of every file that is done, from any thread."""

    def __call__(self, size: int) -> None: ...


class _Hash(Protocol):
    def update(self, chunk: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class _Dos2Unix:
    """MD5 as DVC before 3.0 takes it: in each block of a mebibyte that looks like text, CR LF counts as LF.

    Source: dvc_data/hashfile/hash.py and istextfile.py.
    """

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)

    def update(self, chunk: bytes, /) -> None:
        self._md5.update(chunk.replace(b"\r\n", b"\n") if _is_text(chunk[:_TEXT_BLOCK]) else chunk)

    def hexdigest(self) -> str:
        return self._md5.hexdigest()


def _is_text(block: bytes) -> bool:
    if b"\0" in block:
        return False
    return len(block.translate(None, _TEXT)) <= _NOT_TEXT_SHARE * len(block)


def _new(algorithm: str, size: int) -> _Hash:
    makers: dict[str, Callable[[], _Hash]] = {
        "sha256": hashlib.sha256,
        "sha512": hashlib.sha512,
        "md5": lambda: hashlib.md5(usedforsecurity=False),
        "md5-dos2unix": _Dos2Unix,
        "git-blob": lambda: hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False),
    }
    return makers[algorithm]()


def hash_all(wants: Iterable[Want], *, jobs: int | None = None, progress: Progress | None = None) -> dict[Path, Seen]:
    """Digest every file, `jobs` at a time (default: as many as there are processors). Never raises for a file."""
    stop = threading.Event()

    def one(want: Want) -> tuple[Path, Seen]:
        seen = Seen(None, problem="stopped") if stop.is_set() else look_at(want)
        if progress is not None:
            progress(seen.size or 0)
        return want.path, seen

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1, "check") as pool:
        try:
            return dict(pool.map(one, wants))
        except BaseException:
            stop.set()  # whoever interrupts does not wait for what has not begun
            raise


def look_at(want: Want) -> Seen:
    """Digest one file in one pass. Never raises."""
    try:
        for _ in range(2):
            if (seen := _read(want)) is not None:
                return seen
        return Seen(None, problem="it changed while it was read")
    except (FileNotFoundError, NotADirectoryError):
        return Seen(None)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return Seen(None, problem=f"it cannot be read: {reason}")


def _read(want: Want) -> Seen | None:
    """None when the file was written to meanwhile."""
    # A pipe would wait for a writer for ever without this flag.
    handle = os.open(want.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            return Seen(None, problem="it is no regular file")
        if want.size is not None and want.size != before.st_size:
            return Seen(before.st_size)
        hashes = {name: _new(name, before.st_size) for name in want.algorithms}
        while chunk := file.read(CHUNK_BYTES):
            for each in hashes.values():
                each.update(chunk)
        after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns, before.st_ctime_ns) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ctime_ns,
    ):
        return None
    return Seen(before.st_size, {name: each.hexdigest() for name, each in hashes.items()})
