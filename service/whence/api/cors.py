"""Cross-origin requests: off, but for pages of the origins in WHENCE_CORS_ORIGINS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from whence.api.http import Header

_ALLOWED: Final = (
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-expose-headers", b"retry-after, www-authenticate"),
    (b"access-control-max-age", b"600"),
)
_VARY: Final = (b"vary", b"Origin")


def cors_headers(allowed: frozenset[str], origin: str | None) -> tuple[Header, ...]:
    """What a browser needs to let a page of an allowed origin read an answer, errors included, and to send a key; nothing for all others.

    Credentials of the browser (cookies) are never allowed: the key is sent by the page.
    """
    if not allowed:
        return ()
    if origin is None or origin not in allowed:
        return (_VARY,)
    return ((b"access-control-allow-origin", origin.encode("latin-1")), *_ALLOWED, _VARY)
