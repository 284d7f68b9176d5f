"""What a run used an input for, what kind of thing it wrote, and who says so: our input and output facets."""

from __future__ import annotations

from typing import Literal

import msgspec

from whence.facts.shapes import Facets, shape
from whence.model.kinds import InputRole


class _InputRole(msgspec.Struct, frozen=True):
    role: InputRole


class _OutputRole(msgspec.Struct, frozen=True):
    role: Literal["METRICS", "PLOT", "REPORT", "NOTEBOOK", "CONFIG", "CHECKPOINT"]


class _Evidence(msgspec.Struct, frozen=True):
    evidence: Literal["ASSERTED"]


_look_input = shape(_InputRole)
_look_output = shape(_OutputRole)
_look_evidence = shape(_Evidence)


def input_role(facets: Facets) -> InputRole | None:
    """Source: schema/facets/WhenceInputRoleInputDatasetFacet.json."""
    facet = facets.get("whence_inputRole")
    given = None if facet is None else _look_input(facet)
    return None if given is None else given.role


def output_role(facets: Facets) -> str | None:
    """Source: schema/facets/WhenceOutputRoleOutputDatasetFacet.json."""
    facet = facets.get("whence_outputRole")
    given = None if facet is None else _look_output(facet)
    return None if given is None else given.role


def is_asserted(facets: Facets) -> bool:
    """Whether a person or a rule states the input, and no record of the run. Source: schema/facets/WhenceEvidenceInputDatasetFacet.json."""
    facet = facets.get("whence_evidence")
    return facet is not None and _look_evidence(facet) is not None
