"""`whence_alias`: one move of a name such as a registry's champion."""

from __future__ import annotations

from typing import Literal

import msgspec

from whence.facts.shapes import Facets, Name, shape
from whence.model import instant
from whence.model.graph import Alias


class _Alias(msgspec.Struct, frozen=True):
    name: Name
    action: Literal["SET", "DELETE"]
    version: Name | None = None
    at: str | None = None


_look = shape(_Alias)


def alias(facets: Facets, event_time: int) -> tuple[Alias | None, str | None]:
    """The move, and the version that it names, None for the mention's own. Without `at` it was at `event_time`, ns UTC.

    Source: schema/facets/WhenceAliasDatasetFacet.json.
    """
    facet = facets.get("whence_alias")
    given = None if facet is None else _look(facet)
    if given is None:
        return None, None
    try:
        at = event_time if given.at is None else instant.parse(given.at)
    except ValueError:
        return None, None
    return Alias(given.name, at, given.action), given.version
