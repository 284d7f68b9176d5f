"""A store whose writer is a process of its own: its life, its death, and what both leave behind."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from whence.errors import StoreUnavailable, StoreUnusable
from whence.model.answers import LogFilter, NodeFilter
from whence.model.kinds import Kind
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.store.port import Incoming, Refused
from whence.store.sqlite import threads
from whence.testing import incoming, run_event
from whence.testing.projection_tests import whole_graph

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from whence.store import Store
    from whence.store.port import Receipt
    from whence.store.sqlite.process_writes import ProcessWrites
    from whence.store.sqlite.store import SqliteStore


def on(path: Path, work: Callable[[Store], Awaitable[object]]) -> object:
    async def run() -> object:
        async with open_store(f"sqlite:///{path}", writer_process=True) as store:
            return await work(store)

    return asyncio.run(run())


def process_of(store: Store) -> int:
    """The process that writes for a store in this one."""
    child = cast("ProcessWrites", cast("SqliteStore", store)._threads._writes)._child
    assert child is not None
    return child._process.pid


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_it_starts_with_the_store_touches_nothing_unasked_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"

    async def run() -> int:
        async with open_store(f"sqlite:///{path}", writer_process=True) as store:
            process = process_of(store)
            assert is_there(process)
            assert names_in(tmp_path) == set()
            await store.put([incoming(run_event())])
            assert process_of(store) == process
        return process

    assert not is_there(asyncio.run(run()))
    assert names_in(tmp_path) == {"whence.db", "whence.db.writer"}, "the log file is emptied"


def test_it_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_API_KEY", "hush")
    monkeypatch.setenv("KEPT", "kept")
    started: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.Popen

    def spy(command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        started.append((command, how["env"]))
        return real(command, **how)

    monkeypatch.setattr(subprocess, "Popen", spy)
    on(tmp_path / "whence.db", lambda store: store.migrate())
    ((command, environment),) = started
    assert environment["KEPT"] == "kept"
    assert "hush" not in {*environment.values(), *command}


def test_it_loads_nothing_of_a_service() -> None:
    code = "import sys, whence.store.sqlite.writer_process; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert "whence.merge.batch" in loaded.split()
    assert not {"asyncio", "networkx", "starlette", "click", "whence.ingest", "whence.queries"} & set(loaded.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_meant_for_the_service_does_not_end_it(tmp_path: Path, number: signal.Signals) -> None:
    async def go_on(store: Store) -> None:
        await store.migrate()
        process = process_of(store)
        os.kill(process, number)
        assert (await store.put([incoming(run_event())]))[0].seq == 1
        assert process_of(store) == process
        assert os.getsid(process) == process, "Ctrl-C in a terminal is sent to the terminal's session"

    on(tmp_path / "whence.db", go_on)


def test_killed_between_two_puts_it_is_replaced(tmp_path: Path) -> None:
    async def go_on(store: Store) -> None:
        await store.put([incoming(run_event("r1"))])
        first = process_of(store)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(StoreUnavailable, match="ended \\(signal 9\\)") as refused:
            await store.put([incoming(run_event("r2"))])
        assert "Send the same events again" in refused.value.hint
        assert (await store.events(LogFilter())).total == 1, "it may still be asked"
        receipts = await store.put([incoming(run_event("r1")), incoming(run_event("r2"))])
        assert [(each.seq, each.duplicate) for each in receipts] == [(1, True), (2, False)]
        assert process_of(store) != first

    on(tmp_path / "whence.db", go_on)


def test_puts_at_once_are_answered_each_with_its_own(tmp_path: Path) -> None:
    batches = [[incoming(run_event(f"r{number}.{each}")) for each in range(1 + number % 3)] for number in range(40)]
    broken = Incoming(b"{}", msgspec.structs.replace(batches[0][0].facts, key="no key"), 1)

    async def put(store: Store) -> None:
        answered = await asyncio.gather(*map(store.put, batches), store.put([broken]), return_exceptions=True)
        receipts = cast("list[list[Receipt]]", answered[:-1])
        assert isinstance(answered[-1], Exception), "what fails takes no other with it"
        assert [len(each) for each in receipts] == [len(batch) for batch in batches]
        seqs = {
            item.facts.key: receipt.seq
            for batch, each in zip(batches, receipts, strict=True)
            for item, receipt in zip(batch, each, strict=True)
        }
        page = await store.events(LogFilter(), first=100)
        assert {entry.key: entry.seq for entry in page.entries} == seqs

    on(tmp_path / "whence.db", put)


def test_killed_amid_several_puts_none_is_left_waiting(tmp_path: Path) -> None:
    async def go_on(store: Store) -> None:
        await store.migrate()
        os.kill(process_of(store), signal.SIGSTOP)
        putting = [asyncio.create_task(store.put([incoming(run_event(f"r{number}"))])) for number in range(6)]
        await asyncio.sleep(0.05)
        os.kill(process_of(store), signal.SIGKILL)
        outcomes = await asyncio.gather(*putting, return_exceptions=True)
        assert all(isinstance(each, StoreUnavailable) for each in outcomes)
        receipts = await store.put([incoming(run_event(f"r{number}")) for number in range(6)])
        assert sorted(each.seq for each in receipts) == [1, 2, 3, 4, 5, 6]

    on(tmp_path / "whence.db", go_on)


def test_killed_amid_puts_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    runs = [
        incoming(run_event(f"r{number}", time=f"2024-05-01T00:{number // 60:02d}:{number % 60:02d}Z", inputs=["a"], outputs=[f"b@{number}"]))
        for number in range(120)
    ]  # fmt: skip

    async def write(store: Store) -> None:
        await store.migrate()
        loop = asyncio.get_running_loop()
        failures = 0
        for place in range(0, len(runs), 4):
            if place % 40 == 0:
                loop.call_later(0.002 * (place // 40), os.kill, process_of(store), signal.SIGKILL)
            while True:
                try:
                    receipts = await store.put(runs[place : place + 4])
                    break
                except StoreUnavailable:
                    failures += 1
            assert [each.seq for each in receipts] == list(range(place + 1, place + 5))
            await asyncio.sleep(0.01)
        assert failures, "it was killed amid nothing"
        oracle = MemoryStore()
        await oracle.put(runs)
        assert await whole_graph(store) == await whole_graph(oracle)

    on(tmp_path / "whence.db", write)


def test_a_call_that_does_not_come_back_ends_with_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "CLOSE_SECONDS", 0.2)

    async def hang() -> int:
        store = open_store(f"sqlite:///{tmp_path}/whence.db", writer_process=True)
        await store.migrate()
        process = process_of(store)
        os.kill(process, signal.SIGSTOP)
        putting = asyncio.create_task(store.put([incoming(run_event())]))
        await asyncio.sleep(0.05)
        await store.close()
        with pytest.raises(StoreUnavailable):
            await putting
        return process

    assert not is_there(asyncio.run(hang()))


def test_a_batch_larger_than_any_buffer_both_ways(tmp_path: Path) -> None:
    large = Refused(b"x" * 30_000_000, "TOO_LARGE", "large", False, 1)
    many = [Refused(b"{", "BAD_REQUEST", "half", False, 1)] * 30_000

    async def put(store: Store) -> None:
        receipts = await store.put([large, *many])
        assert [each.rejected_id for each in receipts] == [str(number + 1) for number in range(30_001)]

    on(tmp_path / "whence.db", put)


def test_a_second_writer_is_told_at_once_of_the_service_whichever_way_it_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/whence.db"

    async def run() -> None:
        async with open_store(url, writer_process=True) as first:
            await first.migrate()
            for writer_process in (True, False):
                async with open_store(url, writer_process=writer_process) as second:
                    for first_time in (True, False):
                        began = time.monotonic()
                        with pytest.raises(StoreUnavailable, match=rf"another process \({os.getpid()}\) is writing"):
                            await second.migrate()
                        took = time.monotonic() - began
                        assert first_time or took < 1.5, "then its process has started too"

    asyncio.run(run())


def test_what_can_be_wrong_with_a_file_is_said_as_without_it(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("dear diary " * 200)
    with pytest.raises(StoreUnusable, match="no SQLite database"):
        on(text, lambda store: store.migrate())
    with pytest.raises(StoreUnavailable, match="not available"):
        on(text / "whence.db", lambda store: store.migrate())


def test_a_full_disk_is_said_and_nothing_of_the_batch_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "whence.db"
    large = incoming(run_event("large", inputs=[f"table{number}@{'x' * 500}" for number in range(400)]))
    on(path, lambda store: store.put([incoming(run_event("small"))]))

    async def fill(store: Store) -> None:
        await store.migrate()
        process = process_of(store)
        with pytest.raises(StoreUnavailable, match="writing the file failed"):
            await store.put([large])
        assert (await store.events(LogFilter())).total == 1
        assert (await store.put([incoming(run_event("small"))]))[0].duplicate
        assert process_of(store) == process, "it is not the process that failed"

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 4096, hard))  # the child has it from us
    try:
        on(path, fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [each.seq for each in cast("list[Receipt]", on(path, lambda store: store.put([large])))] == [2]


SERVICE = """
import asyncio, sys
from whence.store import open_store
from whence.testing import incoming, run_event

async def write(url):
    store = open_store(url, writer_process=True)
    await store.migrate()
    print(store._threads._writes._child._process.pid, flush=True)
    number = 0
    while True:
        number += 1
        time = f"2024-05-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"
        await store.put([incoming(run_event(f"r{number}", time=time, outputs=[f"table@{number}"]))])
        print(number, flush=True)

asyncio.run(write(sys.argv[1]))
"""


@contextmanager
def service(url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that puts event by event and says so after each; and the process that writes for it."""
    with subprocess.Popen([sys.executable, "-c", SERVICE, url], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def test_it_ends_with_a_service_that_is_killed_and_another_may_start_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/whence.db"

    async def go_on(acknowledged: int) -> None:
        async with open_store(url, writer_process=True) as store:
            await store.migrate()
            seq = (await store.events(LogFilter())).state.position.seq
            assert acknowledged <= seq <= acknowledged + 1
            assert (await store.find(NodeFilter(kinds=(Kind.RUN,)))).total == seq
            assert (await store.put([incoming(run_event("after", time="2025-01-01T00:00:00Z"))]))[0].seq == seq + 1

    with service(url) as (process, writer):
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 5:
                break
        process.kill()
        process.wait()
        rest = [int(line) for line in process.stdout if line.endswith("\n")]
        asyncio.run(go_on(max([5, *rest])))
        wait_until(lambda: not is_there(writer))
