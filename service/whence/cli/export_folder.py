"""A folder that is there whole or not at all: files go into one beside it, which gets its name when all of them are there."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whence.errors import BadRequest, StoreUnavailable

_NAME_KEPT = 50


@contextmanager
def whole_folder(wanted: Path) -> Iterator[Path]:
    """A new folder to fill. When the block ends it is `wanted`; when it raises, it is gone.

    Raises BadRequest for a place that holds something, StoreUnavailable when nothing can be written there.
    """
    refuse_what_is_there(wanted)
    beside = wanted.parent / f".{wanted.name[:_NAME_KEPT]}.{secrets.token_hex(4)}.partial"
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        yield beside
        refuse_what_is_there(wanted)
        beside.rename(wanted)
    except OSError as error:
        raise StoreUnavailable(
            f"{wanted} can't be written: {error.strerror or error}.", hint="Name another folder with -o."
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def refuse_what_is_there(wanted: Path) -> None:
    """Raises BadRequest unless the place is free or an empty folder."""
    if wanted.is_symlink() or (wanted.exists() and not wanted.is_dir()):
        raise BadRequest(f"{wanted} is there and is no folder.", hint="Name a new folder with -o.")
    if wanted.exists() and any(wanted.iterdir()):
        raise BadRequest(
            f"The folder {wanted} is not empty: an export goes into a new or empty one.",
            hint="Name a new folder with -o.",
        )
