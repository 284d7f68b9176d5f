"""From the bytes of a request to the bytes of its events: inflate within a bound, then cut a batch into documents.

Events are cut out, never parsed and printed again: the log keeps the first bytes received.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import NotJson, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

_GZIP: Final = 16 + zlib.MAX_WBITS
_WHITESPACE: Final = b" \t\n\r"
_ARRAY: Final = re.compile(rb"[ \t\n\r]*\[")
_ELEMENTS: Final = msgspec.json.Decoder(list[msgspec.Raw])


def begins_array(body: bytes) -> bool:
    """Whether the first character of the text is `[`."""
    return _ARRAY.match(body) is not None


def inflate(body: bytes, *, one_limit: int, batch_limit: int, ndjson: bool = False) -> bytes:
    """Inflate gzip (RFC 1952, several members allowed), never making more than a limit: `batch_limit` bytes for an array or NDJSON, else `one_limit`.

    Raises NotJson for what is no gzip or only the beginning of it, TooLarge over the limit.
    """
    made = bytearray()
    limit: int | None = batch_limit if ndjson else None
    rest = body
    while True:
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            piece, rest = _step(member, rest)
            if limit is None and piece.strip(_WHITESPACE):
                limit = batch_limit if begins_array(piece) else one_limit
            made += piece
            if len(made) > (limit or one_limit):
                raise TooLarge(f"The body inflates to more than {limit or one_limit:,} bytes.")
        if not rest.strip(b"\0"):
            return bytes(made)


def _step(member: zlib._Decompress, rest: bytes) -> tuple[bytes, bytes]:
    """At most 1 MiB more of this member, and what is left to read."""
    try:
        piece = member.decompress(rest, 1 << 20)
    except zlib.error as error:
        raise NotJson(f"The body is not gzip, as Content-Encoding says it is: {error}.") from None
    left = member.unconsumed_tail or member.unused_data
    if not piece and not left and not member.eof:
        raise NotJson("The gzip stream ends before its end.", hint="Send the whole body again.")
    return piece, left


def documents(body: bytes, *, ndjson: bool = False) -> tuple[list[bytes], bool]:
    """The JSON documents in a request, and whether it is a batch: an array, one document a line (NDJSON), or a single one.

    Without being told, NDJSON is recognised by a first line that is a whole JSON object with more lines after it.
    Raises NotJson when the body is empty or no JSON array, TooLarge when an array is nested too deep to be cut.
    """
    if ndjson:
        return _lines(body), True
    if begins_array(body):
        return _elements(body), True
    if not body.strip(_WHITESPACE):
        raise NotJson("The body is empty.")
    return (_lines(body), True) if _looks_like_lines(body) else ([body], False)


def _lines(body: bytes) -> list[bytes]:
    return [line for line in (raw.strip(_WHITESPACE) for raw in body.split(b"\n")) if line]


def _elements(body: bytes) -> list[bytes]:
    try:
        return [bytes(element) for element in _ELEMENTS.decode(body)]
    except RecursionError:
        raise TooLarge("The array is nested too deep to be read.", hint="Send the events one by one.") from None
    except msgspec.DecodeError as error:
        raise NotJson(f"The body is not JSON: {error}.") from None


def _looks_like_lines(body: bytes) -> bool:
    first, newline, rest = body.lstrip(_WHITESPACE).partition(b"\n")
    first = first.rstrip(_WHITESPACE)
    if not newline or not first.endswith(b"}") or not rest.strip(_WHITESPACE):
        return False
    try:
        msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def in_chunks(bodies: Iterable[bytes], *, events: int, size: int) -> Iterable[list[bytes]]:
    """Cut into lists of at most `events` bodies and about `size` bytes, each of at least one."""
    chunk: list[bytes] = []
    held = 0
    for body in bodies:
        if chunk and (len(chunk) >= events or held + len(body) > size):
            yield chunk
            chunk, held = [], 0
        chunk.append(body)
        held += len(body)
    if chunk:
        yield chunk
