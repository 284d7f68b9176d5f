"""`symlinks`: the other names of one thing (rule 4)."""

from __future__ import annotations

import msgspec

from whence.facts.names import asset_uid
from whence.facts.shapes import Facets, NamedDataset, shape


class _Symlinks(msgspec.Struct, frozen=True):
    identifiers: list[NamedDataset] | None = None


_look = shape(_Symlinks)


def same_as(facets: Facets, asset: str) -> tuple[str, ...]:
    """Asset uids of the other names, sorted, without itself. Source: OpenLineage SymlinksDatasetFacet 1-0-1."""
    facet = facets.get("symlinks")
    given = None if facet is None else _look(facet)
    if given is None:
        return ()
    return tuple(sorted({asset_uid(each.namespace, each.name) for each in given.identifiers or ()} - {asset}))
