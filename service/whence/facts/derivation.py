"""`whence_modelDerivation`: the model that a model was made from (rule 20a)."""

from __future__ import annotations

from typing import Literal

import msgspec

from whence.facts.names import reference
from whence.facts.shapes import Facets, NamedDataset, shape
from whence.model.facts import Derivation


class _Derivation(msgspec.Struct, frozen=True):
    base: NamedDataset
    relation: Literal["FINE_TUNE", "ADAPTER", "MERGE", "QUANTIZE", "DISTILL", "CONTINUE"]


_look = shape(_Derivation)


def derivation(facets: Facets) -> Derivation | None:
    """Source: schema/facets/WhenceModelDerivationDatasetFacet.json."""
    facet = facets.get("whence_modelDerivation")
    given = None if facet is None else _look(facet)
    return None if given is None else Derivation(reference(given.base), given.relation)
