"""What `whence verify` prints of nodes and edges that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from whence.cli.output import visible

if TYPE_CHECKING:
    from whence.ingest import Difference

_WIDTH: Final = 60
"""Characters of a value that are shown; --json has it whole."""


def difference_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """A line for each node or edge, and one for each of its values that is not the same."""
    for each in differences:
        where = {"graph": "only in the graph", "replayed": "missing in the graph", None: "differs"}[each.only]
        yield f"  {each.kind} {visible(each.id)}: {where}"
        for field in each.fields:
            yield f"    {visible(field.name)}: {_short(field.graph)}, by its log {_short(field.replayed)}"


def _short(value: Any) -> str:
    text = visible(msgspec.json.encode(value).decode())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
