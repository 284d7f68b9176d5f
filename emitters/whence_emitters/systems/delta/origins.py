"""Which earlier version one commit's version was made of, if any: decided by the files, and by what the commit says that it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from whence_emitters.importing.times import parse
from whence_emitters.systems.delta.log import is_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence_emitters.systems.delta.log import Actions

# They make rows out of the rows before them, and of nothing else that the log would have to name.
_OWN_ROWS = frozenset({"DELETE", "UPDATE", "OPTIMIZE", "REORG", "RESTORE", "TRUNCATE"})
_KEEP_ROWS = _OWN_ROWS | {"MERGE"}
_SAYS_PART = ("predicate", "replaceWhere")
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """`version` is the version that was kept, restored or rewritten, None when nothing of any was.

    `alone` says that nothing else went in. `missing` is what the log does not tell, and why.
    """

    version: int | None
    alone: bool
    missing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Around:
    """Numbers of files before and after the commit, and of those that stayed; None when they are not known."""

    before: int | None = None
    after: int | None = None
    stayed: int | None = None


def operation_of(actions: Actions) -> str:
    """The operation in capitals, `UNKNOWN` when the commit does not say."""
    given = actions.info.get("operation")
    return given.strip().upper()[:100] if isinstance(given, str) and given.strip() else "UNKNOWN"


def origin_of(actions: Actions, files: Around, restored: int | None) -> Origin:
    """Decide it. `restored` is the version that a RESTORE brought back, as far as it is known."""
    operation = operation_of(actions)
    if operation == "RESTORE":
        missing = {} if restored is not None else {"restored version": "the commit names no version that is left"}
        return Origin(restored, alone=restored is not None, missing=missing)
    if actions.version == 0 or files.before == 0 or files.after == 0:
        return Origin(None, alone=False, missing=_unsaid(actions, operation))
    rewritten = not actions.changes_data
    kept = rewritten or operation in _KEEP_ROWS or _keeps_part(actions, operation, files)
    alone = rewritten or operation in _OWN_ROWS
    missing = {} if alone else _unsaid(actions, operation)
    return Origin(actions.version - 1 if kept else None, alone=alone and kept, missing=missing)


def _keeps_part(actions: Actions, operation: str, files: Around) -> bool:
    """Whether a write left rows in place: those in files that stayed, or those that a partial overwrite copied."""
    if files.stayed is not None and files.stayed > 0:
        return True
    told = _parameters(actions)
    if (
        any(told.get(name) not in (None, "", "[]") for name in _SAYS_PART)
        or told.get("partitionOverwriteMode") == "dynamic"
    ):
        return True
    if files.stayed is not None:
        return False
    overwrites = str(told.get("mode", "")).lower() == "overwrite" or "REPLACE TABLE" in operation
    return not overwrites and operation != "UNKNOWN"


def _unsaid(actions: Actions, operation: str) -> dict[str, str]:
    if operation == "UNKNOWN":
        return {"operation": "the commit has no commitInfo, which the protocol allows"}
    if not actions.added:
        return {}
    return {"inputs": "a Delta log does not record what was read to write a version"}


def restored_version(actions: Actions, times: Sequence[tuple[int, int]]) -> int | None:
    """The version that a RESTORE names, or the newest one of the time that it names; `times` are (microseconds, version) in order."""
    told = _parameters(actions)
    version = told.get("version")
    if isinstance(version, str) and version.isdecimal() and len(version) < 20:
        version = int(version)
    if is_count(version) and version < actions.version:
        return version
    instant = _instant(told.get("timestamp") or told.get("datetime"))
    if instant is None:
        return None
    return max((number for time, number in times if time <= instant and number < actions.version), default=None)


def _instant(given: object) -> int | None:
    """Milliseconds since 1970 (delta-rs) or a text (Spark), as microseconds."""
    if isinstance(given, str) and given.isdecimal() and len(given) < 20:
        return int(given) * 1000
    if isinstance(given, int):
        return given * 1000
    try:
        time: datetime = parse(str(given))
    except ValueError:
        return None
    return int(time.timestamp() * _MICROSECONDS)


def _parameters(actions: Actions) -> Mapping[str, object]:
    told = actions.info.get("operationParameters")
    return told if isinstance(told, dict) else {}
