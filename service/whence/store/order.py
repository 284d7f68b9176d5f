"""Newest first, the same on every store: ages, and the cursors that resume an ordered list.

An *age* turns an instant round, so that plain ascending order is newest first and unknown last, and so that one comparison without a
special case for "unknown" says whether something exists at an instant: `age >= cutoff(as_of)`.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from whence.errors import BadRequest
from whence.model.graph import Edge
from whence.model.kinds import Direction

T = TypeVar("T")

UNKNOWN_AGE: Final = 2**63 - 1
OLDEST_CUTOFF: Final = -(2**63)

FarEnd = tuple[int, str, str, str]
"""Place of an edge among those of one node: its age, the uid of the far end, its type, its qualifier."""
FAR_END: Final = tuple[int, str, str, str]


def age(at: int | None) -> int:
    """The sort key of an instant (ns UTC) in newest-first order; None, and what is always in force, is the oldest."""
    return UNKNOWN_AGE if at is None else ~at


def cutoff(as_of: int | None) -> int:
    """The least age of what exists at `as_of` (ns UTC; None: now)."""
    return OLDEST_CUTOFF if as_of is None else ~as_of


def to_cursor(*place: Any) -> str:
    """An opaque cursor for a place in an ordered list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def from_cursor(cursor: str, shape: type[T]) -> T:
    """The place that `to_cursor` wrote. Raises BadRequest for a cursor that is none."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(text, type=shape)
    except (ValueError, msgspec.MsgspecError):
        raise not_a_cursor(cursor) from None


def seq_cursor(cursor: str) -> int:
    """The position in the log, or in the list of refused events, that a decimal cursor names. Raises BadRequest when it is none."""
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise not_a_cursor(cursor)
    return int(cursor)


def not_a_cursor(cursor: str) -> BadRequest:
    return BadRequest(
        f"not a cursor of this list: {cursor[:40]!r}", hint="Use the endCursor of the page before, unchanged."
    )


def far_end(edge: Edge, direction: Direction) -> FarEnd:
    far = edge.target if direction is Direction.UPSTREAM else edge.source
    return (age(edge.at), far, edge.type.value, edge.qualifier)


def one_uid_for(after: str | None, uids: Sequence[str]) -> None:
    """Raises BadRequest when a cursor is given for anything but one node."""
    if after is not None and len(uids) != 1:
        raise BadRequest(f"a cursor goes on with the edges of one node, not of {len(uids)}")
