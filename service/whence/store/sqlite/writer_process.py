"""The process that writes for a service: `python -m whence.store.sqlite.writer_process SOCKET`, started by `ProcessWrites`.

Answers requests in their order, and ends when the other side of the socket is closed, after what it is doing. Puts that wait together are one
transaction: a commit costs about as much for many events as for few.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from whence.store.sqlite import frames
from whence.store.sqlite.committer import Committer
from whence.store.sqlite.pipeline import Pipeline, Request, events_of
from whence.store.sqlite.processes import begun
from whence.store.sqlite.writes import DirectWrites


def main() -> None:
    with begun() as channel:
        serve(channel)


TOGETHER: Final = 200
"""So many events at most make one transaction of what were several puts: its locks and memory stay those of one."""


def serve(channel: socket.socket) -> None:
    """Until the other side closes, or the committer is gone."""
    committer = Committer()
    with frames.reader(channel) as requests:
        try:
            path, url, owner, takes_over = frames.receive(requests)
        except (EOFError, OSError):
            committer.end()
            return
        writes = DirectWrites(Path(os.fsdecode(path)), url.decode(), owner=int(owner), takes_over=bool(takes_over))
        waiting: SimpleQueue[Request | None] = SimpleQueue()
        reading = threading.Thread(target=_read, args=(requests, waiting), name="whence-requests", daemon=True)
        reading.start()
        pipeline = Pipeline(writes, committer, lambda answer: frames.send(channel, answer), waiting.put)
        try:
            for together in _groups(waiting):
                pipeline.do(together)
            pipeline.settle()
        except (EOFError, OSError):
            pass  # the other side is gone, or the committer
        finally:
            with suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
            reading.join()
            committer.end()
            writes.close()


def _read(requests: BufferedReader, waiting: SimpleQueue[Request | None]) -> None:
    """Take requests in while others are done. None: there are no more."""
    try:
        while True:
            waiting.put(frames.receive(requests))
    except (EOFError, OSError):
        pass
    finally:
        waiting.put(None)


def _groups(waiting: SimpleQueue[Request | None]) -> Iterator[list[Request]]:
    """The requests in their order: puts that wait are one group, up to TOGETHER events; anything else is a group by itself."""
    taken: deque[Request | None] = deque()
    while True:
        if not taken:
            taken.append(waiting.get())
        while not waiting.empty():
            taken.append(waiting.get())
        first = taken.popleft()
        if first is None:
            return
        group, events = [first], events_of(first)
        while taken and (following := taken[0]) is not None and events_of(following) and events:
            events += events_of(following)
            if events > TOGETHER:
                break
            group.append(following)
            taken.popleft()
        yield group


if __name__ == "__main__":
    main()
