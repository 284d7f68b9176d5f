"""What the service and its writing process say to each other, over a socket between the two of them.

The first string of a request names what to do; the first of an answer is OK or FAILED. Events travel as JSON of their facts with the body beside it, as it
was received.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from whence.merge.state import Changes
from whence.model.facts import Facts
from whence.store.port import Incoming, Receipt, Refused

MIGRATE: Final = b"migrate"
PUT: Final = b"put"
APPLY: Final = b"apply"


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


_ENCODER: Final = msgspec.json.Encoder()
_ITEM: Final[msgspec.json.Decoder[_Accepted | _Refused]] = msgspec.json.Decoder(_Accepted | _Refused)
_RECEIPTS: Final = msgspec.json.Decoder(list[Receipt])
_CHANGES: Final = msgspec.json.Decoder(Changes)


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
