"""Committing in a process of its own, so that the next put is merged meanwhile."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from whence.store.sqlite import frames
from whence.store.sqlite.failures import FAILED
from whence.store.sqlite.processes import start
from whence.store.sqlite.steps import Step, steps_part

_MODULE: Final = "whence.store.sqlite.committer_process"


class Committer:
    """The process, and the socket to it. It starts now and touches no file before `open`."""

    def __init__(self) -> None:
        """Raises OSError when no process can be started."""
        self._channel, far_end = socket.socketpair()
        with far_end:
            try:
                self._process = start(_MODULE, far_end)
            except BaseException:
                self._channel.close()
                raise
        self._outcomes = frames.reader(self._channel)
        self._opened = False

    def open(self, path: Path, url: str, lock: int) -> None:
        """Say what to write to, and let it hold the writer's lock, an open file. Idempotent. Raises OSError when the process is gone."""
        if not self._opened:
            socket.send_fds(self._channel, [b"."], [lock])
            frames.send(self._channel, [os.fsencode(path), url.encode()])
            self._opened = True

    def commit(self, steps: Sequence[Step]) -> None:
        """Begin with these steps. Raises what can't be written, before anything is, and OSError when the process is gone."""
        frames.send(self._channel, [steps_part(steps)])

    def outcome(self) -> bytes | None:
        """Wait for the end of the steps begun first: None when they are on the disk, else a `failures` part. Raises EOFError or OSError when the process is
        gone: then they are on the disk, or not.
        """
        outcome, part = frames.receive(self._outcomes)
        return part if outcome == FAILED else None

    def end(self) -> None:
        """Let it do what it was asked, and wait for it to end."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
        self._process.wait()
        self._outcomes.close()
        self._channel.close()
