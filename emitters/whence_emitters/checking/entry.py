"""What a record says of one file or folder, and what is found of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Verdict(StrEnum):
    """What is found of one file."""

    OK = "ok"
    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"
    """In a recorded folder, but not in the record."""
    REFUSED = "refused"
    """The record names a place outside of the folder that may be read."""
    UNREADABLE = "unreadable"
    """The file, or the record itself, cannot be read: nobody knows."""
    NOT_CHECKED = "not checked"
    """Nothing here to compare: it lies on another machine, or the record holds no digest of its bytes."""


DIFFERS = frozenset({Verdict.MISSING, Verdict.CHANGED, Verdict.EXTRA, Verdict.REFUSED})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record says it: its file (relative to the root, `/`), the line (from 1; None where there are no lines), and what part of it."""

    file: str
    line: int | None = None
    part: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}" + (f", {self.part}" if self.part else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded state. `algorithm` is one of docs/naming.md, or `md5-dos2unix` of older DVC; `value` is lower-case hex without a suffix.

    `size` in bytes and `count` (number of files) where the record has them; `members` is {path below the folder: (digest, size)} where
    the record lists a folder's files itself. `member_algorithm` is what a folder's files are digested with.
    """

    path: Path
    shown: str
    place: Place
    algorithm: str
    value: str
    size: int | None = None
    count: int | None = None
    members: dict[str, tuple[str, int | None]] | None = None
    member_algorithm: str = "md5"

    @property
    def is_folder(self) -> bool:
        return self.algorithm in FOLDER_ALGORITHMS


FOLDER_ALGORITHMS = frozenset({"dvc-md5-dir", "dir-sha256"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one file, or of a folder as a whole. `shown` is relative to the root. `size` in bytes, where it was read."""

    shown: str
    verdict: Verdict
    place: Place
    reason: str = ""
    algorithm: str = ""
    recorded: str = ""
    found: str = ""
    size: int = 0
