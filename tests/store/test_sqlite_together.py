"""Puts that wait for the writing process are one transaction; whoever asked is answered in turn, each with its own."""

from __future__ import annotations

import socket
import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest

from whence.errors import StoreUnavailable
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import wire, writer_process
from whence.store.sqlite.writer_process import answers, serve
from whence.testing import incoming, run_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import BufferedReader
    from pathlib import Path

EVENTS = [incoming(run_event(f"r{number}")) for number in range(9)]


class Spy:
    """Notes what is put together, and fails where told to."""

    def __init__(self, *, fails: Incoming | None = None) -> None:
        self.puts: list[int] = []
        self._fails = fails

    def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        self.puts.append(len(batch))
        if self._fails in batch:
            raise StoreUnavailable("no")
        return [Receipt(seq) for seq, _ in enumerate(batch, 10 * len(self.puts))]


def put(*numbers: int) -> list[bytes]:
    return [wire.PUT, *wire.batch_parts([EVENTS[number] for number in numbers])]


def seqs(answer: Sequence[bytes]) -> list[int]:
    assert answer[0] == wire.OK
    return [receipt.seq for receipt in wire.receipts_of(answer[1])]


def test_puts_together_are_one_and_each_gets_its_receipts() -> None:
    spy = Spy()
    assert [*map(seqs, answers(spy, [put(0), put(1, 2, 3), put(4)]))] == [[10], [11, 12, 13], [14]]  # type: ignore[arg-type]
    assert spy.puts == [5]


def test_puts_that_fail_together_are_tried_one_by_one() -> None:
    spy = Spy(fails=EVENTS[2])
    first, second, third = answers(spy, [put(0), put(1, 2), put(3)])  # type: ignore[arg-type]
    assert spy.puts == [4, 1, 2, 1]
    assert (seqs(first), seqs(third)) == ([20], [40])
    assert isinstance(wire.failure_of(second[1]), StoreUnavailable)


@pytest.mark.parametrize(("most", "sizes"), [(200, [1, 1, 6]), (4, [1, 1, 3, 3]), (1, [1, 1, 1, 2, 2, 1])])
def test_what_waits_is_taken_together_up_to_a_limit_and_nothing_passes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, sizes: list[int]
) -> None:
    spy, busy, go_on, all_read = Spy(), threading.Event(), threading.Event(), threading.Event()
    real, receive, begun = spy.put, wire.receive, count(1)

    def counted(stream: BufferedReader) -> list[bytes]:
        if next(begun) == 1 + 6 + 1:
            all_read.set()
        return receive(stream)

    def slow(batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        busy.set()
        go_on.wait()
        return real(batch)

    monkeypatch.setattr(wire, "receive", counted)
    monkeypatch.setattr(spy, "put", slow)
    monkeypatch.setattr(spy, "migrate", lambda: spy.puts.append(1), raising=False)
    monkeypatch.setattr(spy, "close", lambda: None, raising=False)
    monkeypatch.setattr(writer_process, "DirectWrites", lambda *_, **__: spy)
    monkeypatch.setattr(writer_process, "TOGETHER", most)
    near, far = socket.socketpair()
    with near, wire.reader(near) as heard:
        child = threading.Thread(target=_serve, args=(far,))
        child.start()
        wire.send(near, [bytes(tmp_path), b"sqlite:///x", b"1"])
        wire.send(near, put(0))
        busy.wait()
        for request in ([wire.MIGRATE], put(1), put(2, 3), put(4, 5), put(6)):
            wire.send(near, request)
        all_read.wait()
        go_on.set()
        answered = [receive(heard) for _ in range(6)]
    child.join()
    assert spy.puts == sizes
    assert [len(wire.receipts_of(part)) if part else None for _, part in answered] == [1, None, 1, 2, 2, 1]


def _serve(far: socket.socket) -> None:
    with far:
        serve(far)
