"""Read the metadata files of an Iceberg table: the newest, and those before it that are still there.

Source: the Iceberg table specification, "Table Metadata" and "File System Tables" (versions 1 to 3). A metadata file is immutable, and each
names the ones before it; so the older ones still tell of snapshots that have expired and of when a branch or tag was set.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeGuard

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import MAX_DOCUMENT_BYTES, inside, load_json, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = "metadata"
MAX_HISTORY_BYTES = 256 * 1024 * 1024
MAIN = "main"
_NEWEST_FORMAT = 3
_FILE = re.compile(r"(?:v(\d+)|(\d+)-[^/]*?)(?:\.gz)?\.metadata\.json(?:\.gz)?")
_HINT = "version-hint.text"
_MAX_NUMBER = 2**63


@dataclass(frozen=True, slots=True)
class Move:
    """A branch or a tag that was put on a snapshot, or taken away (None), at a time in milliseconds since 1970.

    Not `exact`: the oldest metadata file that is left has it already, and the time is that of the snapshot.
    """

    ref: str
    snapshot: int | None
    at: int
    exact: bool = True


@dataclass(slots=True)
class TableHistory:
    """What the metadata files of one table tell together. Snapshots by id, as the oldest file that has them gives them.

    `current` is the snapshot log: (milliseconds, snapshot id) of each move of the main branch. `moves` are those of the other refs.
    """

    uuid: str
    location: str
    latest: dict[str, Any]
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    current: set[tuple[int, int]] = field(default_factory=set)
    moves: list[Move] = field(default_factory=list)
    schemas: dict[int, dict[str, Any]] = field(default_factory=dict)


def is_table(folder: Path) -> bool:
    """Whether the folder is that of a table."""
    return (folder / FOLDER).is_dir() and any(_FILE.fullmatch(path.name) for path in (folder / FOLDER).iterdir())


def tables_below(source: Path) -> Iterator[Path]:
    """Every table's folder, the source itself or below; links to folders are not followed."""
    for here, names, _files in os.walk(source):
        names.sort()
        folder = source / here
        if FOLDER in names and is_table(folder):
            names.clear()
            yield folder


def newest_file(folder: Path) -> Path:
    """The newest metadata file: the one that the hint names, else the one of the highest number. Raises `DamagedError`."""
    files = [
        (int(match[1] or match[2]), path)
        for path in (folder / FOLDER).iterdir()
        if (match := _FILE.fullmatch(path.name))
    ]
    if not files:
        raise DamagedError("it has no metadata file")
    hint = folder / FOLDER / _HINT
    if hint.is_file():
        named = read_bytes(inside(folder, f"{FOLDER}/{_HINT}"), 1000).decode("utf-8", "replace").strip()
        hinted = [path for number, path in files if named in (str(number), path.name)]
        if hinted:
            return min(hinted)
    highest = max(number for number, _path in files)
    newest = [path for number, path in files if number == highest]
    # A commit that lost a race leaves a file of the same number behind.
    return newest[0] if len(newest) == 1 else max(newest, key=_updated)


def read_history(folder: Path, newest: Path, tell: Callable[[str, str], None]) -> TableHistory:
    """The newest metadata file and those that it names and that are left. Raises `DamagedError` when the newest cannot be read."""
    latest = _read(newest)
    older = _older(folder, latest, tell)
    uuid, location = latest.get("table-uuid"), latest.get("location")
    history = TableHistory(
        uuid if isinstance(uuid, str) and uuid else "", location if isinstance(location, str) else "", latest
    )
    if (form := latest.get("format-version")) is not None and form not in range(1, _NEWEST_FORMAT + 1):
        tell("format", f"the table has format version {form}; versions 1 to {_NEWEST_FORMAT} are known")
    refs: dict[str, int] | None = None
    for metadata in [*older, latest]:
        for snapshot in _objects(metadata, "snapshots"):
            if is_id(snapshot.get("snapshot-id")) and is_count(snapshot.get("timestamp-ms")):
                history.snapshots.setdefault(snapshot["snapshot-id"], snapshot)
        history.current |= _log(metadata)
        refs = _follow_refs(history, metadata, refs)
        for schema in _schemas(metadata):
            if is_count(schema.get("schema-id", 0)):
                history.schemas[schema.get("schema-id", 0)] = schema
    return history


def _read(path: Path) -> dict[str, Any]:
    given = read_bytes(path)
    if ".gz" in path.name:
        try:
            with gzip.GzipFile(fileobj=BytesIO(given)) as file:
                given = file.read(MAX_DOCUMENT_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise DamagedError(f"{path.name} is no gzip file") from error
        if len(given) > MAX_DOCUMENT_BYTES:
            raise DamagedError(f"{path.name} is larger than {MAX_DOCUMENT_BYTES:,} bytes")
    found = load_json(given)
    if not isinstance(found, dict):
        raise DamagedError(f"{path.name} is no table's metadata")
    return found


def _older(folder: Path, latest: dict[str, Any], tell: Callable[[str, str], None]) -> list[dict[str, Any]]:
    """Earlier metadata, oldest first: newest first until the limit is reached."""
    found: list[dict[str, Any]] = []
    size = 0
    for entry in reversed(_objects(latest, "metadata-log")):
        name = str(entry.get("metadata-file", "")).rpartition("/")[2]
        if not _FILE.fullmatch(name) or not (folder / FOLDER / name).exists():
            continue
        try:
            path = inside(folder, f"{FOLDER}/{name}")
            size += path.stat().st_size
            if size > MAX_HISTORY_BYTES:
                tell("older metadata files", f"together they are larger than {MAX_HISTORY_BYTES:,} bytes")
                break
            metadata = _read(path)
        except (DamagedError, OSError) as error:
            tell(f"metadata file {name}", str(error))
            continue
        if metadata.get("table-uuid") == latest.get("table-uuid"):
            found.append(metadata)
    return found[::-1]


def _follow_refs(history: TableHistory, metadata: dict[str, Any], before: dict[str, int] | None) -> dict[str, int]:
    """Note what moved since the file before."""
    given = metadata.get("refs")
    refs = {
        name: ref["snapshot-id"]
        for name, ref in (given.items() if isinstance(given, dict) else ())
        if name != MAIN and isinstance(ref, dict) and is_id(ref.get("snapshot-id"))
    }
    updated = metadata.get("last-updated-ms")
    at = updated if is_count(updated) else 0
    for name, snapshot in refs.items():
        if before is None and snapshot in history.snapshots:
            history.moves.append(Move(name, snapshot, history.snapshots[snapshot]["timestamp-ms"], exact=False))
        elif before is not None and before.get(name) != snapshot:
            history.moves.append(Move(name, snapshot, at))
    history.moves += [Move(name, None, at) for name in before or {} if name not in refs]
    return refs


def _log(metadata: dict[str, Any]) -> set[tuple[int, int]]:
    entries = ((entry.get("timestamp-ms"), entry.get("snapshot-id")) for entry in _objects(metadata, "snapshot-log"))
    return {(at, snapshot) for at, snapshot in entries if is_count(at) and is_id(snapshot)}


def _schemas(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """All schemas; format version 1 may have only the current one, under another key."""
    single = metadata.get("schema")
    return ([single] if isinstance(single, dict) else []) + _objects(metadata, "schemas")


def _objects(metadata: dict[str, Any], key: str) -> list[dict[str, Any]]:
    given = metadata.get(key)
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _updated(path: Path) -> tuple[int, str]:
    try:
        updated = _read(path).get("last-updated-ms")
    except DamagedError:
        updated = -1
    return (updated if is_count(updated) else -1, path.name)


def is_count(value: Any) -> TypeGuard[int]:
    """Whether it is a whole number of 0 or more that fits into 63 bits."""
    return is_id(value) and value >= 0


def is_id(value: Any) -> TypeGuard[int]:
    """Whether it is a whole number that fits into 64 bits with a sign."""
    return isinstance(value, int) and not isinstance(value, bool) and -_MAX_NUMBER <= value < _MAX_NUMBER
