"""Sending that never waits, for an event loop: what a socket has no room for now is sent by a thread."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from queue import SimpleQueue


class Sending:
    """Messages leave in the order of the calls. When the other side is gone they are dropped: who waits for an answer finds out."""

    def __init__(self, channel: socket.socket) -> None:
        """`channel` is a blocking stream socket, which stays the caller's to close."""
        self._channel = channel
        self._left = 0
        self._lock = threading.Lock()
        self._rests: SimpleQueue[memoryview | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._send_rests, name="whence-sending", daemon=True)
        self._thread.start()

    def send(self, message: bytes) -> None:
        """Now, as far as there is room and nothing waits before it."""
        rest = memoryview(message)
        with self._lock:
            if not self._left:
                with suppress(OSError):  # no room, or nobody there, as the thread will find
                    rest = rest[self._channel.send(rest, socket.MSG_DONTWAIT) :]
                if not rest:
                    return
            self._left += 1
            self._rests.put(rest)

    def finish(self) -> None:
        """Wait until all has left, or can't. Nothing may be sent afterwards."""
        self._rests.put(None)
        self._thread.join()

    def _send_rests(self) -> None:
        with suppress(OSError):
            while (rest := self._rests.get()) is not None:
                self._channel.sendall(rest)
                with self._lock:
                    self._left -= 1
