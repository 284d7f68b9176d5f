"""Which events speak of a node: found the same before and after they are sorted in, and never more than a few hundred wait."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from whence.model import uid
from whence.model.answers import LogFilter
from whence.store import open_store
from whence.store.sqlite import touches
from whence.testing import incoming, run_event
from whence.testing.events import run_id

if TYPE_CHECKING:
    from pathlib import Path

    from whence.store import Store

ALWAYS = uid.asset("file", "raw")


async def seqs(store: Store, of: str) -> list[int]:
    page = await store.events(LogFilter(touching=of, ascending=True), first=100)
    return [entry.seq for entry in page.entries]


SORTED_IN = "SELECT count(*) FROM touches"
WAITING = "SELECT count(*) FROM touches_lately"


def rows(path: Path, counted: str) -> int:
    with sqlite3.connect(path) as connection:
        (count,) = connection.execute(counted).fetchone()
    connection.close()
    return int(count)


@pytest.mark.parametrize("at_once", [1, 3])
def test_events_are_found_by_what_they_speak_of_also_while_they_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(touches, "LATELY", 5)
    asyncio.run(_found_all_along(tmp_path / "whence.db", at_once))


async def _found_all_along(path: Path, at_once: int) -> None:
    runs = [f"r{number}" for number in range(1, 13)]
    batch = [
        incoming(run_event(run, inputs=["raw"], time=f"2024-05-01T12:00:{place:02}Z")) for place, run in enumerate(runs)
    ]
    sorted_in = 0
    async with open_store(f"sqlite:///{path}") as store:
        for begin in range(0, len(batch), at_once):
            await store.put(batch[begin : begin + at_once])
            known = list(range(1, begin + at_once + 1))
            assert await seqs(store, ALWAYS) == known
            for seq in known:
                assert await seqs(store, uid.run(run_id(runs[seq - 1]))) == [seq]
            waiting = rows(path, WAITING)
            assert waiting < 5
            sorted_in += rows(path, SORTED_IN) > 0
    assert sorted_in, "nothing was ever sorted in"
