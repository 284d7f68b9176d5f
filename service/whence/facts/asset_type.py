"""What type of asset a mention says it is (rule 6). A job's `jobType: MODEL` has no say."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from whence.facts.shapes import Facets, shape
from whence.model.kinds import AssetType

_MODEL_NAMESPACE: Final = "hf://models"
_MODEL_NAMESPACES_BEGIN: Final = "mlflow://"
_TYPE_BY_OUTPUT_ROLE: Final = {
    "CHECKPOINT": AssetType.MODEL,
    "METRICS": AssetType.ARTIFACT,
    "PLOT": AssetType.ARTIFACT,
    "REPORT": AssetType.ARTIFACT,
    "NOTEBOOK": AssetType.ARTIFACT,
    "CONFIG": AssetType.ARTIFACT,
}


class _DatasetType(msgspec.Struct, frozen=True):
    datasetType: str  # noqa: N815  the name in the event


class _Signature(msgspec.Struct, frozen=True):
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]


_look_type = shape(_DatasetType)
_look_signature = shape(_Signature)


def asset_type(namespace: str, facets: Facets, *, output_role: str | None, derived: bool) -> AssetType:
    """The greatest type that the mention gives reason for. `output_role`: of an output; `derived`: it carries a modelDerivation.

    Sources: OpenLineage DatasetTypeDatasetFacet 1-0-0, schema/facets/WhenceModelSignatureDatasetFacet.json, docs/naming.md.
    """
    if namespace == _MODEL_NAMESPACE or namespace.startswith(_MODEL_NAMESPACES_BEGIN):
        return AssetType.MODEL
    if derived or _is_model_by_type(facets) or _has_signature(facets):
        return AssetType.MODEL
    if output_role is not None:
        return _TYPE_BY_OUTPUT_ROLE[output_role]
    return AssetType.DATASET


def _is_model_by_type(facets: Facets) -> bool:
    facet = facets.get("datasetType")
    given = None if facet is None else _look_type(facet)
    return given is not None and given.datasetType.upper() == "MODEL"


def _has_signature(facets: Facets) -> bool:
    facet = facets.get("whence_modelSignature")
    return facet is not None and _look_signature(facet) is not None
