"""What every part of the suite stands on: a fresh store for each test, without a plugin of pytest."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from whence.merge.state import Changes
from whence.store.port import Incoming, Receipt, Store
from whence.testing.events import incoming

S = TypeVar("S", bound="StoreSuite")


class StoreSuite(ABC):
    """What an adapter gives to be judged."""

    @abstractmethod
    async def make_store(self, folder: Path) -> Store:
        """A store kept in this folder, new when the folder is empty; called again with the same folder, the same store."""

    @abstractmethod
    async def apply(self, store: Store, changes: Changes) -> None:
        """Write these changes without an event: graphs that no log may give, cycles for example, still have to be walked."""


def on_a_store(test: Callable[[S, Store], Awaitable[None]]) -> Callable[[S], None]:
    """Make an async test of a store a plain one."""

    def run(self: S) -> None:
        with_store(self, lambda store: test(self, store))

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run


def with_store(suite: StoreSuite, work: Callable[[Store], Awaitable[None]]) -> None:
    """Run `work` with a new, empty store."""

    async def run(folder: Path) -> None:
        async with await suite.make_store(folder) as store:
            await store.migrate()
            await work(store)

    with TemporaryDirectory(prefix="whence-") as folder:
        asyncio.run(run(Path(folder)))


async def put(store: Store, *bodies: bytes) -> list[Receipt]:
    """Put events as one batch."""
    batch: Sequence[Incoming] = [incoming(body) for body in bodies]
    return await store.put(batch)


def raises(error: type[Exception], work: Awaitable[Any]) -> Awaitable[Exception]:
    """The error that awaiting `work` raises; fails when it raises none."""

    async def run() -> Exception:
        try:
            await work
        except error as raised:
            return raised
        raise AssertionError(f"{error.__name__} was not raised")

    return run()
