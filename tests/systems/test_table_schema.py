"""Columns of tables: what both formats write comes to one facet, and nothing they might hold is an error."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from whence_emitters.systems.table_schema import columns

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
KEYS = st.sampled_from(["fields", "name", "type", "list", "map", "array", "element", "value", "elementType", "doc"])
ANY = st.recursive(
    LEAVES | KEYS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def struct(kind: Any, **more: Any) -> dict[str, Any]:
    return {"type": "struct", "fields": [{"name": "a", "type": kind, **more}]}


def test_lists_and_maps_of_both_formats_show_the_columns_inside() -> None:
    inside = struct("long", doc="token=hunter2")
    for kind in (
        {"type": "array", "elementType": inside},
        {"type": "map", "keyType": "string", "valueType": inside},
        {"type": "list", "element": {"type": "map", "key": "string", "value": inside}},
    ):
        facet = columns(struct(kind), lambda column: column.get("doc"))
        assert facet is not None
        (column,) = facet["fields"]
        assert (column["name"], column["type"]) == ("a", kind["type"])
        (nested,) = column["fields"]
        assert (nested["name"], nested["type"]) == ("a", "long")
        assert "hunter2" not in nested["description"]


@settings(max_examples=50, deadline=None)
@given(ANY, ANY)
def test_no_schema_is_an_error(whole: Any, kind: Any) -> None:
    for schema in (whole, struct(kind)):
        facet = columns(schema, lambda column: column.get("doc"))
        assert facet is None or facet["fields"]


def test_a_schema_without_end_ends() -> None:
    endless = struct("long")
    for _level in range(200):
        endless = struct(endless)
    facet = columns(endless, lambda _column: None)
    depth = 0
    while facet:
        facet = facet.get("fields", [{}])[0]
        depth += bool(facet)
    assert depth == 51
