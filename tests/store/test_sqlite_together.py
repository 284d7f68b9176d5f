"""Puts that wait for the writing process are one transaction, and the next are merged while it is written; whoever asked is answered in turn, each with its own."""

from __future__ import annotations

import socket
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest

from whence.errors import StoreUnavailable
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import failures, frames, wire, writer_process
from whence.store.sqlite.pipeline import NOTHING, Pipeline
from whence.store.sqlite.writer_process import serve
from whence.store.sqlite.writing import Planned
from whence.testing import incoming, run_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

EVENTS = [incoming(run_event(f"r{number}")) for number in range(9)]


class Writes:
    """Notes what is planned, put and forgotten; what is planned is not merged, but has one step."""

    def __init__(self, *, fails: Incoming | None = None) -> None:
        self.done: list[str] = []
        self._fails = fails
        self._last = 0

    def plan(self, batch: Sequence[Incoming | Refused]) -> Planned:
        return Planned(self._take("plan", batch), [("step", [(len(batch),)])])

    def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        return self._take("put", batch)

    def _take(self, what: str, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        self.done.append(f"{what} {len(batch)}")
        if self._fails in batch:
            raise StoreUnavailable("no")
        self._last += 10
        return [Receipt(seq) for seq, _ in enumerate(batch, self._last)]

    def forget(self) -> None:
        self.done.append("forget")

    def migrate(self) -> None:
        self.done.append("migrate")

    def hand_over(self, committer: object) -> None:
        pass

    def close(self) -> None:
        pass


class Committer:
    """Commits when it is told that the steps come to an end, and how."""

    def __init__(self) -> None:
        self.begun: SimpleQueue[Sequence[Any]] = SimpleQueue()
        self.ends: SimpleQueue[bytes | type[Exception] | None] = SimpleQueue()
        self._under_way = threading.Semaphore(0)

    def commit(self, steps: Sequence[Any]) -> None:
        self.begun.put(steps)
        self._under_way.release()

    def outcome(self) -> bytes | None:
        self._under_way.acquire()
        end = self.ends.get()
        if isinstance(end, type):
            raise end
        return end

    def end(self) -> None:
        while not self.ends.empty():
            self.ends.get()
        self.ends.put(EOFError)
        self._under_way.release()


class Line:
    """A pipeline, what it answered, and what it wants done."""

    def __init__(self, *, fails: Incoming | None = None) -> None:
        self.writes, self.committer = Writes(fails=fails), Committer()
        self.answers: SimpleQueue[list[bytes]] = SimpleQueue()
        self.stirred: SimpleQueue[list[bytes]] = SimpleQueue()
        self.pipeline = Pipeline(self.writes, self.committer, self.answers.put, self.stirred.put)  # type: ignore[arg-type]

    def answered(self, number: int) -> list[list[int] | Exception]:
        """So many answers, waited for: seqs, or what was raised."""
        return [read(self.answers.get(timeout=20)) for _ in range(number)]


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    made = Line(fails=getattr(request, "param", None))
    yield made
    made.committer.end()


def put(*numbers: int) -> list[bytes]:
    return [wire.PUT, *wire.batch_parts([EVENTS[number] for number in numbers])]


def read(answer: Sequence[bytes]) -> list[int] | Exception:
    outcome, part = answer
    if outcome == failures.FAILED:
        return failures.failure_of(part)
    return [receipt.seq for receipt in wire.receipts_of(part)]


FULL = failures.failure_part(StoreUnavailable("the disk is full"))


def test_puts_together_are_one_and_each_gets_its_receipts_when_they_are_written(line: Line) -> None:
    line.pipeline.do([put(0), put(1, 2, 3), put(4)])
    assert line.committer.begun.get() == [("step", [(5,)])]
    assert line.answers.empty()
    line.committer.ends.put(None)
    assert line.answered(3) == [[10], [11, 12, 13], [14]]
    assert line.writes.done == ["plan 5"]


def test_the_next_is_merged_while_one_is_written_and_written_after_it(line: Line) -> None:
    line.pipeline.do([put(0)])
    next_one = threading.Thread(target=line.pipeline.do, args=([put(1, 2)],))
    next_one.start()
    while line.writes.done != ["plan 1", "plan 2"]:
        next_one.join(0.01)
    assert line.committer.begun.get() == [("step", [(1,)])]
    assert line.committer.begun.empty()
    assert line.answers.empty()
    line.committer.ends.put(None)
    next_one.join()
    line.committer.ends.put(None)
    assert line.answered(2) == [[10], [20, 21]]


@pytest.mark.parametrize("line", [EVENTS[2]], indirect=True)
def test_puts_that_cannot_be_merged_together_are_tried_one_by_one(line: Line) -> None:
    line.pipeline.do([put(0), put(1, 2), put(3)])
    first, second, third = line.answered(3)
    assert line.writes.done == ["plan 4", "forget", "put 1", "put 2", "put 1"]
    assert (first, third) == ([10], [20])
    assert isinstance(second, StoreUnavailable)


def test_puts_that_cannot_be_written_together_are_tried_one_by_one(line: Line) -> None:
    line.pipeline.do([put(0), put(1, 2)])
    line.committer.ends.put(FULL)
    assert line.stirred.get(timeout=20) is NOTHING
    line.pipeline.do([NOTHING])
    assert line.answered(2) == [[20], [30, 31]]
    assert line.writes.done == ["plan 3", "forget", "put 1", "put 2"]


def test_what_was_merged_on_top_of_a_put_that_failed_is_merged_again(line: Line) -> None:
    line.pipeline.do([put(0)])
    line.committer.ends.put(FULL)
    line.pipeline.do([put(1)])
    line.committer.ends.put(None)
    first, second = line.answered(2)
    assert str(first) == "the disk is full"
    assert second == [30]
    assert line.writes.done == ["plan 1", "plan 1", "forget", "plan 1"]


def test_a_committer_that_died_is_the_end(line: Line) -> None:
    line.pipeline.do([put(0)])
    line.committer.ends.put(EOFError)
    with pytest.raises(EOFError):
        line.pipeline.do([put(1)])
    assert line.answers.empty()


@pytest.mark.parametrize(("most", "sizes"), [(200, [1, 1, 6]), (4, [1, 1, 3, 3]), (1, [1, 1, 1, 2, 2, 1])])
def test_what_waits_is_taken_together_up_to_a_limit_and_nothing_passes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, sizes: list[int]
) -> None:
    writes, committer = Writes(), Committer()
    monkeypatch.setattr(writer_process, "DirectWrites", lambda *_, **__: writes)
    monkeypatch.setattr(writer_process, "Committer", lambda: committer)
    monkeypatch.setattr(writer_process, "TOGETHER", most)
    migrating, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        writes.done.append("migrate 1")
        migrating.set()
        go_on.wait()

    monkeypatch.setattr(writes, "migrate", slow)
    committer.ends.put(None)
    near, far = socket.socketpair()
    all_read = threading.Event()
    taken_in = _counted(monkeypatch, 1 + 6, all_read)
    with near, frames.reader(near) as heard:
        child = threading.Thread(target=_serve, args=(far,))
        child.start()
        frames.send(near, [bytes(tmp_path), b"sqlite:///x", b"1", b""])
        frames.send(near, put(0))
        for request in ([wire.MIGRATE], put(1), put(2, 3), put(4, 5), put(6)):
            frames.send(near, request)
        migrating.wait()
        all_read.wait()
        go_on.set()
        for _ in sizes:
            committer.ends.put(None)
        answered = [taken_in(heard) for _ in range(6)]
        near.shutdown(socket.SHUT_WR)
        child.join()
    assert [int(each.split()[1]) for each in writes.done] == sizes
    assert [len(wire.receipts_of(part)) if part else None for _, part in answered] == [1, None, 1, 2, 2, 1]


def _counted(monkeypatch: pytest.MonkeyPatch, number: int, reached: threading.Event) -> Any:
    """The real `receive`; `reached` when so many messages came in."""
    real, came = frames.receive, SimpleQueue[None]()

    def receive(stream: Any) -> list[bytes]:
        message = real(stream)
        came.put(None)
        if came.qsize() == number:
            reached.set()
        return message

    monkeypatch.setattr(frames, "receive", receive)
    return real


def _serve(far: socket.socket) -> None:
    with far:
        serve(far)
