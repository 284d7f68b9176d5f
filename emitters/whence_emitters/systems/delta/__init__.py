"""Import Delta tables: every commit that their logs still hold.

Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md. Only `_delta_log` is read, never the data.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.live.commit_properties import writer_of
from whence_emitters.names import dataset_name
from whence_emitters.systems.delta.checkpoints import NeedsLibraryError, Remains, State
from whence_emitters.systems.delta.log import commits_of, read_commit, tables_below
from whence_emitters.systems.delta.mapping import Table, Version, commit_of, described_by, properties_of
from whence_emitters.systems.delta.origins import Around, operation_of, origin_of, restored_version
from whence_emitters.systems.table_commits import events_of, not_before, untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence_emitters.systems.delta.log import Actions
    from whence_emitters.systems.delta.origins import Origin


_WITHOUT_FILES = " without files"


def identify(reading: Reading) -> str:
    """The name of the table, or of the folder of tables."""
    named = dataset_name(_root(reading))
    return f"{named.namespace} {named.name}"


def read(reading: Reading) -> Iterator[Record]:
    """Each commit of each table, table by table. Raises `SourceError`."""
    source = Path(reading.location)
    for folder in tables_below(source):
        named = dataset_name(
            os.path.normpath(folder) if "name" not in reading.options else _below(reading, source, folder)
        )
        try:
            yield from _History(folder, Table(named.namespace, named.name), reading).records()
        except DamagedError as error:
            reading.cannot_read(f"{named.namespace} {named.name}", error.message)
        except OSError as error:
            reading.cannot_read(f"{named.namespace} {named.name}", error.strerror or type(error).__name__)


def _root(reading: Reading) -> str:
    return str(reading.options.get("name") or os.path.normpath(reading.location))


def _below(reading: Reading, source: Path, folder: Path) -> str:
    inner = folder.relative_to(source).as_posix()
    root = _root(reading).rstrip("/")
    return root if inner == "." else f"{root}/{inner}"


class _History:
    """One table's log, walked from its oldest commit to its newest."""

    def __init__(self, folder: Path, table: Table, reading: Reading) -> None:
        self._folder = folder
        self._table = table
        self._reading = reading
        self._state = State()
        self._times: list[tuple[int, int]] = []
        self._digests: dict[int, str | None] = {}

    def records(self) -> Iterator[Record]:
        commits = commits_of(self._folder)
        remains = Remains(self._folder)
        if not commits:
            raise SourceError(f"{self._folder} holds no commit.", "its log was removed; nothing can be told")
        for version, path in commits.items():
            self._reach(version, remains)
            try:
                actions = read_commit(version, path)
            except DamagedError as error:
                self._lose(version, f"commit {version}", error)
                self._reading.cannot_read(f"{self._table.name}@{version}", str(error))
                continue
            yield from self._record(actions, commits)

    def _reach(self, version: int, remains: Remains) -> None:
        """Be at the version before: by the commits so far, else by what is left of those that are gone."""
        here = self._state.version == version - 1
        if here and (self._state.files is not None or not remains.has_checkpoint(version - 1)):
            return
        try:
            self._state = remains.state_before(version, self._state)
            self._describe()
        except DamagedError as error:
            self._lose(version - 1, "active files", error)
        if not here:
            self._reading.cannot_tell(
                f"commits of {self._table.name} before version {version}",
                "the log was cleaned up; its history is truncated",
            )

    def _lose(self, version: int, what: str, error: DamagedError) -> None:
        self._state = replace(self._state, version=version, files=None)
        why = f"{error.message}; {error.hint}" if isinstance(error, NeedsLibraryError) else error.message
        self._reading.cannot_tell(f"{what} of {self._table.name} at version {version}", why)

    def _describe(self) -> None:
        table_id = self._state.metadata.get("id")
        self._table = replace(
            self._table,
            table_id=table_id if isinstance(table_id, str) and table_id else None,
            described=described_by(self._state.metadata),
        )

    def _record(self, actions: Actions, commits: dict[int, Path]) -> Iterator[Record]:
        around = self._apply(actions)
        time = self._time(actions)
        digest = self._digest(actions.version)
        key = f"{self._table.namespace} {self._table.name}@{actions.version}"
        # What was once imported with its files is not sent again without them, after the log was cleaned up.
        if self._reading.unchanged(key, actions.sha256):
            return
        stamp = actions.sha256
        if around.after is None:
            stamp += _WITHOUT_FILES
            if self._reading.unchanged(key, stamp):
                return
        origin = self._origin(actions, around)
        version = Version(
            actions, time, origin, digest, around.after, self._state.files.bytes if self._state.files else None,
            gone=origin.version is not None and origin.version not in commits, timed=actions.time is not None,
        )  # fmt: skip
        try:
            yield Record(key, events_of(commit_of(self._table, version)), stamp)
        except OverflowError:
            self._reading.cannot_read(key, "its time is beyond the year 9999")

    def _time(self, actions: Actions) -> int:
        """In microseconds, later than that of the commit before."""
        last = self._times[-1][0] if self._times else None
        time = (last or 0) + 1 if actions.time is None else not_before(actions.time, last)
        self._times.append((time, actions.version))
        return time

    def _origin(self, actions: Actions, around: Around) -> Origin:
        restored = restored_version(actions, self._times)
        origin = origin_of(actions, around, restored)
        if operation_of(actions) == "RESTORE" and not self._same_files(actions.version, restored):
            origin = replace(origin, missing={"restored files": f"they are not those of version {restored}"})
        origin = replace(origin, missing=untold(origin.missing, writer_of(properties_of(actions))))
        for what, why in origin.missing.items():
            self._reading.cannot_tell(what, why)
        return origin

    def _apply(self, actions: Actions) -> Around:
        self._state.version = actions.version
        if actions.metadata is not None:
            self._state.metadata = actions.metadata
            self._describe()
        files = self._state.files
        if files is None:
            return Around()
        before = len(files)
        stayed = files.apply(actions.removed, actions.added)
        return Around(before, len(files), stayed)

    def _same_files(self, version: int, restored: int | None) -> bool:
        """Whether the files of both are alike, as far as they are known: a RESTORE may leave out what was vacuumed."""
        if restored is None:
            return True
        now, then = self._digests.get(version), self._digests.get(restored)
        return now is None or then is None or now == then

    def _digest(self, version: int) -> str | None:
        files, table_id = self._state.files, self._table.table_id
        self._digests[version] = digest = files.digest(table_id) if files is not None and table_id else None
        return digest


IMPORTER = Importer(
    system="delta",
    source="the folder of a Delta table, or a folder of tables",
    example="whence-emit import delta ./tables/loans",
    identify=identify,
    read=read,
    options=(
        Option("name", "what the table is called, when the folder is a copy of it: s3://bucket/tables/loans", "URI"),
    ),
)
