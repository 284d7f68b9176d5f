"""The ingest lane: group commit, isolation of poison, shedding of load, nothing acknowledged that is not durable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from whence.errors import Overloaded, StoreUnavailable
from whence.ingest import Accepted, Ingest, Limits, Refusal
from whence.model.answers import LogFilter
from whence.store.port import Incoming, Receipt, Refused

from .conftest import ToldStore, body_of

pytestmark = pytest.mark.anyio


class SlowStore(ToldStore):
    """A put waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        await self.gate.wait()
        return await super().put(batch)


def poisoned(batch: Sequence[Incoming | Refused]) -> None:
    if any(b"poison" in item.body for item in batch if isinstance(item, Incoming)):
        raise RuntimeError("a defect with a secret in it")


def unavailable_for_poison(batch: Sequence[Incoming | Refused]) -> None:
    if any(b"poison" in item.body for item in batch if isinstance(item, Incoming)):
        raise StoreUnavailable("The writing process ended.")


async def test_what_waits_is_put_as_one_batch() -> None:
    store = SlowStore()
    async with Ingest(store) as ingest:
        sending = [asyncio.create_task(ingest.submit([body_of()]))]
        await asyncio.sleep(0.01)
        sending += [asyncio.create_task(ingest.submit([body_of()])) for _ in range(19)]
        await asyncio.sleep(0.01)
        store.gate.set()
        outcomes = [outcome for many in await asyncio.gather(*sending) for outcome in many]
    assert store.batches == [1, 19]
    assert sorted(each.seq for each in outcomes if isinstance(each, Accepted)) == list(range(1, 21))


class ElsewhereStore(SlowStore):
    """As one that merges in another process: two puts may be under way."""

    puts_at_once = 2


async def test_a_store_that_merges_elsewhere_has_the_next_batch_at_hand_and_no_third() -> None:
    store = ElsewhereStore()
    handed: list[int] = []
    real = store.put

    async def put(batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        handed.append(len(batch))
        return await real(batch)

    store.put = put  # type: ignore[method-assign]
    async with Ingest(store) as ingest:
        sending = []
        for _ in range(6):
            sending.append(asyncio.create_task(ingest.submit([body_of()])))
            await asyncio.sleep(0.01)
        assert handed == [1, 1]
        store.gate.set()
        outcomes = [outcome for many in await asyncio.gather(*sending) for outcome in many]
    assert handed == [1, 1, 4]
    assert sorted(each.seq for each in outcomes if isinstance(each, Accepted)) == list(range(1, 7))


async def test_a_failed_put_fails_its_own_events_and_not_those_of_the_next() -> None:
    store = ElsewhereStore()
    store.fail = unavailable_for_poison
    async with Ingest(store) as ingest:
        first = asyncio.create_task(ingest.submit([body_of("poison")]))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(ingest.submit([body_of()]))
        await asyncio.sleep(0.01)
        store.gate.set()
        with pytest.raises(StoreUnavailable):
            await first
        assert [type(each) for each in await second] == [Accepted]


async def test_closing_writes_what_both_puts_hold() -> None:
    store = ElsewhereStore()
    async with Ingest(store) as ingest:
        sending = [asyncio.create_task(ingest.submit([body_of()])) for _ in range(3)]
        await asyncio.sleep(0.01)
        sending.append(asyncio.create_task(ingest.submit([body_of()])))
        await asyncio.sleep(0.01)
        closing = asyncio.create_task(ingest.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        store.gate.set()
        await closing
        assert all(task.done() for task in sending)


async def test_a_batch_has_at_most_two_hundred_events() -> None:
    store = ToldStore()
    async with Ingest(store) as ingest:
        outcomes = await ingest.submit([body_of(f"job{number}") for number in range(401)])
    assert len(outcomes) == 401
    assert max(store.batches) <= 200


async def test_outcomes_are_in_the_order_of_the_request() -> None:
    bodies = [b"{", body_of(), b'{"a": 1}', body_of()] * 100
    async with Ingest(ToldStore()) as ingest:
        outcomes = await ingest.submit(bodies)
    assert [isinstance(each, Accepted) for each in outcomes] == [False, True, False, True] * 100
    assert [each.index for each in outcomes if isinstance(each, Refusal)] == list(range(0, 400, 2))


async def test_an_acknowledgement_means_that_the_put_is_done() -> None:
    store = SlowStore()
    async with Ingest(store) as ingest:
        sending = asyncio.create_task(ingest.submit([body_of()]))
        await asyncio.sleep(0.01)
        assert not sending.done()
        store.gate.set()
        assert await sending


async def test_a_poisonous_event_takes_no_other_with_it(caplog: pytest.LogCaptureFixture) -> None:
    store = ToldStore()
    store.fail = poisoned
    bodies = [body_of(f"job{number}") for number in range(10)]
    bodies[3] = body_of("poison")
    async with Ingest(store) as ingest:
        outcomes = await ingest.submit(bodies)
        page = await store.events(LogFilter(), rejected=True)
    assert [isinstance(each, Accepted) for each in outcomes] == [index != 3 for index in range(10)]
    refusal = outcomes[3]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.retriable, refusal.status) == ("INTERNAL", True, 422)
    assert [(each.code, each.body) for each in page.rejected] == [("INTERNAL", bodies[3])]
    assert refusal.rejected_id == page.rejected[0].id
    assert "secret" not in refusal.reason
    assert "RuntimeError: a defect" in caplog.text
    assert getattr(caplog.records[-1], "incident", "?") in refusal.reason


async def test_an_unexpected_fault_in_reading_is_a_rejected_event(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_body: bytes, *, max_depth: int) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("whence.ingest.prepare.read", broken)
    async with Ingest(ToldStore()) as ingest:
        outcome = (await ingest.submit([body_of()]))[0]
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.status) == ("INTERNAL", 422)


async def test_a_failure_of_the_store_is_said_to_all_and_the_lane_goes_on() -> None:
    store = ToldStore()

    def full(_batch: Sequence[Incoming | Refused]) -> None:
        raise StoreUnavailable("The disk is full.")

    store.fail = full
    async with Ingest(store) as ingest:
        results = await asyncio.gather(*(ingest.submit([body_of()]) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(each, StoreUnavailable) for each in results)
        store.fail = lambda _batch: None
        assert isinstance((await ingest.submit([body_of()]))[0], Accepted)
        assert ingest.held == 0


async def test_a_full_queue_refuses_before_it_takes_anything_in() -> None:
    store = SlowStore()
    async with Ingest(store, Limits(queue=10)) as ingest:
        sending = [asyncio.create_task(ingest.submit([body_of()])) for _ in range(10)]
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded):
            await ingest.submit([body_of()])
        store.gate.set()
        await asyncio.gather(*sending)
        assert isinstance((await ingest.submit([body_of()]))[0], Accepted)


async def test_a_request_larger_than_the_queue_is_taken_when_nothing_waits() -> None:
    async with Ingest(ToldStore(), Limits(queue=10)) as ingest:
        assert len(await ingest.submit([body_of() for _ in range(50)])) == 50


async def test_closing_writes_what_waits_and_refuses_what_comes() -> None:
    store = SlowStore()
    ingest = await Ingest(store).__aenter__()
    sending = [asyncio.create_task(ingest.submit([body_of()])) for _ in range(5)]
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(ingest.close())
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable):
        await ingest.submit([body_of()])
    store.gate.set()
    await closing
    assert [isinstance((await each)[0], Accepted) for each in sending] == [True] * 5


async def test_a_client_that_goes_away_leaves_the_lane_alone() -> None:
    store = SlowStore()
    async with Ingest(store) as ingest:
        gone, stays = (asyncio.create_task(ingest.submit([body_of()])) for _ in range(2))
        await asyncio.sleep(0.01)
        gone.cancel()
        store.gate.set()
        assert isinstance((await stays)[0], Accepted)
    assert ingest.held == 0


async def test_large_bodies_are_read_beside_the_event_loop() -> None:
    big = json.dumps({**json.loads(body_of()), "x": [{"y": "z" * 100}] * 60_000}).encode()
    pauses: list[float] = []

    async def ticking() -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.001)
            pauses.append(loop.time() - before)

    async with Ingest(ToldStore()) as ingest:
        ticker = asyncio.create_task(ticking())
        outcome = (await ingest.submit([big]))[0]
        ticker.cancel()
    assert isinstance(outcome, Accepted)
    assert len(pauses) > 3, "the loop stood still while the event was read"
