"""Messages between processes of ours, over a socket pair.

A message is a list of byte strings: their number (4 bytes) and their lengths (8 bytes each), big-endian, then the strings.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from io import BufferedReader
from typing import Final

_COUNT: Final = struct.Struct(">I")
_BUFFER_BYTES: Final = 256 * 1024


def reader(channel: socket.socket) -> BufferedReader:
    """What messages are received from."""
    return BufferedReader(channel.makefile("rb", buffering=0), _BUFFER_BYTES)


def message(parts: Sequence[bytes]) -> bytes:
    """The bytes of one message."""
    lengths = struct.pack(f">{len(parts)}Q", *map(len, parts))
    return b"".join((_COUNT.pack(len(parts)), lengths, *parts))


def send(channel: socket.socket, parts: Sequence[bytes]) -> None:
    """One message, whole. Raises OSError when the other side is gone."""
    channel.sendall(message(parts))


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
