"""API keys: what they look like, what each may do, and how one is told from another. Only the SHA-256 of a key is ever kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from whence.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX: Final = "whence_"
"""What every key of ours begins with, so that scanners and people recognise one where it should not be."""
_KEY_BYTES: Final = 32


class Scope(StrEnum):
    """What a key may do; each includes those before it."""

    READ = "read"
    """Ask questions, read /metrics."""
    WRITE = "write"
    """Also send events."""
    ADMIN = "admin"
    """Also replay rejected events."""

    def covers(self, needed: Scope) -> bool:
        """Whether what needs `needed` may be done with this."""
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER: Final = tuple(Scope)

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
"""A key's name: letters, digits, `.`, `_` and `-`, at most 64 of them. It is kept with every event that the key sends."""
NAME_RULE: Final = "A name has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit."


class Key(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key that is accepted. `sha256` is that of the whole key, in lower-case hex; `created` an instant in UTC, None when nobody noted it."""

    name: Name
    scope: Scope
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    created: str | None = None


def new_key() -> str:
    """A new key: the prefix and 256 random bits in URL-safe base64."""
    return PREFIX + secrets.token_urlsafe(_KEY_BYTES)


def sha256_of(key: bytes) -> str:
    """What is kept of a key. Without salt or stretching: a key of 256 random bits can't be guessed, and it is checked at every event."""
    return hashlib.sha256(key).hexdigest()


def match(known: Iterable[Key], presented: bytes) -> Key | None:
    """The key that was presented. Takes the same time whichever it is, and whether it is one."""
    digest = sha256_of(presented)
    found: Key | None = None
    for key in known:
        if hmac.compare_digest(key.sha256, digest):
            found = key
    return found


def in_environment(text: str | None) -> tuple[Key, ...]:
    """The keys of WHENCE_API_KEYS, `name:scope:sha256,…`. One name may have several keys, so that a key can be changed without a pause.

    Raises BadRequest that says which entry is none, and never repeats it: it may be a key in the wrong place.
    """
    entries = [entry.strip() for entry in (text or "").split(",")]
    return tuple(_in_entry(entry, number) for number, entry in enumerate(entries, 1) if entry)


def _in_entry(entry: str, number: int) -> Key:
    try:
        name, scope, digest = entry.split(":")
        return msgspec.convert({"name": name, "scope": scope, "sha256": digest.lower()}, Key)
    except ValueError:
        raise BadRequest(
            f"Entry {number} of WHENCE_API_KEYS is not name:scope:sha256.",
            hint="The scope is read, write or admin; the sha256 is that of the key in hex: whence keys create prints it.",
        ) from None
