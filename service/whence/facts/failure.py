"""`errorMessage`: why a run failed, in its own words."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import shape
from whence.model.facts import Said


class _ErrorMessage(msgspec.Struct, frozen=True):
    message: str


_look = shape(_ErrorMessage)


def error_message(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage ErrorMessageRunFacet 1-0-1. The stack trace stays in the facet."""
    given = _look(facet)
    return None if given is None else Said(error=given.message)
