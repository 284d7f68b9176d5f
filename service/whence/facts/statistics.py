"""Size in bytes and number of rows: `outputStatistics`, `inputStatistics`, `dataQualityMetrics`."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import Count, shape
from whence.model.facts import Said


class _Statistics(msgspec.Struct, frozen=True):
    rowCount: Count | None = None  # noqa: N815  the name in the event
    size: Count | None = None


class _Quality(msgspec.Struct, frozen=True):
    rowCount: Count | None = None  # noqa: N815  the name in the event
    bytes: Count | None = None


_look_statistics = shape(_Statistics)
_look_quality = shape(_Quality)


def statistics(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage OutputStatisticsOutputDatasetFacet 1-0-2, InputStatisticsInputDatasetFacet 1-0-0."""
    given = _look_statistics(facet)
    return None if given is None else Said(bytes=given.size, rows=given.rowCount)


def quality_metrics(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage DataQualityMetricsInputDatasetFacet and DataQualityMetricsDatasetFacet."""
    given = _look_quality(facet)
    return None if given is None else Said(bytes=given.bytes, rows=given.rowCount)
