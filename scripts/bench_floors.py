"""Floors: the least that any program in Python has to do with the same bytes, and a unit that shows how fast the machine was just now."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_LOOPS = 1_000_000


def inserting(bodies: Sequence[bytes], in_commits_of: int, file: Path) -> float:
    """Events a second into one table of a new SQLite file (WAL, synchronous=FULL), that many a commit."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    began = time.perf_counter()
    for start in range(0, len(bodies), in_commits_of):
        connection.execute("BEGIN IMMEDIATE")
        rows = [(body,) for body in bodies[start : start + in_commits_of]]
        connection.executemany("INSERT INTO events (body) VALUES (?)", rows)
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    file.unlink()
    return len(bodies) / took


def parsing(bodies: Sequence[bytes]) -> float:
    """Events a second through json.loads."""
    return len(bodies) / _timed(lambda: _parse(bodies))


def one_after_another(rates: Sequence[float]) -> float:
    """The rate of doing all of these to each event, in turn."""
    return 1 / sum(1 / rate for rate in rates)


def reference(body: bytes) -> tuple[float, float]:
    """Milliseconds of a fixed loop in pure Python, and of a thousand json.loads of one event."""
    return _timed(_loop) * 1000, _timed(lambda: _parse([body] * 1000)) * 1000


def _parse(bodies: Sequence[bytes]) -> None:
    for body in bodies:
        json.loads(body)


def _loop() -> int:
    total = 0
    for number in range(_LOOPS):
        total += number & 7
    return total


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
