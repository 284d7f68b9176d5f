"""The key in a request: `Authorization: Bearer KEY` (RFC 6750, section 2.1), and nowhere else. URLs and bodies end up in logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whence.errors import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.api.http import Header

_LONGEST: Final = 1024
"""Bytes. Ours have 50; those of others, given in WHENCE_API_KEYS by their hash, may be longer."""


def key_in(headers: Iterable[Header]) -> bytes | None:
    """The key that the request presents, None when it presents none. Raises Unauthenticated for an Authorization that is no single bearer key."""
    given = [value for name, value in headers if name == b"authorization"]
    if not given:
        return None
    if len(given) > 1:
        raise Unauthenticated("The request has several Authorization headers.")
    scheme, _, rest = given[0].strip().partition(b" ")
    key = rest.strip()
    if scheme.lower() != b"bearer" or not key or b" " in key:
        raise Unauthenticated("The Authorization header is not `Bearer KEY`.")
    if len(key) > _LONGEST:
        raise Unauthenticated("What the Authorization header holds is too long to be a key.")
    return key
