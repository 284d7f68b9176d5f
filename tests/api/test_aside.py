"""Long answers are put together beside the loop that takes events in, and what writes stays on it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

import whence.api.graphql
from whence.api.aside import Aside
from whence.api.server import BackgroundServer
from whence.settings import Settings
from whence.store import open_store
from whence.store.memory import MemoryStore

from .conftest import body_of, event_of

JSON = {"Content-Type": "application/json"}


@pytest.mark.anyio
async def test_work_runs_in_one_other_thread_and_gives_what_it_gives() -> None:
    async def where() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    async def broken() -> None:
        raise ValueError("broken")

    aside = Aside("beside")
    assert await asyncio.gather(*(aside.run(where()) for _ in range(3))) == ["beside"] * 3
    with pytest.raises(ValueError, match="broken"):
        await aside.run(broken())
    assert [each.name for each in threading.enumerate()].count("beside") == 1
    await aside.close()
    await aside.close()
    assert "beside" not in [each.name for each in threading.enumerate()]


@pytest.mark.anyio
async def test_closing_cancels_what_runs() -> None:
    begun = threading.Event()

    async def long() -> None:
        begun.set()
        await asyncio.sleep(60)

    aside = Aside("beside")
    waiting = asyncio.create_task(aside.run(long()))
    await asyncio.to_thread(begun.wait, 20)
    await aside.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.anyio
async def test_closing_what_never_began_is_nothing() -> None:
    await Aside("beside").close()


def test_events_are_taken_in_while_an_answer_takes_its_time(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def long(*_: Any) -> bytes:
        begun.set()
        assert go_on.wait(20), "nobody took the event in"
        return b"{}"

    with BackgroundServer(own_settings) as service, httpx.Client(base_url=service.url, timeout=20) as client:
        client.post("/api/v1/lineage", content=body_of(), headers=JSON)
        monkeypatch.setattr(whence.api.graphql, "execute", long)
        asking = threading.Thread(target=httpx.post, args=(f"{service.url}/graphql",), kwargs={"json": {"query": "{ x }"}, "timeout": 20})  # fmt: skip
        asking.start()
        assert begun.wait(20)
        assert client.post("/api/v1/lineage", content=body_of(), headers=JSON, timeout=5).status_code == 201
        go_on.set()
        asking.join()


def test_what_writes_works_over_a_store_in_a_file(own_settings: Settings) -> None:
    with BackgroundServer(own_settings) as service, httpx.Client(base_url=service.url) as client:
        query = "mutation Take($events: [JSON!]!) { ingest(events: $events) { accepted lastSeq } }"
        answer = client.post("/graphql", json={"query": query, "variables": {"events": [event_of()]}}).json()
        assert answer == {"data": {"ingest": {"accepted": 1, "lastSeq": 1}}}
        assert client.post("/graphql", json={"query": "{ service { seq } }"}).json()["data"]["service"]["seq"] == 1


def test_only_a_store_that_can_be_asked_from_many_loops_is(tmp_path: Path) -> None:
    assert MemoryStore.loops == "one", "its graph would change under a question"
    assert open_store(f"sqlite:///{tmp_path}/a.db").loops == "many"
