"""What a person writes for a REF: a path is hashed here, everything else goes to the service as it is (docs/naming.md, References)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from whence.cli.hashing import digests_of
from whence.model import uid

_PATH_STARTS = ("./", "../", "/", "~/")
_PATHS = (".", "..", "~")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A path that was hashed: `digests` are the REFs to try, in order; `asset` is the uid under which emitters record this path."""

    given: str
    digests: tuple[str, ...]
    asset: str


def is_path(ref: str) -> bool:
    """Whether a REF is a path: it begins with ./, ../, / or ~/."""
    return ref.startswith(_PATH_STARTS) or ref in _PATHS


def file_ref(ref: str) -> FileRef:
    """Hash what a path names. Raises BadRequest when there is nothing to hash."""
    path = Path(ref).expanduser()
    absolute = os.path.abspath(path)  # noqa: PTH100  Path.resolve follows links, and the recorded name is the path as written
    return FileRef(ref, digests_of(path), uid.asset("file", absolute))
