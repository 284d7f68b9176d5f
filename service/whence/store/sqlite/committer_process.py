"""The process that commits for the one that merges: `python -m whence.store.sqlite.committer_process SOCKET`, started by `Committer`.

Does the steps of one put after the other, each put in a transaction, and ends when the other side of the socket is closed, after what it is doing. It holds the
writer's lock as well, so that nobody else writes before it has ended.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path

from whence.store.sqlite import frames
from whence.store.sqlite.connections import connect_to_write
from whence.store.sqlite.errors import translated
from whence.store.sqlite.failures import FAILED, OK, failure_part
from whence.store.sqlite.processes import begun
from whence.store.sqlite.steps import run, steps_of


def main() -> None:
    with begun() as channel, suppress(EOFError, OSError):  # the other side is gone
        _serve(channel)


def _serve(channel: socket.socket) -> None:
    _, lock, _, _ = socket.recv_fds(channel, 1, 1)
    connection: sqlite3.Connection | None = None
    try:
        with frames.reader(channel) as requests:
            path, url = frames.receive(requests)
            while True:
                (part,) = frames.receive(requests)
                try:
                    with translated(url.decode()):
                        if connection is None:
                            connection = connect_to_write(Path(os.fsdecode(path)))
                        run(connection, steps_of(part))
                except Exception as error:
                    frames.send(channel, [FAILED, failure_part(error)])
                else:
                    frames.send(channel, [OK, b""])
    finally:
        if connection is not None:
            connection.close()
        for each in lock:
            os.close(each)


if __name__ == "__main__":
    main()
