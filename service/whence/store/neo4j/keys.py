"""What rows are found by: keys that Neo4j's indexes can hold (about 8 kB), whatever the length of the names in events, and in the order that is needed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from whence.merge.state import Entry, Place

KEY_BYTES: Final = 1000
"""The longest text that stands for itself in an index."""
_UID_BYTES: Final = 400
_MOST_BYTES: Final = 4
"""Of one character, in UTF-8."""
_TIME_OFFSET: Final = 2**63
_RANKS: Final = 9
_END_OF_UID: Final = "\0"
_PAST_EQUALS: Final = "\1"
"""Sorts after every entry of one uid, before the next uid: percent-encoded text has no character below it."""


def key_of(text: str) -> str:
    """The text itself while it is short, else its SHA-256 after `long:`, which no uid begins with."""
    if len(text) <= KEY_BYTES // _MOST_BYTES:
        return text
    raw = text.encode()
    return text if len(raw) <= KEY_BYTES else f"long:{hashlib.sha256(raw).hexdigest()}"


@lru_cache(maxsize=16_384)
def place_key(space: str, key: str) -> str:
    """16 hex digits that all entries of a space and key begin with."""
    return hashlib.sha256(f"{space}\0{key}".encode()).hexdigest()[:16]


def entry_key(entry: Entry) -> str:
    """Unique for each entry; ascending, entries of one space and key come by time, rank, and uid as far as that is kept (`cut_uid`)."""
    whole = hashlib.sha256("\0".join(map(str, entry)).encode()).hexdigest()[:16]
    return f"{place_key(entry.space, entry.key)}{_order(entry[2:])}{_END_OF_UID}{whole}"


def first_key(place: str, low: Place | None) -> str:
    """The least key of an entry of this place at or after `low`, or less."""
    return place if low is None else place + _order(low)


def end_key(place: str, high: Place | None) -> str:
    """Greater than every key of an entry of this place at or before `high`."""
    return f"{place}g" if high is None else f"{place}{_order(high)}{_PAST_EQUALS}"


def order_of(key: str) -> tuple[int, int, str]:
    """Time, rank and uid, as far as it is kept, of an `entry_key`."""
    return int(key[16:32], 16) - _TIME_OFFSET, int(key[32]), key[33 : key.rindex(_END_OF_UID)]


def cut_uid(uid: str) -> str:
    """As much of a uid as keys of entries hold."""
    if len(uid) <= _UID_BYTES // _MOST_BYTES:
        return uid
    raw = uid.encode()
    return uid if len(raw) <= _UID_BYTES else raw[:_UID_BYTES].decode(errors="ignore")


def touch_prefix(uid: str) -> str:
    """What the keys of a node's touches begin with."""
    return f"{hashlib.sha256(uid.encode()).hexdigest()[:32]}/"


def touch_key(uid: str, first_seq: int) -> str:
    return f"{touch_prefix(uid)}{first_seq:012d}"


def _order(place: Place) -> str:
    time, rank, uid, _ = place
    return f"{time + _TIME_OFFSET:016x}{min(max(rank, 0), _RANKS)}{cut_uid(uid)}"
