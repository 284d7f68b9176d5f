"""Files as one tar archive (POSIX.1-2001, pax), piece by piece. Nothing in it depends on when or by whom it was made."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from whence.queries.export import FileDigest

_PIECE: Final = 1024 * 1024
_END: Final = bytes(2 * tarfile.BLOCKSIZE)


def archive(folder: Path, files: Iterable[FileDigest]) -> Iterator[bytes]:
    """The archive of these files of a folder, in their order."""
    for file in files:
        yield _header(file)
        with (folder / file.path).open("rb") as opened:
            while piece := opened.read(_PIECE):
                yield piece
        yield _padding(file)
    yield _END


def length(files: Iterable[FileDigest]) -> int:
    """How many bytes `archive` gives."""
    return sum(len(_header(file)) + file.size + len(_padding(file)) for file in files) + len(_END)


def _header(file: FileDigest) -> bytes:
    member = tarfile.TarInfo(file.path)
    member.size = file.size
    member.mode = 0o644
    return member.tobuf(tarfile.PAX_FORMAT)


def _padding(file: FileDigest) -> bytes:
    return bytes(-file.size % tarfile.BLOCKSIZE)
