"""The log again: a fresh store built from it is the same; what was refused is offered again."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import TooLarge
from whence.ingest import Accepted, Ingest, Limits, Refusal, copy_log, graph_digest, replay_rejected
from whence.model.answers import LogFilter
from whence.model.kinds import GapKind
from whence.store.memory import MemoryStore
from whence.store.port import Refused

from .conftest import ToldStore, body_of

pytestmark = pytest.mark.anyio


async def story(store: MemoryStore, count: int = 30) -> None:
    bodies = [
        body_of(f"j{number}", time=f"2026-01-01T00:00:{59 - number:02d}Z", inputs=[f"t{number + 1}"], outputs=[f"t{number}"])
        for number in range(count)
    ]  # fmt: skip
    async with Ingest(store) as ingest:
        await ingest.submit([*bodies[:10], b"{", *bodies[10:], b"\xff"])


async def test_a_copied_log_has_the_same_positions_head_and_graph() -> None:
    one, two = MemoryStore(), MemoryStore()
    await story(one, 30)
    assert await copy_log(one, two) == 30
    first, second = [await each.events(LogFilter(ascending=True), first=100) for each in (one, two)]
    assert first.state == second.state
    assert [(each.seq, each.key, each.body, each.received_at) for each in first.entries] == [
        (each.seq, each.key, each.body, each.received_at) for each in second.entries
    ]
    assert await graph_digest(one) == await graph_digest(two)
    kept = [(await each.events(LogFilter(), rejected=True)).rejected for each in (one, two)]
    assert kept[0] == kept[1]


async def test_a_rejected_event_is_accepted_after_the_limit_was_raised() -> None:
    store = ToldStore()
    deep = body_of()[:-1] + b', "x": ' + b"[" * 100 + b"]" * 100 + b"}"
    async with Ingest(store, Limits(max_depth=50)) as ingest:
        refused = (await ingest.submit([deep]))[0]
    assert isinstance(refused, Refusal)
    assert refused.rejected_id is not None
    assert await rejected_rows(store) == [(refused.rejected_id, refused.reason)]
    async with Ingest(store) as ingest:
        outcomes = await replay_rejected(ingest, [refused.rejected_id, "nothing", refused.rejected_id])
    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[1], Refusal)
    assert (outcomes[1].index, outcomes[1].code) == (1, "NOT_FOUND")
    assert isinstance(outcomes[2], Accepted)
    assert outcomes[2].duplicate
    assert await rejected_rows(store) == []
    assert (await store.events(LogFilter())).state.rejected == 0
    assert GapKind.REJECTED_EVENTS not in {gap.kind for gap in (await queries.events(store)).completeness.gaps}
    kept = (await store.events(LogFilter(), rejected_ids=[refused.rejected_id])).rejected
    assert [each.body for each in kept] == [deep], "its bytes stay"


async def rejected_rows(store: MemoryStore) -> list[tuple[str, str]]:
    return [(each.id, each.reason) for each in (await store.events(LogFilter(), rejected=True)).rejected]


@pytest.mark.parametrize("limits", [Limits(max_depth=60), Limits(max_event_bytes=100)])
async def test_what_fails_again_keeps_its_place_with_the_new_reason(limits: Limits) -> None:
    store = ToldStore()
    deep = body_of()[:-1] + b', "x": ' + b"[" * 100 + b"]" * 100 + b"}"
    async with Ingest(store, Limits(max_depth=50)) as ingest:
        before = (await ingest.submit([deep]))[0]
    assert isinstance(before, Refusal)
    async with Ingest(store, limits) as ingest:
        (again,) = await replay_rejected(ingest, ["1"])
    assert isinstance(again, Refusal)
    assert (again.reason != before.reason, again.rejected_id) == (True, "1")
    assert await rejected_rows(store) == [("1", again.reason)]


async def test_a_poisonous_event_that_is_replayed_in_vain_is_kept_once() -> None:
    store = ToldStore()

    def broken(_batch: object) -> None:
        if not isinstance(_batch[0], Refused):  # type: ignore[index]
            raise RuntimeError("a defect")

    store.fail = broken
    async with Ingest(store) as ingest:
        await ingest.submit([body_of()])
        (again,) = await replay_rejected(ingest, ["1"])
        assert isinstance(again, Refusal)
        assert await rejected_rows(store) == [("1", again.reason)]
        store.fail = lambda _batch: None
        assert isinstance((await replay_rejected(ingest, ["1"]))[0], Accepted)
        assert await rejected_rows(store) == []


async def test_a_body_of_several_events_leaves_the_list_when_all_of_them_are_in() -> None:
    store = ToldStore()
    deep = b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}"
    async with Ingest(store) as ingest:
        for bodies in ([body_of(), deep, body_of()], [body_of(), body_of(), body_of()]):
            await ingest.refuse(b"[" + b",".join(bodies) + b"]", TooLarge("too many"))
        outcomes = await replay_rejected(ingest, ["1", "2"])
    assert isinstance(outcomes[0], Refusal)
    assert isinstance(outcomes[1], Accepted)
    assert outcomes[1].seq == 4
    assert await rejected_rows(store) == [("1", outcomes[0].reason)]


async def test_a_copied_log_knows_which_refused_events_were_accepted_since() -> None:
    one, two = ToldStore(), MemoryStore()
    deep = [body_of(f"j{number}")[:-1] + b', "x": ' + b"[" * 100 + b"]" * 100 + b"}" for number in range(5)]
    async with Ingest(one, Limits(max_depth=50)) as ingest:
        await ingest.submit(deep)
    async with Ingest(one) as ingest:
        await replay_rejected(ingest, ["2", "4"])
    assert await copy_log(one, two) == 2
    for wanted in ({"rejected": True}, {"rejected_ids": [str(number) for number in range(1, 6)]}):
        first, second = [await store.events(LogFilter(), **wanted) for store in (one, two)]  # type: ignore[arg-type]
        assert first == second
    assert second.became == {"2": 1, "4": 2}
