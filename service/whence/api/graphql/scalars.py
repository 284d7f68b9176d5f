"""The scalars of the schema that GraphQL lacks: 64-bit integers, instants to the nanosecond, JSON that passes through, and columns.

A column is one leaf: the library would visit each of ten thousand numbers of a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NewType

import strawberry
from graphql import GraphQLError, IntValueNode
from strawberry.scalars import JSON

from whence.model import instant

if TYPE_CHECKING:
    from graphql import ValueNode
    from strawberry.types.scalar import ScalarDefinition

Long = NewType("Long", int)
DateTime = NewType("DateTime", int)
"""Nanoseconds since 1970 UTC inside, RFC 3339 text outside."""
IntColumn = NewType("IntColumn", Sequence[int | None])
TextColumn = NewType("TextColumn", Sequence[str])

_MIN, _MAX = -(2**63), 2**63 - 1


def _parse_long(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not _MIN <= value <= _MAX:
        raise GraphQLError("Long is an integer of 64 bits.")
    return value


def _parse_long_literal(node: ValueNode, _variables: dict[str, Any] | None = None) -> int:
    if not isinstance(node, IntValueNode):
        raise GraphQLError("Long is an integer of 64 bits.")
    return _parse_long(int(node.value))


def _parse_instant(value: Any) -> int:
    if not isinstance(value, str):
        raise GraphQLError("DateTime is a text such as 2026-01-31T09:30:00Z.")
    try:
        return instant.parse(value)
    except ValueError as error:
        raise GraphQLError(f"{error}. A DateTime is a text such as 2026-01-31T09:30:00Z.") from None


def _parse_column(_value: Any) -> Any:
    raise GraphQLError("A column is an answer, never an argument.")


def _column(name: str, description: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=lambda value: value, parse_value=_parse_column
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Long: strawberry.scalar(
        name="Long",
        description="An integer of 64 bits, as a JSON number.",
        serialize=int,
        parse_value=_parse_long,
        parse_literal=_parse_long_literal,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant in UTC, RFC 3339 with up to nine digits of fraction and `Z`. On the way in any ISO 8601 date and time is read; without a zone it is UTC.",
        serialize=instant.format,
        parse_value=_parse_instant,
    ),
    IntColumn: _column("IntColumn", "A column of a table: an array of integers, null where there is none."),
    TextColumn: _column("TextColumn", "A column of a table: an array of texts."),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value, passed through as it is.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
