"""The header of a safetensors file: what its maker wrote into `__metadata__`, and the parameters in it.

Format: https://huggingface.co/docs/safetensors: eight bytes with the header's length, little-endian, then JSON.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_json

if TYPE_CHECKING:
    from pathlib import Path

MAX_HEADER_BYTES = 32 * 1024 * 1024
_MAX_ENTRIES = 200
_MAX_CHARACTERS = 2_000


def read_header(path: Path) -> dict[str, str]:
    """`__metadata__` under its own names, and `parameters`, `tensors` and `dtypes` of the tensors. Raises `DamagedError`."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 0 < length <= MAX_HEADER_BYTES:
                raise DamagedError(f"{path.name} has no header of safetensors")
            header = load_json(file.read(length))
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    if not isinstance(header, dict):
        raise DamagedError(f"{path.name} has no header of safetensors")
    tensors = [one for name, one in header.items() if name != "__metadata__" and isinstance(one, dict)]
    dtypes = sorted({one["dtype"] for one in tensors if isinstance(one.get("dtype"), str)})
    counted = {"tensors": str(len(tensors)), "parameters": str(sum(map(_parameters, tensors)))}
    return _written(header.get("__metadata__")) | counted | ({"dtypes": ", ".join(dtypes)} if dtypes else {})


def _written(metadata: Any) -> dict[str, str]:
    if not isinstance(metadata, dict):
        return {}
    texts = [(name, value[:_MAX_CHARACTERS]) for name, value in metadata.items() if isinstance(value, str)]
    return {f"metadata.{name[:_MAX_CHARACTERS]}": value for name, value in texts[:_MAX_ENTRIES]}


def _parameters(tensor: dict[str, Any]) -> int:
    shape = tensor.get("shape")
    plain = isinstance(shape, list) and len(shape) <= 32 and all(isinstance(n, int) and 0 <= n < 1 << 48 for n in shape)
    return math.prod(shape) if plain and isinstance(shape, list) else 0
