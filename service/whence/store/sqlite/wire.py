"""What the service and its writing process say to each other, over a socket between the two of them.

A message is a list of byte strings: their number (4 bytes) and their lengths (8 bytes each), big-endian, then the strings. The first of a request names
what to do; the first of an answer is OK or FAILED. Events travel as JSON of their facts with the body beside it, as it was received.
"""

from __future__ import annotations

import socket
import struct
import traceback
from collections.abc import Iterable, Sequence
from io import BufferedReader
from typing import Final

import msgspec

from whence import errors
from whence.errors import WhenceError
from whence.merge.state import Changes
from whence.model.facts import Facts
from whence.store.port import Incoming, Receipt, Refused

MIGRATE: Final = b"migrate"
PUT: Final = b"put"
APPLY: Final = b"apply"
OK: Final = b"ok"
FAILED: Final = b"failed"

_COUNT: Final = struct.Struct(">I")
_BUFFER_BYTES: Final = 256 * 1024


def reader(channel: socket.socket) -> BufferedReader:
    """What messages are received from."""
    return BufferedReader(channel.makefile("rb", buffering=0), _BUFFER_BYTES)


def send(channel: socket.socket, parts: Sequence[bytes]) -> None:
    """One message, whole. Raises OSError when the other side is gone."""
    lengths = struct.pack(f">{len(parts)}Q", *map(len, parts))
    channel.sendall(b"".join((_COUNT.pack(len(parts)), lengths, *parts)))


def receive(stream: BufferedReader) -> list[bytes]:
    """One message, whole. Raises EOFError when the other side is gone, also in the middle of one, and OSError."""
    (count,) = _COUNT.unpack(_exactly(stream, _COUNT.size))
    lengths = struct.unpack(f">{count}Q", _exactly(stream, 8 * count))
    return [_exactly(stream, length) for length in lengths]


def _exactly(stream: BufferedReader, length: int) -> bytes:
    read = stream.read(length)
    if len(read) != length:
        raise EOFError
    return read


class _Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    facts: Facts
    received_at: int
    sender: str | None
    replay_of: str | None


class _Refused(msgspec.Struct, frozen=True, tag="refused"):
    code: str
    reason: str
    retriable: bool
    received_at: int
    sender: str | None
    replay_of: str | None


class _Failure(msgspec.Struct, frozen=True):
    """An error of whence by the name of its class, or anything else that was raised, with `name` empty and where it was raised."""

    name: str
    message: str
    hint: str
    trace: str = ""


class WriterFailedError(Exception):
    """A defect showed in the writing process. Its notes say where."""


_ENCODER: Final = msgspec.json.Encoder()
_ITEM: Final[msgspec.json.Decoder[_Accepted | _Refused]] = msgspec.json.Decoder(_Accepted | _Refused)
_RECEIPTS: Final = msgspec.json.Decoder(list[Receipt])
_CHANGES: Final = msgspec.json.Decoder(Changes)
_FAILURE: Final = msgspec.json.Decoder(_Failure)
_OURS: Final = {
    name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, WhenceError)
}


def batch_parts(batch: Iterable[Incoming | Refused]) -> list[bytes]:
    """Two strings an event. Each is decoded by itself, so that what is remembered of one event does not hold the bytes of its whole batch."""
    parts: list[bytes] = []
    for item in batch:
        parts += (_ENCODER.encode(_without_body(item)), item.body)
    return parts


def _without_body(item: Incoming | Refused) -> _Accepted | _Refused:
    if isinstance(item, Incoming):
        return _Accepted(item.facts, item.received_at, item.sender, item.replay_of)
    return _Refused(item.code, item.reason, item.retriable, item.received_at, item.sender, item.replay_of)


def batch_of(parts: Sequence[bytes]) -> list[Incoming | Refused]:
    """The batch again, from all its strings."""
    return [_with_body(_ITEM.decode(parts[place]), parts[place + 1]) for place in range(0, len(parts), 2)]


def _with_body(item: _Accepted | _Refused, body: bytes) -> Incoming | Refused:
    if isinstance(item, _Accepted):
        return Incoming(body, item.facts, item.received_at, item.sender, item.replay_of)
    return Refused(body, item.code, item.reason, item.retriable, item.received_at, item.sender, item.replay_of)


def receipts_part(receipts: Sequence[Receipt]) -> bytes:
    return _ENCODER.encode(receipts)


def receipts_of(part: bytes) -> list[Receipt]:
    return _RECEIPTS.decode(part)


def changes_part(changes: Changes) -> bytes:
    return _ENCODER.encode(changes)


def changes_of(part: bytes) -> Changes:
    return _CHANGES.decode(part)


def failure_part(error: Exception) -> bytes:
    """What was raised, as the other side is to raise it again."""
    if isinstance(error, WhenceError):
        name = next(each.__name__ for each in type(error).__mro__ if _OURS.get(each.__name__) is each)
        trace = _trace(error) if error.code == WhenceError.code else ""
        return _ENCODER.encode(_Failure(name, _encodable(error.message), _encodable(error.hint), trace))
    return _ENCODER.encode(_Failure("", _encodable(f"{type(error).__name__}: {error}"), "", _trace(error)))


def failure_of(part: bytes) -> Exception:
    """The same class of our errors, or WriterFailedError."""
    failure = _FAILURE.decode(part)
    kind = _OURS.get(failure.name)
    error = WriterFailedError(failure.message) if kind is None else kind(failure.message, hint=failure.hint)
    if failure.trace:
        error.add_note(f"In the writing process:\n{failure.trace}")
    return error


def _trace(error: Exception) -> str:
    return _encodable("".join(traceback.format_exception(error)))


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
