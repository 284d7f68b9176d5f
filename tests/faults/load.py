"""Clients of a service, many at once: single events and batches, some of them repeats. They note what was acknowledged and what was not."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from whence.testing import run_event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

SINGLE_CLIENTS: Final = 5
BATCH_CLIENTS: Final = 2
BATCH: Final = 12
REPEAT_EACH: Final = 7
SECONDS: Final = 240.0


def bodies() -> Iterator[bytes]:
    """Small runs without end, each another one, that share what they read and write, and come out of order."""
    for number in itertools.count():
        time = f"2024-05-{number % 27 + 1:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z"
        yield run_event(
            f"r{number}", time=time, job=f"job{number % 3}", inputs=["shared"], outputs=[f"made/{number % 5}"]
        )


@dataclass
class Load:
    """All that was sent to one store, round after round."""

    new: Iterator[bytes] = field(default_factory=bodies)
    acknowledged: dict[bytes, int | None] = field(default_factory=dict)
    """Events, and the position that each was told to have; None for those of batches."""
    unanswered: list[list[bytes]] = field(default_factory=list)
    """Requests of which nobody knows what became."""
    unavailable: int = 0
    """How often the service said that it can't now (503)."""
    answers: int = 0
    _waiting: list[tuple[int, asyncio.Event]] = field(default_factory=list)

    async def send(self, url: str, fault: Callable[[], Awaitable[None]]) -> None:
        """Send without pause from all clients until `fault` has returned and what was under way is answered, or cannot be."""
        over = asyncio.Event()
        sizes = [1] * SINGLE_CLIENTS + [BATCH] * BATCH_CLIENTS
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=SECONDS) as http,
            asyncio.TaskGroup() as clients,
        ):
            for size in sizes:
                clients.create_task(self._client(http, size, over))
            await self.wait_for_answers(1)
            await fault()
            over.set()

    async def wait_for_answers(self, more: int) -> None:
        """Until so many more requests were answered."""
        reached = asyncio.Event()
        self._waiting.append((self.answers + more, reached))
        await reached.wait()

    async def _client(self, http: httpx.AsyncClient, size: int, over: asyncio.Event) -> None:
        """Ends when the service is gone, or when it is over; a request that is answered with 503 is sent again, as clients do."""
        for count in itertools.count():
            request = self._next(size, repeat=count % REPEAT_EACH == REPEAT_EACH - 1)
            try:
                while True:
                    if await self._accepted(http, request):
                        break
                    await asyncio.sleep(0.1)
            except httpx.TransportError:
                self.unanswered.append(request)
                return
            if over.is_set():
                return

    def _next(self, size: int, *, repeat: bool) -> list[bytes]:
        if self.unanswered:
            return self.unanswered.pop(0)
        if repeat and size == 1 and self.acknowledged:
            return [next(reversed(self.acknowledged))]
        return list(itertools.islice(self.new, size))

    async def _accepted(self, http: httpx.AsyncClient, request: list[bytes]) -> bool:
        """Whether the service took it in, and not said that it can't now. Raises TransportError when it is gone."""
        content = request[0] if len(request) == 1 else b"[" + b",".join(request) + b"]"
        answer = await http.post("/api/v1/lineage", content=content, headers={"Content-Type": "application/json"})
        if answer.status_code == 503:
            told = answer.json()
            assert answer.headers["retry-after"] == "1"
            assert told["code"] == "STORE_UNAVAILABLE"
            assert told["message"]
            assert told["hint"]
            self.unavailable += 1
            return False
        self._note(request, answer)
        return True

    def _note(self, request: list[bytes], answer: httpx.Response) -> None:
        assert answer.status_code in {200, 201}, answer.text
        told = answer.json()
        if len(request) == 1:
            (body,) = request
            assert told["duplicate"] is (answer.status_code == 200)
            assert told["duplicate"] or body not in self.acknowledged, "acknowledged twice as new"
            assert self.acknowledged.get(body) in {None, told["seq"]}, "a repeat has the first position"
            self.acknowledged[body] = told["seq"]
        else:
            assert told["summary"]["successful"] == len(request), told
            for body in request:
                self.acknowledged.setdefault(body, None)
        self.answers += 1
        for wanted, reached in self._waiting:
            if self.answers >= wanted:
                reached.set()
