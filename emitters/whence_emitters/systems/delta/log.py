"""Read `_delta_log`: which commits there are, and what each one says.

Source: the Delta transaction log protocol, "Delta Log Entries" and "Actions". One JSON object a line; a commit is immutable.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import unquote

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.files import MAX_DOCUMENT_BYTES, inside, load_json
from whence_emitters.systems.delta.file_set import FileKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG = "_delta_log"
MAX_COMMIT_BYTES = 2 * 1024**3
_COMMIT = re.compile(r"(\d{20})\.json")
_MAX_NUMBER = 2**63
_LATEST = 253_402_300_799_000  # the end of the year 9999


@dataclass(slots=True)
class Actions:
    """What one commit holds. Sizes are in bytes, times in milliseconds since 1970.

    `rows` of the files that it added; None where one has no statistics. `changes_data` is None without any file action.
    """

    version: int
    sha256: str = ""
    info: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] | None = None
    added: list[tuple[FileKey, int]] = field(default_factory=list)
    removed: list[FileKey] = field(default_factory=list)
    rows: int | None = 0
    changes_data: bool | None = None
    file_time: int | None = None

    @property
    def time(self) -> int | None:
        """The commit's own time, else that of its files, else that of the table's creation."""
        given = (self.info.get("inCommitTimestamp"), self.info.get("timestamp"), self.file_time)
        created = (self.metadata or {}).get("createdTime")
        return next((one for one in (*given, created) if is_count(one) and one <= _LATEST), None)


def tables_below(source: Path) -> Iterator[Path]:
    """Every folder with a `_delta_log`, the source itself or below, links to folders not followed. Raises `SourceError`."""
    if not source.is_dir():
        raise SourceError(f"{source} is no folder.", "give the folder of a Delta table, or a folder of tables")
    if (source / LOG).is_dir():
        yield source
        return
    found = sorted(folder for folder in _folders(source) if (folder / LOG).is_dir())
    if not found:
        raise SourceError(f"There is no Delta table in {source}.", f"a table's folder holds a folder {LOG}")
    yield from found


def _folders(source: Path) -> Iterator[Path]:
    for folder, names, _files in os.walk(source):
        here = source / folder
        if LOG in names:
            names.clear()
            yield here


def commits_of(table: Path) -> dict[int, Path]:
    """The commits that are left, by version, oldest first; compacted files and checkpoints are none.

    Raises `DamagedError` when the log leads out of the table's folder.
    """
    found = {}
    for path in inside(table, LOG).iterdir():
        if match := _COMMIT.fullmatch(path.name):
            found[int(match[1])] = path
    return dict(sorted(found.items()))


def read_commit(version: int, path: Path) -> Actions:
    """One commit. Raises `DamagedError`."""
    actions = Actions(version)
    sha256 = hashlib.sha256()
    for line in lines_of(path):
        sha256.update(line)
        if line.strip():
            take_action(actions, load_json(line))
    actions.sha256 = sha256.hexdigest()
    return actions


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file of bounded size in the log. Raises `DamagedError`."""
    total = 0
    try:
        if path.is_symlink():
            path = inside(path.parent, path.name)
        if not path.is_file():
            raise DamagedError(f"{path.name} is no regular file")
        with path.open("rb") as file:
            while line := file.readline(MAX_DOCUMENT_BYTES + 1):
                total += len(line)
                if len(line) > MAX_DOCUMENT_BYTES or total > MAX_COMMIT_BYTES:
                    raise DamagedError(f"{path.name} is larger than {MAX_COMMIT_BYTES:,} bytes, or a line of it is")
                yield line
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from error


def take_action(actions: Actions, given: Any) -> None:
    """Add one action to a commit; kinds that say nothing of lineage are passed over. Raises `DamagedError`."""
    if not isinstance(given, dict):
        raise DamagedError("a line is no object")
    for kind, said in given.items():
        if said is None:
            continue
        if kind in {"add", "remove", "commitInfo", "metaData"} and not isinstance(said, dict):
            raise DamagedError(f"the action {kind} is no object")
        if kind == "add":
            _take_add(actions, said)
        elif kind == "remove":
            actions.removed.append(_key_of(said))
            _take_file(actions, said, said.get("deletionTimestamp"))
        elif kind == "commitInfo":
            actions.info = said
        elif kind == "metaData":
            actions.metadata = said


def _take_add(actions: Actions, add: dict[str, Any]) -> None:
    key = _key_of(add)
    if not is_count(add.get("size")):
        raise DamagedError(f"the file {key.path!r} has no size")
    actions.added.append((key, add["size"]))
    _take_file(actions, add, add.get("modificationTime"))
    # A file that comes back with a deletion vector brings no rows: some of its rows are gone.
    if not key.deletion_vector and actions.rows is not None:
        rows = _rows_of(add.get("stats"))
        actions.rows = None if rows is None else actions.rows + rows


def _take_file(actions: Actions, action: dict[str, Any], time: Any) -> None:
    actions.changes_data = bool(actions.changes_data) or action.get("dataChange") is not False
    if is_count(time):
        actions.file_time = max(time, actions.file_time or 0)


def _key_of(action: dict[str, Any]) -> FileKey:
    path, vector = action.get("path"), action.get("deletionVector")
    if not isinstance(path, str) or not path:
        raise DamagedError("a file has no path")
    return FileKey(unquote(path), deletion_vector_id(vector) if vector is not None else "")


def deletion_vector_id(vector: Any) -> str:
    """The unique id of a deletion vector, as the protocol joins it. Raises `DamagedError`."""
    if not isinstance(vector, dict) or not all(
        isinstance(vector.get(k), str) for k in ("storageType", "pathOrInlineDv")
    ):
        raise DamagedError("a deletion vector is none")
    offset = vector.get("offset")
    return f"{vector['storageType']}{vector['pathOrInlineDv']}" + ("" if offset is None else f"@{offset}")


def _rows_of(stats: Any) -> int | None:
    try:
        told = load_json(stats) if isinstance(stats, str) else None
    except DamagedError:
        return None
    rows = told.get("numRecords") if isinstance(told, dict) else None
    return rows if is_count(rows) else None


def is_count(value: Any) -> TypeGuard[int]:
    """Whether it is a whole number of 0 or more that fits into 63 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_NUMBER
