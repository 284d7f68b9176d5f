"""What the schema promises and this release does not answer yet: the one list, which docs/graphql.md repeats."""

from __future__ import annotations

from typing import Final, NoReturn

from whence.errors import NotYetAnswered

NOT_YET: Final = {
    "Query.export": "The manifest of an export comes with a later release.",
    "Query.unaccounted": "What no event accounts for comes with the importers, in a later release.",
    "asKnown": "The graph as it was known at an earlier position of the log comes with a later release.",
}


def not_yet(field: str) -> NoReturn:
    """Raises NotYetAnswered for a field or argument of the list. KeyError for any other."""
    raise NotYetAnswered(f"{field} is not answered yet. {NOT_YET[field]}")


def refuse_as_known(as_known: str | None) -> None:
    """Raises NotYetAnswered when it is given."""
    if as_known is not None:
        not_yet("asKnown")
