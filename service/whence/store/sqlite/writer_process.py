"""The process that writes for a service: `python -m whence.store.sqlite.writer_process SOCKET`, started by `ProcessWrites`.

Answers requests in their order, and ends when the other side of the socket is closed, after what it is doing. Puts that wait together are one
transaction: a commit costs about as much for many events as for few.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from io import BufferedReader
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from whence.store.sqlite import wire
from whence.store.sqlite.writes import DirectWrites


def main() -> None:
    """Only the service that started it ends it: a stop meant for both of them lets it write what waits."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    _keep_what_is_loaded()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        serve(channel)


TOGETHER: Final = 200
"""So many events at most make one transaction of what were several puts: its locks and memory stay those of one."""

Request = list[bytes]
"""What to do, and what with; see `wire`."""


def serve(channel: socket.socket) -> None:
    """Until the other side closes."""
    with wire.reader(channel) as requests:
        try:
            path, url, owner = wire.receive(requests)
        except (EOFError, OSError):
            return
        writes = DirectWrites(Path(os.fsdecode(path)), url.decode(), owner=int(owner))
        waiting: SimpleQueue[Request | None] = SimpleQueue()
        reading = threading.Thread(target=_read, args=(requests, waiting), name="whence-requests")
        reading.start()
        try:
            for together in _groups(waiting):
                for each in answers(writes, together):
                    wire.send(channel, each)
        except OSError:
            pass  # the other side is gone: so the thread ends too
        finally:
            reading.join()
            writes.close()


def _read(requests: BufferedReader, waiting: SimpleQueue[Request | None]) -> None:
    """Take requests in while others are done. None: there are no more."""
    try:
        while True:
            waiting.put(wire.receive(requests))
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
        group, events = [first], _events_of(first)
        while taken and (following := taken[0]) is not None and _events_of(following) and events:
            events += _events_of(following)
            if events > TOGETHER:
                break
            group.append(following)
            taken.popleft()
        yield group


def _events_of(request: Request) -> int:
    """How many events a put has; 0 for anything else."""
    return len(request) // 2 if request[0] == wire.PUT else 0


def answers(writes: DirectWrites, group: Sequence[Request]) -> list[list[bytes]]:
    """Do what a group of requests asks for: one answer each. Puts that fail together are tried one by one, so that none takes another with it."""
    if len(group) > 1:
        try:
            batches = [wire.batch_of(parts) for _, *parts in group]
            receipts = iter(writes.put([item for batch in batches for item in batch]))
            return [[wire.OK, wire.receipts_part(list(islice(receipts, len(batch))))] for batch in batches]
        except Exception:  # noqa: S110 the same again, one by one, says what is wrong with which
            pass
    return [answer(writes, request) for request in group]


def answer(writes: DirectWrites, request: Request) -> list[bytes]:
    """Do what a request asks for. Whatever is raised by it is the answer."""
    name, *parts = request
    try:
        if name == wire.PUT:
            return [wire.OK, wire.receipts_part(writes.put(wire.batch_of(parts)))]
        if name == wire.APPLY:
            writes.apply(wire.changes_of(parts[0]))
        else:
            writes.migrate()
    except Exception as error:
        return [wire.FAILED, wire.failure_part(error)]
    return [wire.OK, b""]


def _keep_what_is_loaded() -> None:
    """Modules stay for ever: the collector of cycles need not look at them again, nor after every few events."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


if __name__ == "__main__":
    main()
