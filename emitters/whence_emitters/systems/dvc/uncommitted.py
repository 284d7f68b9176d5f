"""Results that no commit holds: of the work tree, of the run cache, and of a project without git.

The run cache (`.dvc/cache/runs/xx/{key}/{value}`) keeps a lock entry of every state that a stage ever had, but neither its name nor a
time. The name is that of the stage with the same paths; the time, the earliest that is possible (`Known.time_of`), since the times of files
differ from clone to clone. Without git there is nothing but the time of dvc.lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.files import inside, read_bytes
from whence_emitters.importing.times import from_seconds
from whence_emitters.names import printable
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES, is_tracking, stage_of_run_cache
from whence_emitters.systems.dvc.history import SPECS, Known, shapes_of
from whence_emitters.systems.dvc.results import LOCK, TRACKED, Documents
from whence_emitters.systems.dvc.stages import Result, Runs, Standing
from whence_emitters.systems.dvc.traces import standing_of
from whence_emitters.systems.git_commands import GitCommands

RUN_CACHE = "runs"
_UNTOLD = (
    (
        "start and end",
        "DVC keeps none and no commit has it: both are the time of the newest commit that it can have started from",
    ),
    ("codeState", "DVC keeps no commit, and none has the result"),
)
_UNTOLD_WITHOUT_GIT = (
    ("start and end", "DVC keeps none and there is no git: both are the time when dvc.lock was last written"),
    ("codeState", "there is no git"),
)
_MAX_FOLDERS = 100_000


class Uncommitted:
    """Reads what lies in `folder`, a project's or repository's root, beside its history."""

    def __init__(
        self, reading: Reading, folder: Path, documents: Documents, runs: Runs, known: Known, *, in_git: bool
    ) -> None:
        self._reading = reading
        self._folder = folder
        self._untold = _UNTOLD if in_git else _UNTOLD_WITHOUT_GIT
        self._documents = documents
        self._runs = runs
        self._known = known

    def of_work_tree(self, paths: Iterable[str]) -> Iterator[Record]:
        """A record for each result in files of the work tree that the history does not hold."""
        for path in sorted(paths):
            try:
                file = inside(self._folder, path)
                document, written = read_bytes(file, MAX_DOCUMENT_BYTES), file.stat().st_mtime
            except (DamagedError, OSError) as error:
                self._reading.cannot_read(printable(path), getattr(error, "message", type(error).__name__))
                continue
            for result in self._documents.results(None, path, document):
                time = self._known.time_of(result.stage) or from_seconds(written)
                if not is_tracking(result.stage):
                    yield from self._record(result, time)
                self._known.add(result, time)

    def of_run_cache(self, root: str, cache: Path) -> Iterator[Record]:
        """A record for each state in the run cache of the project at `root` that nothing else told."""
        told: list[tuple[str, Result]] = []
        for path in run_cache_entries(cache):
            try:
                stage = stage_of_run_cache(read_bytes(path, MAX_DOCUMENT_BYTES))
            except DamagedError as error:
                self._reading.cannot_read(f"run cache {path.parent.name}", error.message)
                continue
            like = next((self._known.shapes[shape] for shape in shapes_of(stage) if shape in self._known.shapes), None)
            if like is None:
                self._reading.cannot_tell("a run of the run cache", "no dvc.lock names a stage with its outputs")
                continue
            if (time := self._known.time_of(stage)) is not None:
                told.append((time, replace(like, stage=stage)))
        for time, result in sorted(told, key=lambda one: (one[0], one[1].address, one[1].stage.identity)):
            yield from self._record(result, time)

    def _record(self, result: Result, time: str) -> Iterator[Record]:
        ref = self._runs.ref(result)
        if ref.run_id in self._known.runs:
            return
        self._known.runs.add(ref.run_id)
        key, stamp = f"run:{ref.run_id}", "uncommitted"
        if not self._reading.unchanged(key, stamp):
            standing = standing_of(self._folder, ref.run_id, Standing(time, time, missing=self._untold))
            yield Record(key, self._runs.run(ref, result, standing).events(), stamp)


def run_cache_entries(cache: Path) -> list[Path]:
    """The files of a run cache, one a state."""
    return sorted(cache.glob(f"{RUN_CACHE}/[0-9a-f][0-9a-f]/*/*"))


def in_work_tree(folder: Path, *more: str) -> list[str]:
    """dvc.lock and `*.dvc` files in a work tree that git does not ignore, and what `more` pathspecs name."""
    git = GitCommands(folder)
    try:
        found = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SPECS, *more)
    finally:
        git.close()
    named = dict.fromkeys(part.decode("utf-8", "surrogateescape") for part in found.split(b"\0") if part)
    return [path for path in named if (folder / path).is_file()]


def in_folder(folder: Path, reading: Reading) -> list[str]:
    """dvc.lock and `*.dvc` files below a folder without git; hidden folders hold none."""
    found: list[str] = []
    for seen, (where, folders, names) in enumerate(os.walk(folder)):
        if seen >= _MAX_FOLDERS:
            reading.cannot_tell("files below the folder", f"only the first {_MAX_FOLDERS:,} folders were looked at")
            break
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(where)
        found += [(here / name).relative_to(folder).as_posix() for name in names if name == LOCK or _is_dvc_file(name)]
    return found


def _is_dvc_file(name: str) -> bool:
    return name.endswith(TRACKED) and name != TRACKED
