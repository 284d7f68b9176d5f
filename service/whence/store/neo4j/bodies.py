"""Bodies of events, as they are kept: zlib (RFC 1950). A quarter of the bytes, so that less is sent, logged and written; unpacked they are what was received."""

from __future__ import annotations

import zlib
from typing import Final

_LEVEL: Final = 1


def pack_body(body: bytes) -> bytes:
    return zlib.compress(body, _LEVEL)


unpack_body: Final = zlib.decompress
"""(kept) -> the bytes received."""

NO_BODY: Final = pack_body(b"")
