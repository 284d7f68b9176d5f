"""Which facet is put into our own words by which reader, and the reading of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from whence.facts.attribution import documentation, ownership, tags
from whence.facts.code import code_location, code_state
from whence.facts.completeness import capture_completeness
from whence.facts.digests import content_size
from whence.facts.environment import environment_pin
from whence.facts.failure import error_message
from whence.facts.job_type import job_type
from whence.facts.lineage import lineage
from whence.facts.metrics import metrics
from whence.facts.parameters import execution_parameters, seeds
from whence.facts.parent import parent
from whence.facts.shapes import Facets
from whence.facts.statistics import quality_metrics, statistics
from whence.facts.versions import version_info
from whence.model.facts import Said

Words = Mapping[str, Callable[[msgspec.Raw], Said | None]]

RUN_WORDS: Final[Words] = {
    "parent": parent,
    "lineage": lineage,
    "tags": tags,
    "errorMessage": error_message,
    "executionParameters": execution_parameters,
    "whence_codeState": code_state,
    "whence_environmentPin": environment_pin,
    "whence_seeds": seeds,
    "whence_metrics": metrics,
    "whence_captureCompleteness": capture_completeness,
}
JOB_WORDS: Final[Words] = {
    "jobType": job_type,
    "sourceCodeLocation": code_location,
    "lineage": lineage,
    "documentation": documentation,
    "ownership": ownership,
    "tags": tags,
}
JOB_WORDS_OF_RUN: Final = ("jobType", "sourceCodeLocation", "lineage")
"""Job facets that describe the run in whose event they stand."""

DATASET_WORDS: Final[Words] = {
    "documentation": documentation,
    "ownership": ownership,
    "tags": tags,
    "dataQualityMetrics": quality_metrics,
    "inputStatistics": statistics,
    "outputStatistics": statistics,
    "whence_contentDigests": content_size,
    "whence_versionInfo": version_info,
    "whence_captureCompleteness": capture_completeness,
}


def said(facets: Facets, words: Words) -> dict[str, Said]:
    """What the facets say that there is a reader for; nothing of those that don't fit their shape."""
    read = {}
    for name, facet in facets.items():
        reader = words.get(name)
        if reader is not None and (each := reader(facet)) is not None:
            read[name] = each
    return read
