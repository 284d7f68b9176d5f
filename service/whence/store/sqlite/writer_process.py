"""The process that writes for a service: `python -m whence.store.sqlite.writer_process SOCKET`, started by `ProcessWrites`.

Answers one request after another, and ends when the other side of the socket is closed, after what it is doing.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from whence.store.sqlite import wire
from whence.store.sqlite.writes import DirectWrites, Writes


def main() -> None:
    """Only the service that started it ends it: a stop meant for both of them lets it write what waits."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    _keep_what_is_loaded()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        serve(channel)


def serve(channel: socket.socket) -> None:
    """Until the other side closes."""
    with wire.reader(channel) as requests:
        try:
            path, url, owner = wire.receive(requests)
        except (EOFError, OSError):
            return
        writes = DirectWrites(Path(os.fsdecode(path)), url.decode(), owner=int(owner))
        try:
            while True:
                wire.send(channel, answer(writes, wire.receive(requests)))
        except (EOFError, OSError):
            return
        finally:
            writes.close()


def answer(writes: Writes, request: Sequence[bytes]) -> list[bytes]:
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
