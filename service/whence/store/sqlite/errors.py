"""Everything that SQLite and the file system can say, in whence's words: the one place where driver errors are translated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from whence.errors import BadRequest, StoreUnavailable, StoreUnusable, WhenceError

_UNAVAILABLE: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_BUSY: ("it is locked by another program", "Close what else has the file open, and try again."),
    sqlite3.SQLITE_LOCKED: ("it is locked by another program", "Close what else has the file open, and try again."),
    sqlite3.SQLITE_FULL: ("the disk is full", "Free some space, and send the same events again: repeats are harmless."),
    sqlite3.SQLITE_READONLY: ("it is read-only", "Give this user write permission on the file and its folder."),
    sqlite3.SQLITE_PERM: ("permission is denied", "Give this user permission on the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: (
        "the file can't be opened",
        "Look whether its folder exists and this user may write there.",
    ),
    sqlite3.SQLITE_IOERR: (
        "reading or writing the file failed",
        "Look at the disk (space, limits, health), and try again: nothing of the request was kept.",
    ),
}
_UNUSABLE: Final[dict[int, str]] = {
    sqlite3.SQLITE_NOTADB: "this file is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "this file is damaged",
    sqlite3.SQLITE_FORMAT: "this file is no SQLite database",
}


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise StoreUnavailable or StoreUnusable, naming the store, for what the driver and the system raise inside;
    BadRequest for a value that no store could hold."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, url) from error
    except OSError as error:
        raise StoreUnavailable(f"the store {url} is not available: {error.strerror or error}") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise BadRequest(f"a value that can't be looked for: {error}") from error


def _translate(error: sqlite3.Error, url: str) -> WhenceError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _UNAVAILABLE:
        why, hint = _UNAVAILABLE[code]
        return StoreUnavailable(f"the store {url} is not available: {why} ({error})", hint=hint)
    if code in _UNUSABLE:
        return StoreUnusable(f"the store {url} can't be used: {_UNUSABLE[code]}")
    return WhenceError(f"the store {url} refused a statement: {error}")
