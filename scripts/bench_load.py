"""The load: prepared HTTP requests over keep-alive connections, one at a time on each. Standard library only, in a process of its own.

    python -I -S bench_load.py PORT CONNECTIONS SECONDS FILE

FILE holds whole requests, each after its length (4 bytes, big-endian). No new request is begun after SECONDS; what was begun is waited for.
Prints one JSON object: requests answered, counts by status, seconds until the last answer, CPU seconds of this process, latencies in ms.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SILENCE_SECONDS = 60


class Connection:
    """One connection: what is still to be sent of a request, what has come of its answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.unsent = memoryview(b"")
        self.answer = b""
        self.begun = 0.0

    def begin(self, request: bytes) -> None:
        self.unsent, self.answer, self.begun = memoryview(request), b"", time.perf_counter()
        self.send()

    def send(self) -> None:
        """As much as the socket takes."""
        try:
            while self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
        except BlockingIOError:
            pass

    def receive(self) -> int | None:
        """The status, once the answer is whole. Raises ConnectionError when the other side closes."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the service closed a connection")
        self.answer += piece
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return None
        length = _LENGTH.search(head)
        if length is None:
            raise ConnectionError("an answer without Content-Length")
        return int(head[9:12]) if len(body) >= int(length[1]) else None


def requests_of(file: bytes) -> Iterator[bytes]:
    """The requests in a file."""
    place = 0
    while place < len(file):
        size = int.from_bytes(file[place : place + 4], "big")
        yield file[place + 4 : place + 4 + size]
        place += 4 + size


def drive(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Send until the time is over or nothing is left. Raises OSError, and TimeoutError when nothing is answered for a minute."""
    with selectors.DefaultSelector() as selector:
        for connection in [Connection(port) for _ in range(connections)]:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        latencies: list[float] = []
        statuses: Counter[str] = Counter()
        busy = 0
        began, cpu = time.perf_counter(), time.process_time()
        for key in list(selector.get_map().values()):
            busy += _next(selector, key.data, requests)
        while busy:
            ready = selector.select(_SILENCE_SECONDS)
            if not ready:
                raise TimeoutError("no answer for a minute")
            for key, _ in ready:
                status = _step(selector, key.data)
                if status is None:
                    continue
                now = time.perf_counter()
                latencies.append((now - key.data.begun) * 1000)
                statuses[str(status)] += 1
                busy -= 1
                if now - began < seconds:
                    busy += _next(selector, key.data, requests)
        took, own = time.perf_counter() - began, time.process_time() - cpu
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return {"requests": len(latencies), "statuses": statuses, "seconds": took, "cpu": own, "latencies": latencies}


def _next(selector: selectors.BaseSelector, connection: Connection, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is None:
        return False
    connection.begin(request)
    if connection.unsent:
        selector.modify(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)
    return True


def _step(selector: selectors.BaseSelector, connection: Connection) -> int | None:
    if not connection.unsent:
        return connection.receive()
    connection.send()
    if not connection.unsent:
        selector.modify(connection.socket, selectors.EVENT_READ, connection)
    return None


def main() -> None:
    port, connections, seconds, file = sys.argv[1:]
    done = drive(int(port), requests_of(Path(file).read_bytes()), int(connections), float(seconds))
    latencies = sorted(done.pop("latencies"))
    done |= {"ms_median": latencies[len(latencies) // 2], "ms_99": latencies[len(latencies) * 99 // 100]}
    print(json.dumps(done))


if __name__ == "__main__":
    main()
