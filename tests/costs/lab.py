"""A store whose merges are counted and timed, and histories to fill it with quickly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pytest

from whence.merge.batch import merge_batch
from whence.merge.state import Changes, Known, Logged
from whence.store import Store, memory, open_store
from whence.store.sqlite import writing
from whence.testing.harness import put

from .counting import CountingKnown, Reads

BATCH: Final = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """A kind of store under test: its URL in a folder, and the module whose `merge_batch` is counted."""

    name: str
    url: str
    merges: object

    def __repr__(self) -> str:
        return self.name


MEMORY: Final = Kind("memory", "memory:", memory)
SQLITE: Final = Kind("sqlite", "sqlite:///{folder}/whence.db", writing)


@dataclass(frozen=True)
class Spent:
    """What one put cost. `cpu` in ms of this process, which other work on the machine does not change; `wall` in ms."""

    reads: Reads
    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.reads.rows} rows, {self.cpu:.1f} ms of CPU, {self.wall:.1f} ms ({self.reads})"


class Lab:
    """One open store. `fill` puts without counting, `spend` counts and times one put."""

    def __init__(self, kind: Kind, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.reads: Reads | None = None
        self._runner = asyncio.Runner()
        patch.setattr(kind.merges, "merge_batch", self._merge)
        self._store: Store = open_store(kind.url.format(folder=folder))
        self._run(self._store.migrate())

    def fill(self, bodies: Iterable[bytes], size: int = BATCH) -> None:
        for batch in batches(bodies, size):
            self._run(put(self._store, *batch))

    def spend(self, *bodies: bytes) -> Spent:
        """Put these events as one batch."""
        self.reads = reads = Reads()
        wall, cpu = time.perf_counter(), time.process_time()
        self._run(put(self._store, *bodies))
        spent = Spent(reads, (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)
        self.reads = None
        return spent

    def close(self) -> None:
        self._run(self._store.close())
        self._runner.close()

    def _merge(self, known: Known, events: Sequence[Logged]) -> Changes:
        return merge_batch(known if self.reads is None else CountingKnown(known, self.reads), events)

    def _run(self, work: Awaitable[T]) -> T:
        async def whole() -> T:
            return await work

        return self._runner.run(whole())


def batches(bodies: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for body in bodies:
        batch.append(body)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def a_lab(kind: Kind, folder: Path) -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch:
        lab = Lab(kind, folder, patch)
        try:
            yield lab
        finally:
            lab.close()
