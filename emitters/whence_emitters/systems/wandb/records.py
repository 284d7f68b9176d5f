"""The records of a `.wandb` file, as bytes, and the fields of one, by number.

A `.wandb` file is a log as LevelDB writes it (https://github.com/google/leveldb/blob/main/doc/log_format.md), after 7 bytes of its own:
`:W&B`, the number 0xBEE1 and a version of 0. Other than LevelDB's, its checksum is the plain CRC-32 of a fragment's type and data.
Each record is a message of Protocol Buffers; its wire format is read here, so that neither wandb nor protobuf is needed
(https://protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from whence_emitters.errors import DamagedError

if TYPE_CHECKING:
    from typing import BinaryIO

HEADER = b":W&B\xe1\xbe\x00"
MAX_RECORD_BYTES = 64 * 1024 * 1024
_BLOCK_BYTES = 32 * 1024
_FRAGMENT = struct.Struct("<IHB")  # CRC-32, length in bytes, type
_PADDING, _FULL, _FIRST, _MIDDLE, _LAST = range(5)
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Value: TypeAlias = int | bytes
Fields: TypeAlias = Mapping[int, list[Value]]


def read_records(file: BinaryIO, damaged: Callable[[str], None]) -> Iterator[bytes]:
    """The records in their order. What is damaged or broken off is left out, and the reason given to `damaged`.

    Raises `DamagedError` when the file is no `.wandb` file.
    """
    if file.read(len(HEADER)) != HEADER:
        raise DamagedError("it does not begin as a .wandb file does")
    joined: bytearray | None = None
    for kind, data in _fragments(file, damaged):
        if kind == _FULL:
            yield data
        elif kind == _FIRST:
            joined = bytearray(data)
            continue
        elif joined is not None and len(joined) + len(data) <= MAX_RECORD_BYTES:
            joined += data
            if kind == _MIDDLE:
                continue
            yield bytes(joined)
        else:
            damaged("a part of a record has no beginning, or the record is too large")
        joined = None
    if joined is not None:
        damaged("it breaks off inside a record")


def _fragments(file: BinaryIO, damaged: Callable[[str], None]) -> Iterator[tuple[int, bytes]]:
    taken = len(HEADER)  # blocks are counted from the beginning of the file, header included
    while block := file.read(_BLOCK_BYTES - taken):
        yield from _fragments_of_block(block, whole=len(block) + taken == _BLOCK_BYTES, damaged=damaged)
        taken = 0


def _fragments_of_block(block: bytes, *, whole: bool, damaged: Callable[[str], None]) -> Iterator[tuple[int, bytes]]:
    at = 0
    while len(block) - at >= _FRAGMENT.size:
        checksum, length, kind = _FRAGMENT.unpack_from(block, at)
        if kind == _PADDING and length == 0:
            return
        data = block[at + _FRAGMENT.size : at + _FRAGMENT.size + length]
        at += _FRAGMENT.size + length
        if len(data) < length and not whole:
            damaged("it breaks off inside a record")
            return
        if len(data) < length or not _FULL <= kind <= _LAST or zlib.crc32(data, zlib.crc32(bytes((kind,)))) != checksum:
            damaged("a checksum does not fit: the rest of its block of 32 KiB is left out")
            return
        yield kind, data
    if at < len(block) and not whole:
        damaged("it breaks off inside a record")


def fields(message: bytes) -> Fields:
    """The fields of a message by number, each with its values in their order; numbers of fixed width are left as their bytes.

    Raises `DamagedError` when it is no message.
    """
    found: dict[int, list[Value]] = {}
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value: Value
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
        else:
            length = 8 if kind == _FIXED64 else 4 if kind == _FIXED32 else -1
            if kind == _BYTES:
                length, at = _varint(message, at)
            value = message[at : at + length] if length >= 0 else b""
            if length < 0 or len(value) < length:
                raise DamagedError("a record is no message of Protocol Buffers")
            at += length
        found.setdefault(tag >> 3, []).append(value)
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    if at < len(message) and message[at] < 0x80:
        return message[at], at + 1
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise DamagedError("a record is no message of Protocol Buffers")


def text(message: Fields, number: int) -> str:
    """The last text under a number, "" without one. Raises `DamagedError` when it is no UTF-8."""
    return texts(message, number)[-1] if number in message else ""


def texts(message: Fields, number: int) -> list[str]:
    """All texts under a number. Raises `DamagedError` when one is no UTF-8."""
    try:
        return [value.decode() for value in _all_bytes(message, number)]
    except UnicodeDecodeError as error:
        raise DamagedError("a text in a record is no UTF-8") from error


def inner(message: Fields, number: int) -> Fields | None:
    """The last message under a number, None without one. Raises `DamagedError` when it is none."""
    found = _all_bytes(message, number)
    return fields(found[-1]) if found else None


def inners(message: Fields, number: int) -> list[Fields]:
    """All messages under a number. Raises `DamagedError` when one is none."""
    return [fields(value) for value in _all_bytes(message, number)]


def integer(message: Fields, number: int) -> int:
    """The last integer under a number, 0 without one; negative ones are told by their 64 bits."""
    value = message[number][-1] if number in message else 0
    if not isinstance(value, int):
        raise DamagedError("a record holds something else where a number belongs")
    return value - (1 << 64) if value >= 1 << 63 else value


def _all_bytes(message: Fields, number: int) -> list[bytes]:
    values = message.get(number, [])
    if not all(isinstance(value, bytes) for value in values):
        raise DamagedError("a record holds a number where something else belongs")
    return [value for value in values if isinstance(value, bytes)]
