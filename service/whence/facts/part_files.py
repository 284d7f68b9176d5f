"""One file of what Spark writes as a directory.

To learn a schema Spark reads a single file of the directory that the job itself reads, and says so under the file's name: `orders/part-00000-{uuid}-c000.csv`.
The dataset is the directory; the file is the part of it that was read.
Source: FileCommitProtocol's file names, org.apache.spark.internal.io.HadoopMapReduceCommitProtocol#getFilename; Databricks puts a `tid-{number}` before the UUID.
"""

from __future__ import annotations

import re
from typing import Final

from whence.canonical import canonical
from whence.facts.event import Dataset
from whence.facts.shapes import Facets

_PART: Final = re.compile(
    r"(?P<directory>.*[^/])/part-\d{5,}-(?:tid-\d+-)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:[.-][\w.-]*)?",
    re.DOTALL,
)
_OF_ITS_OWN: Final = frozenset({"version", "datasetVersion", "whence_contentDigests", "symlinks", "subset"})
"""Facets that say of this very file which state it is in, or how else it is called: then it is a dataset of its own."""


def directory_of(dataset: Dataset, facets: Facets) -> str | None:
    """The name of the directory, when the dataset is a part file and nothing says more of it than that it was read."""
    return directory_in(dataset.name) if _OF_ITS_OWN.isdisjoint(facets) else None


def directory_in(name: str) -> str | None:
    """The directory's part of a part file's name. The UUID is what makes it sure: a plain `part-00000` may be anything."""
    found = _PART.fullmatch(name) if "/part-" in name else None
    return None if found is None else found["directory"]


def location(name: str) -> str:
    """The condition of a `subset` that is this file: OpenLineage LocationSubsetCondition 1-0-0, as canonical JSON."""
    return canonical({"type": "location", "locations": [name]}).decode()
