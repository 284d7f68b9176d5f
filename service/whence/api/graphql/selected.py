"""What a question wants of an answer, where working out the rest would cost."""

from __future__ import annotations

import strawberry
from strawberry.types.nodes import SelectedField, Selection


def asks_for(info: strawberry.Info, *names: str) -> bool:
    """Whether any of these fields is selected below the one that is being answered, in fragments too; names as in the schema."""
    todo: list[Selection] = list(info.selected_fields)
    while todo:
        selection = todo.pop()
        if isinstance(selection, SelectedField) and selection.name in names:
            return True
        todo += selection.selections
    return False
