"""Sort more lines than fit into memory: sorted parts in temporary files, read side by side."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Final, Self

PART: Final = 32 * 1024 * 1024
"""Bytes of lines that are held before they are sorted and put aside."""


class SortedLines:
    """Lines without their ends, read in the order of their bytes, as often as wanted. A context manager: leaving it removes the files."""

    def __init__(self, part: int = PART) -> None:
        self._part = part
        self._held: list[bytes] = []
        self._size = 0
        self._files: list[IO[bytes]] = []
        self._open = ExitStack()

    def add(self, lines: Iterable[bytes]) -> None:
        """No line may hold a line feed. Raises OSError when there is no room for temporary files."""
        for line in lines:
            self._held.append(line)
            self._size += len(line)
            if self._size >= self._part:
                self._put_aside()

    def __iter__(self) -> Iterator[bytes]:
        """Only one at a time: all readings share the files."""
        self._held.sort()
        for file in self._files:
            file.seek(0)
        yield from heapq.merge(self._held, *(_lines_of(file) for file in self._files))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _put_aside(self) -> None:
        file = tempfile.TemporaryFile(prefix="whence-lines-")  # noqa: SIM115  closed with all others
        self._open.enter_context(file)
        file.writelines(line + b"\n" for line in sorted(self._held))
        self._files.append(file)
        self._held, self._size = [], 0


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    for line in file:
        yield line[:-1]
