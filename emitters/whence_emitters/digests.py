"""Digests, size and rows of a file or a folder, in one pass over its bytes.

A file gets `sha256` and `md5` (what DVC, git-lfs and W&B know it by), a configuration file `git-blob` too. A folder gets `dir-sha256`:
the sha256 over the sorted lines `relpath NUL size NUL sha256 LF` of its regular files, and `dvc-md5-dir`, by which DVC knows it. Symbolic links to files count as their
content; links to folders are not followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from whence_emitters.errors import ChangedWhileReadError
from whence_emitters.rows import counter_for, rows_in_header

_CHUNK_BYTES = 1 << 20
_ATTEMPTS = 2
_LARGE_BYTES = 16 << 20
"""From here on a thread of its own pays. hashlib lets go of the interpreter while it works on a chunk."""
_CHUNKS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Digests:
    """The bytes of one state: number of files, total size in bytes, (algorithm, lower-case hex) pairs, rows where known."""

    files: int
    bytes: int
    values: tuple[tuple[str, str], ...]
    rows: int | None = None
    notes: tuple[str, ...] = ()


def digest(path: Path, *, git_blob: bool = False) -> Digests:
    """Digest a file or a folder.

    Raises OSError when something cannot be read, `ChangedWhileReadError` when it was being written to.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        return _digest_folder(path)
    if not stat.S_ISREG(mode):
        raise OSError(f"{path.name} is neither a file nor a folder")
    return _digest_file(path, git_blob=git_blob)


def _digest_file(path: Path, *, git_blob: bool) -> Digests:
    for _ in range(_ATTEMPTS):
        found = _read_once(path, git_blob=git_blob)
        if found is not None:
            return found
    raise ChangedWhileReadError(f"{path.name} changed while it was read, so it has no digest.")


def _read_once(path: Path, *, git_blob: bool) -> Digests | None:
    """Digest a file; None when it changed meanwhile."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    counter = counter_for(path)
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        blob = hashlib.sha1(b"blob %d\0" % before.st_size, usedforsecurity=False) if git_blob else None
        size = 0
        with _beside(sha256.update, large=before.st_size >= _LARGE_BYTES) as update_sha256:
            while chunk := file.read(_CHUNK_BYTES):
                size += len(chunk)
                update_sha256(chunk)
                md5.update(chunk)
                if blob:
                    blob.update(chunk)
                if counter:
                    counter.feed(chunk)
        after = os.fstat(file.fileno())
    if _state(before) != _state(after) or size != before.st_size:
        return None
    values = [("sha256", sha256.hexdigest()), ("md5", md5.hexdigest())]
    if blob:
        values.append(("git-blob", blob.hexdigest()))
    try:
        rows = counter.finish() if counter else rows_in_header(path)
    except Exception as error:  # a damaged header costs the row count, never the digest
        return Digests(1, size, tuple(values), None, (f"rows of {path.name} not counted: {type(error).__name__}",))
    return Digests(1, size, tuple(values), rows)


@contextmanager
def _beside(update: Callable[[bytes], None], *, large: bool) -> Iterator[Callable[[bytes], None]]:
    """`update`, for a large file in a thread of its own: in order, a few chunks ahead at most, and done when the block ends."""
    if not large:
        yield update
        return
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, "digest") as thread:

        def later(chunk: bytes) -> None:
            waiting.append(thread.submit(update, chunk))
            if len(waiting) > _CHUNKS_AHEAD:
                waiting.popleft().result()

        yield later


def folder_sha256(files: Iterable[tuple[str, int, str]]) -> str:
    """dir-sha256 (docs/naming.md) of files (relative path, size in bytes, sha256)."""
    lines = sorted(os.fsencode(name) + b"\0%d\0" % size + sha256.encode() + b"\n" for name, size, sha256 in files)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def dvc_folder_digest(md5_of: Mapping[str, str]) -> str:
    """dvc-md5-dir (docs/naming.md): the MD5 of DVC's manifest of files {relative path: MD5}."""
    listed = [{"md5": md5_of[name], "relpath": name} for name in sorted(md5_of)]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def _digest_folder(root: Path) -> Digests:
    notes: list[str] = []
    found = {name.as_posix(): _digest_file(root / name, git_blob=False) for name in _files_below(root, notes)}
    values = {name: dict(one.values) for name, one in found.items()}
    digests = (
        ("dir-sha256", folder_sha256((name, one.bytes, values[name]["sha256"]) for name, one in found.items())),
        ("dvc-md5-dir", dvc_folder_digest({name: one["md5"] for name, one in values.items()})),
    )
    return Digests(len(found), sum(one.bytes for one in found.values()), digests, None, tuple(notes))


def _files_below(root: Path, notes: list[str]) -> list[Path]:
    found: list[Path] = []

    def unreadable(error: OSError) -> None:
        raise error

    for folder, folders, names in os.walk(root, onerror=unreadable):
        here = Path(folder)
        notes.extend(
            f"link to a folder not followed: {(here / name).relative_to(root)}"
            for name in folders
            if (here / name).is_symlink()
        )
        for name in names:
            path = here / name
            if path.is_file():
                found.append(path.relative_to(root))
            else:
                notes.append(f"neither file nor folder, left out: {path.relative_to(root)}")
    return found


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns
