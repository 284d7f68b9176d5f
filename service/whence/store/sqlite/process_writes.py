"""The writing half of the store in a process of its own, so that merging and the event loop do not share an interpreter."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from whence.errors import StoreUnavailable
from whence.merge.state import Changes
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import wire
from whence.store.sqlite.errors import translated

END_SECONDS: Final = 30.0
AT_ONCE: Final = 4
"""Calls under way: one is done, the next wait in the socket to be done together, and none waits for this process to have a moment."""
_MODULE: Final = "whence.store.sqlite.writer_process"


class ProcessWrites:
    """Passes each call on to a child process, which starts now and touches no file until the first call. One that died is replaced at the next call.

    Calls may come from several threads: each is sent at once, so that the child finds the next one waiting, and they are done in the order they were sent.

    The child ends when its socket closes: after `close`, or when this process ends, however it ends.
    """

    at_once = AT_ONCE

    def __init__(self, path: Path, url: str) -> None:
        """Raises StoreUnavailable when no process can be started."""
        self._path = path.absolute()
        self._url = url
        self._sending = threading.Lock()
        self._child: _Child | None = self._start()

    def migrate(self) -> None:
        self._ask(wire.MIGRATE)

    def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        with translated(self._url):
            parts = wire.batch_parts(batch)
        return wire.receipts_of(self._ask(wire.PUT, *parts))

    def apply(self, changes: Changes) -> None:
        self._ask(wire.APPLY, wire.changes_part(changes))

    def close(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def give_up(self) -> None:
        """Kill the child: a call that waits for it fails."""
        child = self._child
        if child is not None:
            child.kill()

    def _start(self) -> _Child:
        with translated(self._url):
            return _Child(os.fsencode(self._path), self._url)

    def _ask(self, *parts: bytes) -> bytes:
        """The answer's second part. Raises what the call raised there, and StoreUnavailable when the child died: the call was done, or not."""
        with self._sending:
            if self._child is None:
                self._child = self._start()
            child = self._child
            turn = child.send(parts)
        try:
            outcome, answer = child.answer(turn)
        except (EOFError, OSError):
            raise self._ended(child) from None
        if outcome == wire.FAILED:
            raise wire.failure_of(answer)
        return answer

    def _ended(self, child: _Child) -> StoreUnavailable:
        how = child.end()
        with self._sending:
            if self._child is child:
                self._child = None
        return StoreUnavailable(
            f"the process that writes to the store {self._url} ended ({how})",
            hint="Send the same events again: repeats are harmless, and a new process is started for them.",
        )


class _Turn(NamedTuple):
    """A place in the row of those who wait for answers."""

    before: threading.Event
    """Set once the answer before this one was read; `done` once this one was."""
    done: threading.Event
    sent: bool


class _Child:
    """One writing process, and the socket to it."""

    def __init__(self, path: bytes, url: str) -> None:
        self._channel, far_end = socket.socketpair()
        with far_end:
            try:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-P", "-m", _MODULE, str(far_end.fileno())],
                    env=_environment(),
                    pass_fds=[far_end.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except BaseException:
                self._channel.close()
                raise
        self._answers = wire.reader(self._channel)
        self._gone = False
        self._last = threading.Event()
        self._last.set()
        wire.send(self._channel, [path, url.encode(), str(os.getpid()).encode()])

    def send(self, parts: Sequence[bytes]) -> _Turn:
        """From one thread at a time; whether it is gone shows when the answer is read."""
        done, before = threading.Event(), self._last
        self._last = done
        try:
            wire.send(self._channel, parts)
        except OSError:
            return _Turn(before, done, sent=False)
        return _Turn(before, done, sent=True)

    def answer(self, turn: _Turn) -> list[bytes]:
        """Raises EOFError or OSError when it is gone."""
        turn.before.wait()
        try:
            if self._gone or not turn.sent:
                raise EOFError
            return wire.receive(self._answers)
        except (EOFError, OSError):
            self._gone = True
            raise
        finally:
            turn.done.set()

    def end(self) -> str:
        """Close its socket and wait for it to end, at most END_SECONDS. How it ended."""
        self._answers.close()
        self._channel.close()
        try:
            status = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        return f"signal {-status}" if status < 0 else f"exit {status}"

    def kill(self) -> None:
        self._process.kill()


def _environment() -> dict[str, str]:
    """Ours without settings, keys among them: the child is told all that it needs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")}
