"""The conformance suite: one for all stores. Speed may differ, answers may not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from whence.errors import StoreUnavailable
from whence.model.answers import LogFilter, NodeFilter
from whence.model.kinds import Kind
from whence.testing.events import run_event
from whence.testing.graph_tests import FindTests, HopTests, NodeTests
from whence.testing.harness import put, raises
from whence.testing.log_tests import REFUSED, LogTests, at
from whence.testing.projection_tests import ProjectionTests
from whence.testing.walk_tests import WalkTests


class StoreTests(LogTests, NodeTests, HopTests, FindTests, WalkTests, ProjectionTests):
    """What every store must pass. Subclass it, give `make_store` and `apply`, skip nothing."""


class DurableStoreTests(StoreTests):
    """For stores that keep what they were given."""

    def test_everything_acknowledged_is_there_after_opening_again(self, tmp_path: Path) -> None:
        async def write() -> tuple[object, object]:
            async with await self.make_store(tmp_path) as store:
                await store.migrate()
                await put(store, run_event("r1", inputs=["raw@1"], outputs=["clean@1"]))
                await store.put([REFUSED])
                return await store.events(LogFilter()), await store.find(NodeFilter())

        async def read_and_go_on(before: tuple[object, object]) -> None:
            async with await self.make_store(tmp_path) as store:
                await store.migrate()
                assert (await store.events(LogFilter()), await store.find(NodeFilter())) == before
                late = run_event("r2", time=at(13), inputs=["clean"], outputs=["model@1"])
                repeat = run_event("r1", inputs=["raw@1"], outputs=["clean@1"])
                receipts = await put(store, repeat, late)
                assert [(each.seq, each.duplicate) for each in receipts] == [(1, True), (2, False)]
                assert (await store.find(NodeFilter(kinds=(Kind.RUN,)))).total == 2

        asyncio.run(read_and_go_on(asyncio.run(write())))

    def test_closing_twice_and_asking_after_it(self, tmp_path: Path) -> None:
        async def run() -> None:
            store = await self.make_store(tmp_path)
            await store.migrate()
            await store.migrate()
            await store.close()
            await store.close()
            await raises(StoreUnavailable, store.get(["x"]))
            await raises(StoreUnavailable, put(store, run_event()))

        asyncio.run(run())
