"""An event loop in a thread of its own: long answers are put together there, while the service's own loop goes on taking events in."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Aside:
    """The thread begins with the first piece of work and ends with `close`. To be used from one event loop."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._began: asyncio.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] | None = None

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives or raises. Cancelling the call cancels the work."""
        loop, _ = await asyncio.shield(self._begin())
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    async def close(self) -> None:
        """Cancel what still runs and end the thread. Idempotent; nothing may be run afterwards."""
        if self._thread is None or self._began is None:
            return
        loop, ended = await self._began
        if self._thread.is_alive():
            loop.call_soon_threadsafe(ended.set)
        await asyncio.to_thread(self._thread.join)

    def _begin(self) -> asyncio.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]:
        if self._began is None:
            self._began = asyncio.get_running_loop().create_future()
            hold = _hold(self._began)
            self._thread = threading.Thread(target=asyncio.run, args=(hold,), name=self._name, daemon=True)
            self._thread.start()
        return self._began


async def _hold(began: asyncio.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    """Keep the loop of this thread going until the event that `began` is told of is set."""
    ended = asyncio.Event()
    began.get_loop().call_soon_threadsafe(began.set_result, (asyncio.get_running_loop(), ended))
    await ended.wait()
