"""`whence-emit dvc`: run DVC, and tell each stage that it ran as a run of its own, with its time, below the command's run.

DVC writes dvc.lock after each stage, so the file is looked at while DVC runs. What is new in it ran now, unless the run cache held it
before: then DVC only brought it back. A run's id and versions are those of the import (`stages`), and a trace of its time is left for it.
Nothing here may stop or fail the command.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from whence_emitters import settings
from whence_emitters.errors import DamagedError
from whence_emitters.git import code_state
from whence_emitters.ids import now
from whence_emitters.importing.contract import Reading
from whence_emitters.importing.facets import parent
from whence_emitters.importing.files import read_bytes
from whence_emitters.importing.times import from_seconds
from whence_emitters.masking import MASK, is_secret_name, mask_command, shown_error
from whence_emitters.parents import PARENT_VARIABLE, parse_run
from whence_emitters.sender import ask_to_send
from whence_emitters.spool import Spool
from whence_emitters.steps import Step, step
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES, is_tracking, stage_of_run_cache
from whence_emitters.systems.dvc.read import caches_of, places_of
from whence_emitters.systems.dvc.results import LOCK, PIPELINE, Documents
from whence_emitters.systems.dvc.stages import Result, Runs, Standing
from whence_emitters.systems.dvc.traces import TOLD_BY_WATCHING, Trace, leave
from whence_emitters.systems.dvc.uncommitted import in_work_tree, run_cache_entries
from whence_emitters.systems.repository import Repository
from whence_emitters.wrapped import run_inside

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_CHANGES_DIRECTORY = "--cd"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was at a time, in seconds since 1970."""

    time: float
    path: str
    document: bytes


def run_dvc(arguments: Sequence[str]) -> int:
    """Run `dvc` with these arguments; its exit code is ours. The command's run is told too, whatever it did."""
    command = ["dvc", *arguments]
    verb = next((word for word in arguments if not word.startswith("-")), "")
    recorded = step(f"dvc {verb}".strip(), params={"command": " ".join(_shown(command))}, repo=Path.cwd())
    watch = None
    if not settings.disabled():
        with _never_failing():
            watch = Watch(_folder(arguments))
    return run_inside(recorded, command, lambda s: _tell(watch, s))


def _tell(watch: Watch | None, recorded: Step) -> None:
    if watch is not None:
        with _never_failing():
            watch.tell(recorded)


class Watch:
    """Watches the dvc.lock and `*.dvc` files of the repository that a folder lies in, from now on. Raises `SourceError`, OSError."""

    def __init__(self, folder: Path) -> None:
        self._started = now()
        code = code_state(folder)
        self._standing = Standing(
            self._started, self._started, code.repository if code else None, code.commit if code else None,
            code.dirty if code else None, missing=TOLD_BY_WATCHING,
        )  # fmt: skip
        with Repository(folder) as repository:
            self._root = repository.root
            self._places = places_of(repository)
        self._latest: dict[str, Seen] = {}
        self._seen: list[Seen] = []
        self._look_again(self._paths())
        self._before, self._seen = self._seen, []
        self._over = Event()
        self._thread = Thread(target=self._watch, name="whence-dvc", daemon=True)
        self._thread.start()

    def tell(self, recorded: Step) -> None:
        """Tell the runs of the stages that ran since, below a step. Raises OSError and the errors of this package."""
        self._over.set()
        self._thread.join()
        self._look_again(self._paths())
        run = parse_run(recorded.child_environment().get(PARENT_VARIABLE, ""))
        spool = Spool(settings.spool_folder(), settings.spool_max_bytes())
        contents = Contents(Reading(str(self._root)), None, self._root, self._caches())
        runs = Runs(self._places, contents)
        for result, started, ended in self._ran(Documents(Reading(str(self._root)), contents)):
            ref = runs.ref(result)
            code = self._standing
            standing = Standing(started, ended, code.repository, code.commit, code.dirty, missing=code.missing)
            for event in runs.run(ref, result, standing, parent=parent(run) if run else None).events():
                spool.put(event)
            leave(self._root, ref.run_id, Trace(started, ended, code.repository, code.commit, code.dirty))
        ask_to_send(spool)

    def _ran(self, documents: Documents) -> Iterator[tuple[Result, str, str]]:
        """Results that are new, each with its start and end; they came about one after the other."""
        known = {
            (result.address, result.stage.identity)
            for seen in self._before
            for result in documents.results(None, seen.path, seen.document)
        }
        kept: frozenset[str] | None = None
        started = self._started
        for seen in self._seen:
            ended, ran = max(started, from_seconds(seen.time)), False
            for result in documents.results(None, seen.path, seen.document):
                key = (result.address, result.stage.identity)
                if key in known or is_tracking(result.stage):
                    continue
                known.add(key)
                kept = _in_run_cache(self._caches(), before=self._started) if kept is None else kept
                if result.stage.identity not in kept:
                    ran = True
                    yield result, started, ended
            started = ended if ran else started

    def _watch(self) -> None:
        paths = self._paths()
        while not self._over.wait(_LOOK_SECONDS):
            self._look_again(paths)

    def _look_again(self, paths: Sequence[str]) -> None:
        changed = []
        for path in paths:
            seen, latest = self._look(path), self._latest.get(path)
            if seen is not None and (latest is None or seen.document != latest.document):
                self._latest[path] = seen
                changed.append(seen)
        self._seen += sorted(changed, key=lambda one: one.time)

    def _look(self, path: str) -> Seen | None:
        file = self._root / path
        try:
            latest, time = self._latest.get(path), file.stat().st_mtime
            return latest if latest and latest.time == time else Seen(time, path, read_bytes(file, MAX_DOCUMENT_BYTES))
        except (OSError, DamagedError):
            return None

    def _paths(self) -> list[str]:
        """The files to look at; the dvc.lock of a dvc.yaml before there is one too."""
        found = in_work_tree(self._root, f":(top,glob)**/{PIPELINE}")
        locks = [f"{path.removesuffix(PIPELINE)}{LOCK}" for path in found if path.endswith(PIPELINE)]
        return sorted({path for path in found if not path.endswith(PIPELINE)} | set(locks))

    def _caches(self) -> list[Path]:
        return [cache for _root, cache in caches_of(self._root, self._places.roots)]


def _in_run_cache(caches: Sequence[Path], before: str) -> frozenset[str]:
    """States that the run cache held before a time."""
    found = set()
    for path in (entry for cache in caches for entry in run_cache_entries(cache)):
        try:
            if from_seconds(path.stat().st_mtime) < before:
                found.add(stage_of_run_cache(read_bytes(path, MAX_DOCUMENT_BYTES)).identity)
        except (OSError, DamagedError):
            continue
    return frozenset(found)


def _shown(command: Sequence[str]) -> list[str]:
    """The command without secrets, also as in `dvc remote modify --local store password …`."""
    before = ["", *command[:-1]]
    return mask_command([MASK if is_secret_name(name) else word for name, word in zip(before, command, strict=True)])


def _folder(arguments: Sequence[str]) -> Path:
    """Where DVC works: here, or where `--cd` says."""
    words = list(arguments)
    if _CHANGES_DIRECTORY in words[:-1]:
        return Path(words[words.index(_CHANGES_DIRECTORY) + 1])
    return Path.cwd()


@contextmanager
def _never_failing() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        _log.warning("The stages that DVC ran are not told one by one: %s", shown_error(error))
