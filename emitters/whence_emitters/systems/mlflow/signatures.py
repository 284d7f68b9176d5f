"""Signatures of models and types of columns, as MLflow writes them (`mlflow.types.Schema.to_json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.facets import model_signature
from whence_emitters.importing.files import load_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet


def signature_of(mlmodel: Any) -> Facet | None:
    """`whence_modelSignature` of an MLmodel document; None when it has none. Raises `DamagedError`."""
    if not isinstance(mlmodel, dict):
        raise DamagedError("it is no MLmodel document")
    signature = mlmodel.get("signature")
    if not isinstance(signature, dict):
        return None
    return model_signature(_fields(signature.get("inputs")), _fields(signature.get("outputs")))


def type_name(column: Mapping[str, Any]) -> str:
    """The type of a column; of an array, with that of its items.

    >>> type_name({"type": "array", "items": {"type": "double"}})
    'array<double>'
    """
    depth, inner = 0, column
    while isinstance(inner.get("items"), dict):
        depth, inner = depth + 1, inner["items"]
    return f"{'array<' * depth}{inner.get('type') or 'unknown'}{'>' * depth}"


def _fields(text: Any) -> list[dict[str, object]]:
    listed = load_json(text) if isinstance(text, str) else text
    return [_field(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _field(column: Mapping[str, Any]) -> dict[str, object]:
    named = {"name": str(column["name"])} if column.get("name") else {}
    optional = {"required": False} if column.get("required") is False else {}
    spec = column.get("tensor-spec")
    if not isinstance(spec, dict):
        return {**named, "type": type_name(column), **optional}
    shape = spec.get("shape")
    sizes = [size for size in shape if isinstance(size, int) and size >= -1] if isinstance(shape, list) else []
    return {**named, "type": str(spec.get("dtype") or "tensor"), "shape": sizes, **optional}
