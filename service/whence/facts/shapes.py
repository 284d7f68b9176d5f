"""Typed looks at facets that nobody has checked. What does not fit its shape is not interpreted: never an error, never half read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import msgspec

T = TypeVar("T")

Facets = dict[str, msgspec.Raw]
"""Facets by name, each a slice of the event's canonical text, and therefore canonical itself."""

Name = Annotated[str, msgspec.Meta(min_length=1)]
Long = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class NamedDataset(msgspec.Struct, frozen=True):
    """A dataset inside a facet, perhaps at a version."""

    namespace: Name
    name: Name
    version: Name | None = None


def shape(wanted: type[T]) -> Callable[[msgspec.Raw], T | None]:
    """A look at a facet as `wanted`, a msgspec type; None when it does not fit."""
    decode = msgspec.json.Decoder(wanted).decode

    def look(facet: msgspec.Raw) -> T | None:
        try:
            return decode(facet)
        except (msgspec.DecodeError, RecursionError):
            return None

    return look


class _Marked(msgspec.Struct, frozen=True):
    deleted: bool = msgspec.field(default=False, name="_deleted")


_MARK: Final = b'"_deleted":true'
_look_marked = shape(_Marked)


def standing(facets: Facets, around: bytes) -> Facets:
    """The facets that are not taken back by `_deleted: true`. `around` is the text that they stand in."""
    if _MARK not in around:
        return facets
    return {name: facet for name, facet in facets.items() if not _is_deleted(facet)}


def _is_deleted(facet: msgspec.Raw) -> bool:
    marked = _look_marked(facet)
    return marked is not None and marked.deleted


def is_object(raw: msgspec.Raw) -> bool:
    return memoryview(raw)[0] == ord("{")


def text_of(raw: msgspec.Raw) -> str:
    """The canonical JSON of a slice."""
    return bytes(raw).decode()
