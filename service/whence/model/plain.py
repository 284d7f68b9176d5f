"""Nodes and edges as plain JSON values, named as GraphQL names them. Nothing here depends on the store or on the clock."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import msgspec

from whence.model import instant
from whence.model.graph import Edge, Node

_INSTANTS: Final = frozenset({"at", "started_at", "ended_at", "dropped_at"})


def node(given: Node) -> dict[str, Any]:
    """A node with what is known of it but its facets."""
    return {
        "id": given.uid,
        "kind": given.kind.value,
        "name": given.name,
        "at": moment(given.at),
        "tags": list(given.tags),
        "owners": list(given.owners),
        "detail": detail(given),
    }


def detail(given: Node) -> dict[str, Any]:
    """What a node of its kind has besides; only what is known."""
    return {name: value for name, value in members(given.detail).items() if value not in (None, [], {})}


def edge(given: Edge) -> dict[str, Any]:
    """An edge. `subset` is the condition that an input was restricted by, as its producer gave it."""
    return {
        "id": given.id,
        "type": given.type.value,
        "source": given.source,
        "target": given.target,
        "at": moment(given.at),
        "evidence": given.evidence.value,
        "role": given.role and given.role.value,
        "relation": given.relation,
        "run": given.run,
        "subset": None if given.subset is None else msgspec.json.decode(given.subset),
        "eventSeqs": list(given.event_seqs),
    }


def members(given: msgspec.Struct) -> dict[str, Any]:
    """All fields of a struct, under the names that GraphQL would give them."""
    return {_camel(name): _value(name, getattr(given, name)) for name in given.__struct_fields__}


def moment(nanoseconds: int | None) -> str | None:
    """RFC 3339 in UTC, to the nanosecond, from ns UTC."""
    return None if nanoseconds is None else instant.format(nanoseconds)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return members(value)
    if isinstance(value, tuple):
        return [_value(name, each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return moment(value) if name in _INSTANTS else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
