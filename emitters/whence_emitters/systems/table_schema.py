"""The columns of a table, out of the JSON that its format writes its schemas as.

Delta Lake and Iceberg write a struct as `{"fields": [{"name", "type", …}]}` and call what a list or a map holds by other names. Sources: the
Delta transaction log protocol, "Schema Serialization Format"; the Iceberg table specification, Appendix C, "JSON serialization".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from whence_emitters.importing.facets import schema
from whence_emitters.masking import mask_text
from whence_emitters.systems.table_commits import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from whence_emitters.facets import Facet

    CommentOf: TypeAlias = Callable[[Mapping[str, Any]], object]

_MAX_DEPTH = 50
_CONTAINERS = ("array", "list", "map")
_HELD = ("elementType", "valueType", "element", "value")


def columns(struct: object, comment_of: CommentOf) -> Facet | None:
    """The standard `schema` facet; None for what has no columns. `comment_of` finds what people wrote beside a column."""
    fields = _fields(struct, comment_of, 0)
    return schema(fields) if fields else None


def _fields(struct: object, comment_of: CommentOf, depth: int) -> list[dict[str, Any]]:
    listed = struct.get("fields") if isinstance(struct, dict) else None
    if not isinstance(listed, list) or depth > _MAX_DEPTH:
        return []
    named = [one for one in listed if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return [_field(one, comment_of, depth) for one in named]


def _field(field: Mapping[str, Any], comment_of: CommentOf, depth: int) -> dict[str, Any]:
    kind, comment = field.get("type"), comment_of(field)
    found: dict[str, Any] = {"name": field["name"], "type": _type_name(kind)}
    if isinstance(comment, str):
        found["description"] = mask_text(comment)[:MAX_TEXT]
    while isinstance(kind, dict) and kind.get("type") in _CONTAINERS:
        kind = next((kind[key] for key in _HELD if key in kind), None)
    nested = _fields(kind, comment_of, depth + 1)
    return found | {"fields": nested} if nested else found


def _type_name(kind: object) -> str:
    if isinstance(kind, str):
        return kind
    return str(kind.get("type", "unknown")) if isinstance(kind, dict) else "unknown"
