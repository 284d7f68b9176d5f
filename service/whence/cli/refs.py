"""What a person writes for a REF: a path is hashed here, everything else goes to the service as it is (docs/naming.md, References)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

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
    from whence.cli.hashing import digests_of

    return FileRef(ref, digests_of(ref), asset_of(ref))


def asset_of(ref: str) -> str:
    """The uid under which emitters record this path: namespace `file`, the absolute path as written, links not followed."""
    return uid.asset("file", os.path.abspath(Path(ref).expanduser()))  # noqa: PTH100
