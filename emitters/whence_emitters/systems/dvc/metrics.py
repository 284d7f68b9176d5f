"""The numbers in a metrics file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from whence_emitters.errors import DamagedError
from whence_emitters.facets import flat, metric_value
from whence_emitters.importing.files import load_json, load_yaml

MAX_BYTES = 1024 * 1024
_MAX_METRICS = 1000
_PARSERS: dict[str, Callable[[bytes], Any]] = {".json": load_json, ".yaml": load_yaml, ".yml": load_yaml}


def measurements(path: str, data: bytes) -> list[dict[str, object]] | None:
    """Its numbers by dotted names, the first thousand, as `whence_metrics` lists them; None when it cannot be read."""
    parse = _PARSERS.get(PurePosixPath(path).suffix.lower())
    if parse is None:
        return None
    try:
        found = parse(data)
    except DamagedError:
        return None
    if not isinstance(found, dict):
        return None
    numbers = {
        name: value
        for name, value in flat(found).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return [
        {"name": name, "value": metric_value(value)} for name, value in list(numbers.items())[:_MAX_METRICS] if name
    ]
