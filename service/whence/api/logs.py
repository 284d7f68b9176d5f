"""Structured logs: one JSON object a line on standard error. Never a body, a key, a query string or a header."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

_FIELDS: Final = "{asctime}{levelname}{name}{message}"
_NAMES: Final = {"asctime": "time", "levelname": "level", "name": "logger"}


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send the logs of this process to `stream` (default: standard error) as JSON. Called by `serve`, never by a library."""
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(_FIELDS, style="{", rename_fields=_NAMES, datefmt="%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
