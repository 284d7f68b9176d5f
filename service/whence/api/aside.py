"""An event loop in a thread of its own: long answers are put together there, while the service's own loop goes on taking events in."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Aside:
    """The thread begins with the first piece of work and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives or raises. Cancelling the call cancels the work."""
        loop = self._loop or await self._begin()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    async def close(self) -> None:
        """Cancel what still runs and end the thread. Idempotent; nothing may be run afterwards."""
        if self._thread is None or self._loop is None or self._ended is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        await asyncio.to_thread(self._thread.join)

    async def _begin(self) -> asyncio.AbstractEventLoop:
        began: asyncio.Future[asyncio.AbstractEventLoop] = asyncio.get_running_loop().create_future()
        self._thread = threading.Thread(target=asyncio.run, args=(self._hold(began),), name=self._name, daemon=True)
        self._thread.start()
        self._loop = await began
        return self._loop

    async def _hold(self, began: asyncio.Future[asyncio.AbstractEventLoop]) -> None:
        self._ended = asyncio.Event()
        began.get_loop().call_soon_threadsafe(began.set_result, asyncio.get_running_loop())
        await self._ended.wait()
