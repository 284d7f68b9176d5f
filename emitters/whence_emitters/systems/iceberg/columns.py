"""The columns of an Iceberg table at a snapshot. Source: the Iceberg table specification, "Schemas"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters.systems.table_schema import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.systems.iceberg.metadata import TableHistory


def columns_of(history: TableHistory, snapshot: Mapping[str, Any]) -> Facet | None:
    """The columns at a snapshot; format version 1 may not say which schema it had."""
    latest = history.latest
    number = snapshot.get("schema-id")
    if number is None and snapshot.get("snapshot-id") in (None, latest.get("current-snapshot-id")):
        number = latest.get("current-schema-id", 0)
    found = history.schemas.get(number) if isinstance(number, int) else None
    return columns(found, lambda column: column.get("doc"))
