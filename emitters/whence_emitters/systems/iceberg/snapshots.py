"""What a snapshot is made of: which snapshots went into it, and what its summary does not tell.

Source: the Iceberg table specification, "Snapshots" and the optional fields of a snapshot's summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence_emitters.systems.iceberg.metadata import is_id

if TYPE_CHECKING:
    from collections.abc import Mapping

# Rows arranged anew, or fewer rows; nothing new goes in.
_NOTHING_NEW = frozenset({"replace", "delete"})


@dataclass(frozen=True, slots=True)
class Origin:
    """`snapshots` went into it; `alone` says that nothing else did. `truncated` says that what it followed has expired."""

    snapshots: tuple[int, ...]
    alone: bool
    missing: Mapping[str, str]
    truncated: bool


def summary_of(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The summary, empty where there is none: format version 1 need not have it."""
    given = snapshot.get("summary")
    return given if isinstance(given, dict) else {}


def operation_of(snapshot: Mapping[str, Any]) -> str:
    """append, replace, overwrite or delete; `unknown` without a summary."""
    given = summary_of(snapshot).get("operation")
    return given.strip().lower()[:100] if isinstance(given, str) and given.strip() else "unknown"


def parent_of(snapshot: Mapping[str, Any]) -> int | None:
    """The snapshot that it followed, as it says."""
    given = snapshot.get("parent-snapshot-id")
    return given if is_id(given) and given != -1 else None


def figure(snapshot: Mapping[str, Any], name: str) -> int | None:
    """A number of the summary, which holds them as texts."""
    given = summary_of(snapshot).get(name)
    return int(given) if isinstance(given, str) and given.isdecimal() and len(given) < 19 else None


def origin_of(snapshot: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> Origin:
    """Decide it by the summary's figures: files that were there before and still are, or rows made of earlier rows."""
    operation, parent = operation_of(snapshot), parent_of(snapshot)
    if figure(snapshot, "total-data-files") == 0:
        return Origin((), alone=False, missing={}, truncated=False)
    alone = operation in _NOTHING_NEW
    missing = {} if alone else {"inputs": "Iceberg does not record what was read to write a snapshot"}
    if operation == "unknown":
        missing["operation"] = "the snapshot has no summary, which format version 1 allows"
    elif operation == "overwrite" and _carried(snapshot) == 0:
        missing["rows kept"] = "the summary does not tell whether an overwrite copied rows of the snapshot before"
    picked = _picked(snapshot)
    if parent is None:
        return Origin(picked, alone=False, missing=missing, truncated=_lost_its_parent(snapshot, operation))
    if parent in known and figure(known[parent], "total-data-files") == 0:
        return Origin(picked, alone=False, missing=missing, truncated=False)
    return Origin((parent, *picked), alone=alone, missing=missing, truncated=parent not in known)


def _carried(snapshot: Mapping[str, Any]) -> int | None:
    total, added = figure(snapshot, "total-data-files"), figure(snapshot, "added-data-files")
    return None if total is None else total - (added or 0)


def _picked(snapshot: Mapping[str, Any]) -> tuple[int, ...]:
    """The snapshot whose changes a cherry-pick took over."""
    given = summary_of(snapshot).get("source-snapshot-id")
    return (int(given),) if isinstance(given, str) and given.isdecimal() and len(given) < 20 else ()


def _lost_its_parent(snapshot: Mapping[str, Any], operation: str) -> bool:
    """Whether it followed a snapshot that has expired: expiring takes the parent's id away.

    The first snapshot of a table has sequence number 1, and in format version 1 none at all. A later one without a parent that carries
    no file over begins a table that was replaced, or followed an empty one.
    """
    number, carried = snapshot.get("sequence-number", 0), _carried(snapshot)
    if number == 1:
        return False
    if carried is None:
        return bool(number)
    return carried > 0 or operation not in {"append", "unknown"}
