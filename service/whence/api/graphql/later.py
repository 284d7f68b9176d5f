"""What the schema promises and this release does not answer yet: the one list, which docs/graphql.md repeats."""

from __future__ import annotations

from typing import Final, NoReturn

from whence.errors import NotYetAnswered

NOT_YET: Final = {
    "Query.unaccounted": "What no event accounts for comes with the importers, in a later release.",
}


def not_yet(field: str) -> NoReturn:
    """Raises NotYetAnswered for a field of the list. KeyError for any other."""
    raise NotYetAnswered(f"{field} is not answered yet. {NOT_YET[field]}")
