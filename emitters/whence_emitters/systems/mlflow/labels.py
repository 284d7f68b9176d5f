"""Tags that people gave."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from whence_emitters.importing.facets import tags
from whence_emitters.masking import MASK, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet

_SOURCE = "MLFLOW"
_TEXTS_KEPT = 16_384
_OF_SYSTEMS = ("mlflow.", "whence.")


def labels(given: Mapping[str, str], *, of: Literal["Run", "Dataset"]) -> Facet | None:
    """`tags` of those that are no system's own, secrets masked; None when there are none."""
    named = [(key, value) for key, value in given.items() if not key.startswith(_OF_SYSTEMS)]
    if not named:
        return None
    facet = tags({}, of=of, source=_SOURCE)
    return facet | {"tags": [_label(key, value) for key, value in named]}


@lru_cache(maxsize=_TEXTS_KEPT)
def _label(key: str, value: str) -> dict[str, str]:
    (label,) = tags({key: MASK if is_secret_name(key) else value}, of="Run", source=_SOURCE)["tags"]
    return dict(label)
