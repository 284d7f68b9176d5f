"""One process writes, others read. What becomes of them when the writer is killed is in tests/faults."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from whence.errors import StoreUnavailable
from whence.model.answers import LogFilter, NodeFilter
from whence.model.kinds import Kind
from whence.store import open_store
from whence.testing import incoming, run_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITER = """
import asyncio, sys
from whence.store import open_store
from whence.testing import incoming, run_event

async def write(url, count):
    store = open_store(url)
    await store.migrate()
    for number in range(count):
        time = f"2024-05-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"
        await store.put([incoming(run_event(f"r{number}", time=time, outputs=[f"table@{number}"]))])
        print(number + 1, flush=True)
    sys.stdin.read()

asyncio.run(write(sys.argv[1], int(sys.argv[2])))
"""


@contextmanager
def writer(url: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that puts `count` events one by one, says so after each, and then holds the store open."""
    command = [sys.executable, "-c", WRITER, url, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= count:
            return
    pytest.fail("the writer ended early")


def test_readers_in_other_processes_see_each_commit_and_writers_are_turned_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/whence.db"

    async def look(process: subprocess.Popen[str]) -> None:
        async with open_store(url, read_only=True) as reader, open_store(url) as second:
            assert (await reader.events(LogFilter())).state.position.seq == 3
            assert (await reader.find(NodeFilter(kinds=(Kind.DATASET_VERSION,)))).total == 3
            with pytest.raises(
                StoreUnavailable, match=f"another process \\({process.pid}\\) is writing"
            ) as turned_away:
                await second.put([incoming(run_event("late"))])
            assert "--url" in turned_away.value.hint
            assert (await second.events(LogFilter())).total == 3, "it may still read"
            with pytest.raises(StoreUnavailable, match="reading only"):
                await reader.put([incoming(run_event("late"))])

    with writer(url, 3) as process:
        wait_for(process, 3)
        asyncio.run(look(process))
