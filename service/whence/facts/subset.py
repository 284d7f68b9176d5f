"""`subset`: which part of a dataset was read or written."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import Facets, is_object, shape, text_of
from whence.model.facts import Role

_ABSENT = msgspec.Raw(b"null")


class _Subset(msgspec.Struct, frozen=True):
    inputCondition: msgspec.Raw = _ABSENT  # noqa: N815  the names in the event
    outputCondition: msgspec.Raw = _ABSENT  # noqa: N815


_look = shape(_Subset)


def subset(facets: Facets, role: Role) -> str | None:
    """The condition as canonical JSON text: `inputCondition` of an input, `outputCondition` of an output.

    Source: OpenLineage BaseSubsetDatasetFacet 1-1-0.
    """
    facet = facets.get("subset")
    given = None if facet is None or role is Role.SUBJECT else _look(facet)
    if given is None:
        return None
    condition = given.inputCondition if role is Role.INPUT else given.outputCondition
    return text_of(condition) if is_object(condition) else None
