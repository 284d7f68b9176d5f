"""Read files that somebody else wrote: never outside the source, never more than a limit, never a document that builds objects.

Raises `DamagedError` for what cannot be used, with a reason for a person; the importer says so and goes on with the rest.
"""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError

if TYPE_CHECKING:
    from pathlib import Path

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
_MAX_NODES = 5_000_000
_UNBOUNDED = "its aliases or its nesting unfold without bound"


def inside(root: Path, relative: str) -> Path:
    """A path below `root`, links followed. Raises `DamagedError` when it leaves the folder."""
    try:
        path = (root / relative).resolve()
        below = path.is_relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError) as error:
        raise DamagedError(f"{relative!r} is no path: {error}") from error
    if not below:
        raise DamagedError(f"{relative!r} leads out of the source")
    return path


def read_bytes(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """A regular file of at most `limit` bytes. Raises `DamagedError`."""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(path.stat().st_mode):
                raise DamagedError(f"{path.name} is no regular file")
            found = file.read(limit + 1)
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error
    if len(found) > limit:
        raise DamagedError(f"{path.name} is larger than {limit:,} bytes")
    return found


def load_json(document: bytes | str) -> Any:
    """A JSON document. Raises `DamagedError`; NaN and the infinities are taken, as many tools write them."""
    try:
        return json.loads(document)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"it is no JSON: {_reason(error)}") from error


def load_yaml(document: bytes | str) -> Any:
    """One YAML document, plain values only. Raises `DamagedError`, on aliases that unfold without bound too."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(document, loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DamagedError(f"it is no YAML: {_reason(error)}") from error
    if isinstance(found, dict | list):
        _unfolded(found, 0, {})
    return found


def _unfolded(value: dict[Any, Any] | list[Any], depth: int, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many nodes a tree has, and levels below its first, when each alias counts as what it stands for.

    Aliases make a small document a huge tree: whoever walks it later would not end. Here each container is walked once: `known` has those that
    were, by id. Raises `DamagedError` when they are too many.
    """
    if depth > MAX_DEPTH:
        raise DamagedError(_UNBOUNDED)
    if id(value) not in known:
        inner = list(value.values()) if isinstance(value, dict) else value
        parts = [_unfolded(one, depth + 1, known) for one in inner if isinstance(one, dict | list)]
        nodes = 1 + len(inner) - len(parts) + sum(nodes for nodes, _levels in parts)
        known[id(value)] = nodes, (1 + max((levels for _nodes, levels in parts), default=0) if inner else 0)
    nodes, levels = known[id(value)]
    if nodes > _MAX_NODES or depth + levels > MAX_DEPTH:
        raise DamagedError(_UNBOUNDED)
    return nodes, levels


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
