"""Tags that people gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from whence_emitters.importing.facets import tags
from whence_emitters.masking import MASK, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet

_OF_SYSTEMS = ("mlflow.", "whence.")


def labels(given: Mapping[str, str], *, of: Literal["Run", "Dataset"]) -> Facet | None:
    """`tags` of those that are no system's own, secrets masked; None when there are none."""
    named = {
        key: MASK if is_secret_name(key) else value for key, value in given.items() if not key.startswith(_OF_SYSTEMS)
    }
    return tags(named, of=of, source="MLFLOW") if named else None
