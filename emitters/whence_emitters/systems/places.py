"""What a file of the source is called: by its repository when it lies in one, so that every clone calls it the same, else by its path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from whence_emitters.errors import SourceError
from whence_emitters.names import printable
from whence_emitters.systems.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A folder: the namespace of what lies in it, and what the names there begin with."""

    namespace: str
    prefix: str

    @property
    def in_repository(self) -> bool:
        """Whether names are those of a repository."""
        return self.namespace.startswith("git+")

    def name(self, relative: str) -> str:
        """The name of a file below the folder."""
        return printable(f"{self.prefix}{relative}")

    def version(self, digests: Mapping[str, str]) -> str:
        """What one state of a file is called, of its digests by algorithm: in a repository by its blob, as git does, else by its sha256."""
        algorithm = "git-blob" if self.in_repository else "sha256"
        return f"{algorithm}:{digests[algorithm]}"


def place_of(folder: Path) -> Place:
    """The place of a folder that exists."""
    path = folder.resolve()
    try:
        with Repository(path) as repository:
            below = path.relative_to(repository.root.resolve()).as_posix()
            return Place(repository.namespace, "" if below == "." else f"{below}/")
    except (SourceError, ValueError):
        return Place("file", f"{path.as_posix().rstrip('/')}/")
