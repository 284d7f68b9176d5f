"""How far a record may reach: the folder below which its files lie, and the names that they have there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from whence_emitters.names import printable

_MARKS = (".dvc", ".git")


@dataclass(frozen=True, slots=True)
class Root:
    """The folder that a record may speak of. `stores`: folders that a link in it may lead to (a DVC cache that its files are linked from)."""

    folder: Path
    stores: tuple[Path, ...] = ()
    _real: tuple[str, ...] = field(init=False, repr=False)
    _held: dict[str, bool] = field(init=False, repr=False, compare=False, default_factory=dict)
    """Of each folder that was asked about, whether it is held: a folder of many files is followed to its end once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_real", tuple(os.path.realpath(each) for each in (self.folder, *self.stores)))

    def place(self, base: Path, relative: str) -> Path | None:
        """The path that `relative` means below `base`, by its name alone; None when it leaves the root."""
        if "\0" in relative:
            return None
        path = Path(os.path.normpath(base / relative))
        return path if path.is_relative_to(self.folder) else None

    def holds(self, path: Path) -> bool:
        """Whether what lies at `path`, links followed, is in the root or in one of its stores."""
        if os.path.islink(path):  # noqa: PTH114 - asked of every file: Path takes twice as long
            return self._reaches(os.path.realpath(path))
        folder = os.path.dirname(path)  # noqa: PTH120
        if folder not in self._held:
            self._held[folder] = self._reaches(os.path.realpath(folder))
        return self._held[folder] or path == self.folder

    def _reaches(self, real: str) -> bool:
        return any(real == each or real.startswith(each.rstrip(os.sep) + os.sep) for each in self._real)

    def shown(self, path: Path) -> str:
        """The name of a path for people and reports: relative to the root, with `/`."""
        return printable(path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name)


def absolute(path: Path | str) -> Path:
    """The absolute path; links stay as they were written."""
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 - Path.resolve would follow links


def root_of(folder: Path) -> Path:
    """The project that a folder lies in: the nearest folder above it that holds `.dvc` or `.git`; else the folder itself."""
    start = absolute(folder)
    return next((each for each in (start, *start.parents) if any((each / mark).exists() for mark in _MARKS)), start)
