"""Find the state of a table where commits are gone: from a checkpoint, or from a compacted file.

Source: the Delta transaction log protocol, "Checkpoints" and "Log Compaction Files". A checkpoint holds the active files of its version, a
compacted file the sum of the commits that it covers; neither says who wrote them or when.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import inside, load_json
from whence_emitters.systems.delta.file_set import FileSet
from whence_emitters.systems.delta.log import LOG, Actions, lines_of, take_action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10})|\.[0-9a-fA-F-]{36})?\.(parquet|json)")
_COMPACTED = re.compile(r"(\d{20})\.(\d{20})\.compacted\.json")
_SIDECARS = "_sidecars"
_KINDS = ("add", "metaData", "sidecar")
_BATCH_ROWS = 10_000


class NeedsLibraryError(DamagedError):
    """A checkpoint in Parquet, and no library that reads it."""

    def __init__(self) -> None:
        super().__init__(
            "its checkpoint is a Parquet file", "pip install 'whence-emitters[delta]', then import with --again"
        )


@dataclass(slots=True)
class State:
    """What a table is at one version: its active files, None when they are not known, and its latest metaData."""

    version: int = -1
    files: FileSet | None = field(default_factory=FileSet)
    metadata: dict[str, Any] = field(default_factory=dict)


class Remains:
    """The checkpoints and compacted files of one table."""

    def __init__(self, table: Path) -> None:
        names = sorted(path.name for path in (table / LOG).iterdir())
        self._table = table
        self._checkpoints = _checkpoints(names)
        self._compacted = _compacted(names)

    def has_checkpoint(self, version: int) -> bool:
        """Whether there is a whole checkpoint of that version."""
        return version in self._checkpoints

    def state_before(self, version: int, known: State) -> State:
        """The state that the commit `version` followed, found from the last state that is known.

        Raises `DamagedError` when nothing that is left tells it.
        """
        state = known
        usable = [number for number in self._checkpoints if known.version < number < version]
        if known.files is None and self.has_checkpoint(version - 1):
            usable = [version - 1]
        if usable:
            state = _read_checkpoint(self._table, max(usable), self._checkpoints[max(usable)])
        for first, last, name in self._compacted:
            if state.files is not None and first <= state.version + 1 <= last < version:
                _apply_compacted(self._table, state, last, name)
        if state.version != version - 1 or state.files is None:
            raise DamagedError(f"no checkpoint holds version {version - 1}")
        return state


def _checkpoints(names: list[str]) -> dict[int, list[str]]:
    """The files of each complete checkpoint: one, or all parts of one."""
    whole: dict[int, list[str]] = {}
    parts: dict[tuple[int, int], list[str]] = {}
    for name in names:
        match = _CHECKPOINT.fullmatch(name)
        if match is None:
            continue
        if match[2] is None:
            whole.setdefault(int(match[1]), [name])
        else:
            parts.setdefault((int(match[1]), int(match[3])), []).append(name)
    for (number, count), files in parts.items():
        if len(files) == count:
            whole.setdefault(number, files)
    return whole


def _compacted(names: list[str]) -> list[tuple[int, int, str]]:
    matches = ((name, _COMPACTED.fullmatch(name)) for name in names)
    return sorted((int(match[1]), int(match[2]), name) for name, match in matches if match)


def _read_checkpoint(table: Path, number: int, names: list[str]) -> State:
    state = State(version=number)
    sidecars: list[str] = []
    for name in names:
        _take_all(state, _actions_in(inside(table, f"{LOG}/{name}")), sidecars)
    for sidecar in sidecars:
        name = sidecar.rpartition("/")[2]
        _take_all(state, _actions_in(inside(table, f"{LOG}/{_SIDECARS}/{name}")), [])
    return state


def _take_all(state: State, found: Iterator[dict[str, Any]], sidecars: list[str]) -> None:
    assert state.files is not None
    for action in found:
        actions = Actions(state.version)
        take_action(actions, {kind: action.get(kind) for kind in ("add", "metaData")})
        state.files.apply((), actions.added)
        state.metadata = actions.metadata or state.metadata
        sidecar = action.get("sidecar")
        if isinstance(sidecar, dict) and isinstance(sidecar.get("path"), str):
            sidecars.append(sidecar["path"])


def _apply_compacted(table: Path, state: State, last: int, name: str) -> None:
    assert state.files is not None
    actions = Actions(last)
    for line in lines_of(inside(table, f"{LOG}/{name}")):
        if line.strip():
            take_action(actions, load_json(line))
    state.files.apply(actions.removed, actions.added)
    state.metadata = actions.metadata or state.metadata
    state.version = last


def _actions_in(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".json":
        for line in lines_of(path):
            if line.strip() and isinstance(action := load_json(line), dict):
                yield action
        return
    yield from _rows_of_parquet(path)


def _rows_of_parquet(path: Path) -> Iterator[dict[str, Any]]:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise NeedsLibraryError from error
    try:
        with parquet.ParquetFile(path) as file:
            kinds = [kind for kind in _KINDS if kind in file.schema_arrow.names]
            for batch in file.iter_batches(_BATCH_ROWS, columns=kinds):
                yield from batch.to_pylist()
    except (arrow.ArrowException, OSError) as error:
        raise DamagedError(f"{path.name} cannot be read: {error}") from error
