"""`whence_captureCompleteness`: what the producer knows that it could not record."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import shape
from whence.model.facts import Said


class _Missing(msgspec.Struct, frozen=True):
    what: str
    why: str | None = None


class _Completeness(msgspec.Struct, frozen=True):
    missing: list[_Missing] | None = None
    historyTruncated: bool | None = None  # noqa: N815  the name in the event


_look = shape(_Completeness)


def capture_completeness(facet: msgspec.Raw) -> Said | None:
    """Source: schema/facets/WhenceCaptureCompletenessRunFacet.json and …DatasetFacet.json."""
    given = _look(facet)
    if given is None:
        return None
    return Said(capture_missing=len(given.missing or ()), history_truncated=bool(given.historyTruncated))
