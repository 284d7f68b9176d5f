"""What is fetched once and kept outside the clone: folders that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def cache_folder() -> Path:
    """`whence` in the user's cache folder: $XDG_CACHE_HOME, else the platform's. Not made."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(
        given
    ).is_absolute():  # others are to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
        return Path(given) / "whence"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "whence"


@contextmanager
def locked(file: Path, *, wait: bool = True) -> Iterator[None]:
    """Holds a lock file, which one process has at a time and loses when it ends.

    Raises BlockingIOError if somebody else has it and `wait` is false.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def place(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder, filled beside its place and moved there when whole; what is there already is taken as it is.

    Several at once fill it once. Raises what `fill` raises, and then leaves nothing behind.
    """
    if folder.is_dir():
        return folder
    with locked(folder.with_name(f".{folder.name}.lock")):
        if folder.is_dir():
            return folder
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)  # of a process that was killed
        part.mkdir()
        try:
            fill(part)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder
