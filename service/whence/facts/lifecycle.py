"""`lifecycleStateChange`: what a write did to the whole dataset (rule 10)."""

from __future__ import annotations

from typing import Literal

import msgspec

from whence.facts.names import asset_uid
from whence.facts.shapes import Facets, NamedDataset, shape
from whence.model.facts import Lifecycle


class _StateChange(msgspec.Struct, frozen=True):
    lifecycleStateChange: Literal["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"]  # noqa: N815
    previousIdentifier: NamedDataset | None = None  # noqa: N815  the names in the event


_look = shape(_StateChange)


def lifecycle(facets: Facets) -> Lifecycle | None:
    """Source: OpenLineage LifecycleStateChangeDatasetFacet 1-0-1. The previous name counts for RENAME only."""
    facet = facets.get("lifecycleStateChange")
    given = None if facet is None else _look(facet)
    if given is None:
        return None
    before = given.previousIdentifier if given.lifecycleStateChange == "RENAME" else None
    return Lifecycle(given.lifecycleStateChange, None if before is None else asset_uid(before.namespace, before.name))
