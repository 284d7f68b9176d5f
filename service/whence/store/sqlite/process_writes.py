"""The writing half of the store in a process of its own, so that merging and the event loop do not share an interpreter."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from whence.errors import StoreUnavailable
from whence.merge.state import Changes
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import frames, wire
from whence.store.sqlite.errors import translated
from whence.store.sqlite.failures import FAILED, failure_of
from whence.store.sqlite.processes import start
from whence.store.sqlite.sending import Sending

T = TypeVar("T")

END_SECONDS: Final = 30.0
AT_ONCE: Final = 4
"""Calls under way: one is done, the next wait in the socket to be done together, and none waits for this process to have a moment."""
_MODULE: Final = "whence.store.sqlite.writer_process"


class ProcessWrites:
    """Passes each call on to a child process, which starts now and touches no file until the first call. One that died is replaced at the next call.

    A call is sent at once and answered later, so that the child finds the next one waiting; they are done in their order. No call waits, so each
    may be made from an event loop, and from those of several threads.

    The child ends when its socket closes: after `close`, or when this process ends, however it ends.
    """

    at_once = AT_ONCE

    def __init__(self, path: Path, url: str) -> None:
        """Raises StoreUnavailable when no process can be started."""
        self._path = path.absolute()
        self._url = url
        self._asking = threading.Lock()
        self._child: _Child | None = self._start(takes_over=False)

    def migrate(self) -> Future[None]:
        return self._ask(_nothing, wire.MIGRATE)

    def put(self, batch: Sequence[Incoming | Refused]) -> Future[list[Receipt]]:
        with translated(self._url):
            parts = wire.batch_parts(batch)
        return self._ask(wire.receipts_of, wire.PUT, *parts)

    def apply(self, changes: Changes) -> Future[None]:
        return self._ask(_nothing, wire.APPLY, wire.changes_part(changes))

    def close(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def give_up(self) -> None:
        """Kill the child: a call that waits for it fails."""
        child = self._child
        if child is not None:
            child.kill()

    def _start(self, *, takes_over: bool) -> _Child:
        with translated(self._url):
            return _Child(os.fsencode(self._path), self._url, takes_over=takes_over)

    def _ask(self, read: Callable[[bytes], T], *parts: bytes) -> Future[T]:
        """What the call gives, or raises there; StoreUnavailable when the child died: the call was done, or not."""
        with self._asking:
            if self._child is None or self._child.told:
                self._child = self._start(takes_over=True)
            return self._child.ask(read, parts)


def _nothing(_: bytes) -> None:
    return None


class _Waiting(NamedTuple):
    """A call that was sent."""

    answered: Future[Any]
    read: Callable[[bytes], Any]


def _settle(call: _Waiting, outcome: bytes, answer: bytes) -> None:
    try:
        if outcome == FAILED:
            raise failure_of(answer)
        call.answered.set_result(call.read(answer))
    except Exception as error:
        call.answered.set_exception(error)


class _Child:
    """One writing process, and the socket to it."""

    def __init__(self, path: bytes, url: str, *, takes_over: bool) -> None:
        self._channel, far_end = socket.socketpair()
        with far_end:
            try:
                self._process = start(_MODULE, far_end, new_session=True)
            except BaseException:
                self._channel.close()
                raise
        self._url = url
        self._waiting: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._gone: StoreUnavailable | None = None
        self.told = False
        """Somebody was told that it is gone."""
        self._sending = Sending(self._channel)
        self._reading = threading.Thread(target=self._read, name="whence-answers", daemon=True)
        self._reading.start()
        first = [path, url.encode(), str(os.getpid()).encode(), b"1" if takes_over else b""]
        self._sending.send(frames.message(first))

    def ask(self, read: Callable[[bytes], T], parts: Sequence[bytes]) -> Future[T]:
        """From one thread at a time."""
        answered: Future[T] = Future()
        answered.set_running_or_notify_cancel()  # who asked may go away, the answer comes all the same
        with self._lock:
            if self._gone is not None:
                self.told = True
                answered.set_exception(self._gone)
                return answered
            self._waiting.append(_Waiting(answered, read))
        self._sending.send(frames.message(parts))
        return answered

    def _read(self) -> None:
        """Answers come in the order of the calls."""
        with suppress(EOFError, OSError), frames.reader(self._channel) as answers:
            while True:
                outcome, answer = frames.receive(answers)
                _settle(self._waiting.popleft(), outcome, answer)
        self._sending.finish()
        gone = StoreUnavailable(
            f"the process that writes to the store {self._url} ended ({self._how_it_ended()})",
            hint="Send the same events again: repeats are harmless, and a new process is started for them.",
        )
        with self._lock:
            self._gone = gone
            self.told = bool(self._waiting)
        for each in self._waiting:
            each.answered.set_exception(gone)

    def _how_it_ended(self) -> str:
        self._channel.close()
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        return f"signal {-status}" if status < 0 else f"exit {status}"

    def end(self) -> None:
        """Let it do what it was asked, and wait for it to end, at most END_SECONDS after its last answer."""
        self._sending.finish()
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
        self._reading.join()

    def kill(self) -> None:
        self._process.kill()
