"""What a put writes: statements with their rows, in order, all in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from whence.store.sqlite.connections import transaction

Row = Sequence[Any]
"""Integers, texts, bytes and None."""
Step = tuple[str, Sequence[Row]]
"""A statement, and what it is done with, one row after the other."""
ONCE: Final[Sequence[Row]] = ((),)
"""The rows of a statement without parameters."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(list[tuple[str, list[list[Any]]]])


def run(connection: sqlite3.Connection, steps: Iterable[Step]) -> None:
    """All of them or none; on the disk when this returns."""
    with transaction(connection, "BEGIN IMMEDIATE"):
        for statement, rows in steps:
            connection.executemany(statement, rows)


def steps_part(steps: Sequence[Step]) -> bytes:
    """Steps for another process. Raises what `run` would for a value that SQLite can't hold."""
    return _ENCODER.encode(steps)


def steps_of(part: bytes) -> Sequence[Step]:
    return _DECODER.decode(part)
