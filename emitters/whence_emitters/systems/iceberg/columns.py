"""The columns of an Iceberg table at a snapshot, as the standard `schema` facet.

Source: the Iceberg table specification, "Schemas" and Appendix C, "JSON serialization".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters.importing.facets import schema
from whence_emitters.masking import mask_text
from whence_emitters.systems.table_commits import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.systems.iceberg.metadata import TableHistory

_MAX_DEPTH = 50


def columns_of(history: TableHistory, snapshot: Mapping[str, Any]) -> Facet | None:
    """The columns at a snapshot; format version 1 may not say which schema it had."""
    latest = history.latest
    number = snapshot.get("schema-id")
    if number is None and snapshot.get("snapshot-id") in (None, latest.get("current-snapshot-id")):
        number = latest.get("current-schema-id", 0)
    found = history.schemas.get(number) if isinstance(number, int) else None
    fields = _fields(found, 0)
    return schema(fields) if fields else None


def _fields(struct: object, depth: int) -> list[dict[str, Any]]:
    listed = struct.get("fields") if isinstance(struct, dict) else None
    if not isinstance(listed, list) or depth > _MAX_DEPTH:
        return []
    return [_field(one, depth) for one in listed if isinstance(one, dict) and isinstance(one.get("name"), str)]


def _field(field: Mapping[str, Any], depth: int) -> dict[str, Any]:
    kind, doc = field.get("type"), field.get("doc")
    found: dict[str, Any] = {"name": field["name"], "type": _type_name(kind)}
    if isinstance(doc, str):
        found["description"] = mask_text(doc)[:MAX_TEXT]
    while isinstance(kind, dict) and kind.get("type") in {"list", "map"}:
        kind = kind.get("element", kind.get("value"))
    nested = _fields(kind, depth + 1)
    return found | {"fields": nested} if nested else found


def _type_name(kind: object) -> str:
    if isinstance(kind, str):
        return kind
    return str(kind.get("type", "unknown")) if isinstance(kind, dict) else "unknown"
