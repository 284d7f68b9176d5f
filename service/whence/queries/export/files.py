"""Files of an export on their way to somewhere, each with its size and SHA-256. Their names are ours: no text of an event is ever part of one."""

from __future__ import annotations

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_CHUNKS_AT_ONCE: Final = 200


class FileDigest(msgspec.Struct, frozen=True):
    """A file of an export: its path in the folder (with `/`), hex SHA-256 and size in bytes."""

    path: str
    sha256: str
    size: int


class Sink(Protocol):
    def write(self, data: bytes, /) -> object:
        """Take bytes."""


class Target(ABC):
    """Where files go."""

    @abstractmethod
    def file(self, path: str) -> AbstractContextManager[Sink]:
        """A new file at this path. Raises OSError when it can't be written."""


class Unwritten(Target):
    """Nowhere: for who wants the manifest alone."""

    @contextmanager
    def file(self, path: str) -> Iterator[Sink]:
        yield _Nowhere()


class _Nowhere:
    def write(self, data: bytes, /) -> None:
        """Forget them."""


class Folder(Target):
    """A folder that is there and empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, path: str) -> Iterator[Sink]:
        place = self._folder / path
        place.parent.mkdir(exist_ok=True)
        with place.open("xb") as opened:
            yield opened


class Files:
    """Writes files and remembers what they came to. `told` hears of each when it is whole."""

    def __init__(self, target: Target, told: Callable[[FileDigest], None] = lambda _: None) -> None:
        self._target = target
        self._told = told
        self.written: list[FileDigest] = []

    async def write(self, path: str, chunks: AsyncIterable[bytes] | Iterable[bytes]) -> FileDigest:
        """Write a file, piece by piece; what else runs in this event loop goes on meanwhile."""
        digest, size = hashlib.sha256(), 0
        with self._target.file(path) as sink:
            async for chunk in _steadily(chunks):
                sink.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        made = FileDigest(path, digest.hexdigest(), size)
        self.written.append(made)
        self._told(made)
        return made


async def _steadily(chunks: AsyncIterable[bytes] | Iterable[bytes]) -> AsyncIterator[bytes]:
    if not isinstance(chunks, Iterable):
        async for chunk in chunks:
            yield chunk
        return
    for number, chunk in enumerate(chunks):
        if number % _CHUNKS_AT_ONCE == 0:
            await asyncio.sleep(0)
        yield chunk
