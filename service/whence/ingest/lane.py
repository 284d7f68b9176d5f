"""The ingest lane: everything that waits is put as one batch (group commit), and an acknowledgement means durable.

One task puts. While a put runs, the next batch gathers; so the more connections send, the larger the batches. A store that merges in another
process is handed the next batch meanwhile, so that it never waits for this one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from whence.errors import Overloaded, StoreUnavailable, StoreUnusable, WhenceError
from whence.ingest.decode import in_chunks
from whence.ingest.prepare import Accepted, Arrival, Flawed, Limits, Outcome, flawed, prepare, unexpected
from whence.store.port import Incoming, Receipt, Refused, Store

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH_EVENTS: Final = 200
BATCH_BYTES: Final = 4 * 1024 * 1024
JOIN_SECONDS: Final = 0.005
"""Longest wait for others to join a commit; never more than a quarter of what the last commit took."""
INLINE_BYTES: Final = 128 * 1024
"""Bodies of more bytes than this are read in a thread: the event loop answers others meanwhile."""

_log = logging.getLogger("whence.ingest")


class Watcher(Protocol):
    """Who wants to know what the lane does, to count it."""

    def committed(self, events: int, seconds: float) -> None:
        """One put took this long, the end of the one before it included where both were under way."""

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        """These outcomes went to a client."""

    def waiting(self, events: int) -> None:
        """So many events are taken in and not yet answered."""


class _Ticket(NamedTuple):
    """One chunk of a request in the queue."""

    items: Sequence[Incoming | Refused]
    size: int
    done: asyncio.Future[list[Receipt | WhenceError]]


class Ingest:
    """Takes bodies in, answers when they are durable. Use as an async context manager: leaving it writes what waits."""

    def __init__(self, store: Store, limits: Limits | None = None, watcher: Watcher | None = None) -> None:
        self.store = store
        self.limits = limits or Limits()
        self._watcher = watcher
        self._queue: deque[_Ticket] = deque()
        self._held = 0
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._last_tickets = 0
        self._last_seconds = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._lane(), name="whence ingest lane")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Refuse what comes, write what waits. Idempotent."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    @property
    def held(self) -> int:
        """Events taken in and not yet answered."""
        return self._held

    def admit(self, events: int) -> None:
        """Raises Overloaded when the queue has no room for so many more events, StoreUnavailable once closing.

        A request larger than the whole queue is let in when nothing waits.
        """
        if self._closing or self._task is None:
            raise StoreUnavailable("The service is stopping.", hint="Send the same events again in a moment.")
        if self._held and self._held + min(events, BATCH_EVENTS) > self.limits.queue:
            raise Overloaded(f"{self._held:,} events wait to be written, and no more are taken in.")

    async def submit(
        self, bodies: Sequence[bytes], sender: str | None = None, *, keep: bool = True, replay_of: str | None = None
    ) -> list[Outcome]:
        """Read, log and merge these events; each has its outcome, in order. Returns when all that is accepted is durable.

        Refused events are kept with their reason, unless `keep` is False. `replay_of`: the id of a refused event of which this is another try;
        accepted, it counts as refused no more, refused again it gets the new reason.
        Raises Overloaded before anything was taken in, and StoreUnavailable or StoreUnusable when the store fails: send the same request again,
        what was written before the failure is then a duplicate.
        """
        self.admit(len(bodies))
        outcomes: list[Outcome] = []
        running: deque[asyncio.Task[list[Outcome]]] = deque()
        offset = 0
        try:
            for chunk in in_chunks(bodies, events=BATCH_EVENTS, size=BATCH_BYTES):
                work = self._chunk(chunk, offset, Arrival(time.time_ns(), sender, replay_of), keep)
                offset += len(chunk)
                if offset == len(bodies) and not running:
                    return await work
                running.append(asyncio.create_task(work))
                if len(running) > 1:
                    outcomes += await running.popleft()
            while running:
                outcomes += await running.popleft()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        return outcomes

    async def refuse(
        self, body: bytes, error: WhenceError, sender: str | None = None, *, replay_of: str | None = None
    ) -> Outcome:
        """Keep a body that could not even be cut into events, with the reason."""
        self.admit(1)
        flaw = flawed(body, error, Arrival(time.time_ns(), sender, replay_of))
        return (await self._settle([flaw], 0, keep=True))[0]

    async def keep(self, refused: Refused) -> None:
        """Keep what was refused elsewhere, with the reason given there."""
        self.admit(1)
        await self._put([refused])

    async def _chunk(self, bodies: list[bytes], offset: int, arrival: Arrival, keep: bool) -> list[Outcome]:
        self._hold(len(bodies))
        try:
            if sum(map(len, bodies)) > INLINE_BYTES:
                prepared = await asyncio.to_thread(_prepare_all, bodies, self.limits, arrival)
            else:
                prepared = _prepare_all(bodies, self.limits, arrival)
            return await self._settle(prepared, offset, keep)
        finally:
            self._hold(-len(bodies))

    def _hold(self, events: int) -> None:
        self._held += events
        if self._watcher is not None:
            self._watcher.waiting(self._held)

    async def _settle(self, prepared: Sequence[Incoming | Flawed], offset: int, keep: bool) -> list[Outcome]:
        items: list[Incoming | Refused] = []
        for each in prepared:
            if isinstance(each, Incoming):
                items.append(each)
            elif keep and each.keep is not None:
                items.append(each.keep)
        receipts = iter(await self._put(items) if items else [])
        outcomes: list[Outcome] = []
        for index, each in enumerate(prepared, offset):
            if isinstance(each, Incoming):
                receipt = next(receipts)
                outcomes.append(_outcome(each, receipt, index))
            else:
                kept = next(receipts) if keep and each.keep is not None else None
                outcomes.append(each.refusal(index, kept.rejected_id if isinstance(kept, Receipt) else None))
        if self._watcher is not None:
            self._watcher.answered(outcomes)
        return outcomes

    async def _put(self, items: Sequence[Incoming | Refused]) -> list[Receipt | WhenceError]:
        done: asyncio.Future[list[Receipt | WhenceError]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Ticket(items, sum(len(item.body) for item in items), done))
        self._wake.set()
        return await done

    async def _lane(self) -> None:
        free = asyncio.Semaphore(self.store.puts_at_once)
        async with asyncio.TaskGroup() as puts:
            while await self._something_waits():
                await free.acquire()
                await self._let_others_join()
                put = puts.create_task(self._commit(self._gather()))
                put.add_done_callback(lambda _: free.release())

    async def _something_waits(self) -> bool:
        """False once closing, and nothing does."""
        while not self._queue and not self._closing:
            self._wake.clear()
            await self._wake.wait()
        return bool(self._queue)

    async def _let_others_join(self) -> None:
        """Who was just answered is about to send again: a moment's wait makes one commit of what would be two.

        A lone sender never waits, nor does a store that could merge what there is meanwhile.
        """
        if self._last_tickets > 1 and self.store.puts_at_once == 1 and not self._closing:
            await asyncio.sleep(min(JOIN_SECONDS, self._last_seconds / 4))

    def _gather(self) -> list[_Ticket]:
        tickets = [self._queue.popleft()]
        events, size = len(tickets[0].items), tickets[0].size
        while self._queue:
            following = self._queue[0]
            events, size = events + len(following.items), size + following.size
            if events > BATCH_EVENTS or size > BATCH_BYTES:
                break
            tickets.append(self._queue.popleft())
        return tickets

    async def _commit(self, tickets: Sequence[_Ticket]) -> None:
        items = [item for ticket in tickets for item in ticket.items]
        started = time.perf_counter()
        try:
            receipts = await self._put_or_isolate(items)
        except Exception as error:
            _log.error("a put of %d events failed: %s", len(items), error)
            for ticket in tickets:
                if not ticket.done.done():
                    ticket.done.set_exception(error)
            return
        self._last_tickets, self._last_seconds = len(tickets), time.perf_counter() - started
        if self._watcher is not None:
            self._watcher.committed(len(items), self._last_seconds)
        position = 0
        for ticket in tickets:
            mine = receipts[position : position + len(ticket.items)]
            position += len(ticket.items)
            if not ticket.done.done():
                ticket.done.set_result(mine)

    async def _put_or_isolate(self, items: Sequence[Incoming | Refused]) -> list[Receipt | WhenceError]:
        """Put all; when one of them breaks the put, find it by halves, so that it takes no other with it.

        Raises StoreUnavailable or StoreUnusable: then it is the store, not an event.
        """
        try:
            return list(await self.store.put(items))
        except (StoreUnavailable, StoreUnusable):
            raise
        except Exception:
            if len(items) == 1:
                return [await self._keep_poison(items[0])]
        half = len(items) // 2
        return [*await self._put_or_isolate(items[:half]), *await self._put_or_isolate(items[half:])]

    async def _keep_poison(self, item: Incoming | Refused) -> Receipt | WhenceError:
        error = unexpected("store")
        refused = Refused(item.body, error.code, error.message, True, item.received_at, item.sender, item.replay_of)
        try:
            kept = await self.store.put([refused])
        except (StoreUnavailable, StoreUnusable):
            raise
        except Exception:
            return unexpected("keep")
        return _PoisonError(error, kept[0].rejected_id)


class _PoisonError(WhenceError):
    """The error of an event that broke the put, and where it is kept."""

    def __init__(self, error: WhenceError, rejected_id: str | None) -> None:
        super().__init__(error.message, hint=error.hint)
        self.rejected_id = rejected_id


def _outcome(event: Incoming, receipt: Receipt | WhenceError, index: int) -> Outcome:
    if isinstance(receipt, Receipt):
        return Accepted(receipt.seq, event.facts.key, receipt.duplicate)
    return Flawed(receipt, None).refusal(index, getattr(receipt, "rejected_id", None))


def _prepare_all(bodies: Sequence[bytes], limits: Limits, arrival: Arrival) -> list[Incoming | Flawed]:
    return [prepare(body, limits, arrival) for body in bodies]
