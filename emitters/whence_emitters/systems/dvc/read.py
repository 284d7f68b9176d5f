"""One DVC source, from its first commit to its run cache."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.files import read_bytes
from whence_emitters.systems.commits import SHALLOW
from whence_emitters.systems.dvc.artifacts import Artifacts
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.history import CONFIGS, REFS, History, Known
from whence_emitters.systems.dvc.places import LOCAL, Config, Places
from whence_emitters.systems.dvc.results import LOCK, PIPELINE, Documents
from whence_emitters.systems.dvc.stages import Runs
from whence_emitters.systems.dvc.uncommitted import Uncommitted, in_folder, in_work_tree
from whence_emitters.systems.git_commands import GitCommands
from whence_emitters.systems.repository import Repository

_CACHE = ".dvc/cache"
_CONFIG = ".dvc/config"
_MAX_CONFIG_BYTES = 1024 * 1024
_EXPERIMENTS = "refs/exps"
_PARTS_OF_EXPERIMENT = 5  # refs/exps/{aa}/{baseline}/{name}


def identify(reading: Reading) -> str:
    """The repository's namespace; without git, the folder."""
    if not _in_git(reading.location):
        return _project_folder(reading.location).as_posix()
    with Repository(reading.location) as repository:
        return repository.namespace


def read(reading: Reading) -> Iterator[Record]:
    """Results of commits, artifacts and their tags, results of the work tree and of the run cache, in this order."""
    if not _in_git(reading.location):
        yield from _read_folder(reading, _project_folder(reading.location))
        return
    with Repository(reading.location, reading.cannot_read) as repository:
        yield from _read_repository(reading, repository)


def places_of(repository: Repository, config: Config = lambda _root: None) -> Places:
    """How the files of a repository are named; the roots of its projects are those of its whole history."""
    roots = {
        change.path.removesuffix(_CONFIG).rstrip("/")
        for _commit, changes in repository.changes((CONFIGS,), refs=REFS)
        for change in changes
    }
    return Places(repository.namespace, PurePosixPath(repository.root.as_posix()), roots, config)


def _read_repository(reading: Reading, repository: Repository) -> Iterator[Record]:
    if repository.shallow:
        reading.cannot_tell(*SHALLOW)
    folder = repository.root if repository.root != repository.git_folder else None
    places = places_of(repository, lambda root: _config(repository, root))
    caches = _caches(reading, folder, places.roots)
    contents = Contents(reading, repository, folder, [cache for _root, cache in caches])
    history = History(reading, repository, places, contents, _experiments(repository))
    yield from history.records()
    artifacts = Artifacts(reading, repository, places, contents, history.documents)
    yield from artifacts.of_files()
    yield from artifacts.of_tags()
    if folder is not None:
        uncommitted = Uncommitted(reading, folder, history.documents, history.runs, history.known, in_git=True)
        yield from uncommitted.of_work_tree(in_work_tree(folder))
        for root, cache in caches:
            yield from uncommitted.of_run_cache(root, cache)


def _read_folder(reading: Reading, folder: Path) -> Iterator[Record]:
    places = Places(LOCAL, PurePosixPath(folder.as_posix()), (), lambda _root: _file(folder / _CONFIG))
    caches = _caches(reading, folder, places.roots)
    contents = Contents(reading, None, folder, [cache for _root, cache in caches])
    documents, runs = Documents(reading, contents), Runs(places, contents)
    uncommitted = Uncommitted(reading, folder, documents, runs, Known(), in_git=False)
    reading.cannot_tell("history", "the project is not in git: only what the work tree and the run cache hold is known")
    yield from uncommitted.of_work_tree(in_folder(folder, reading))
    for root, cache in caches:
        yield from uncommitted.of_run_cache(root, cache)


def caches_of(folder: Path, roots: Iterable[str]) -> list[tuple[str, Path]]:
    """The caches of projects, by their roots below a folder."""
    return [(root, folder / root / _CACHE) for root in sorted(roots)]


def _caches(reading: Reading, folder: Path | None, roots: Iterable[str]) -> list[tuple[str, Path]]:
    """Caches by their projects' roots; one elsewhere is only looked at when it is given."""
    own = caches_of(folder, roots) if folder is not None else []
    return [*own, *(("", Path(given).absolute()) for given in reading.options.get("cache") or ())]


def _config(repository: Repository, root: str) -> bytes | None:
    return repository.blob(f"HEAD:{posixpath.join(root, _CONFIG)}", _MAX_CONFIG_BYTES).data


def _file(path: Path) -> bytes | None:
    try:
        return read_bytes(path, _MAX_CONFIG_BYTES)
    except DamagedError:
        return None


def _experiments(repository: Repository) -> dict[str, str]:
    """Names of `dvc exp` experiments by their commits."""
    git = GitCommands(repository.root)
    try:
        listed = git.run("for-each-ref", "--format=%(objectname) %(refname)", _EXPERIMENTS).decode("utf-8", "replace")
    finally:
        git.close()
    named = (line.split(" ", 1) for line in listed.splitlines())
    refs = ((sha, ref.split("/")) for sha, ref in named)
    return {sha: parts[-1] for sha, parts in refs if len(parts) == _PARTS_OF_EXPERIMENT}


def _in_git(location: str) -> bool:
    """Whether git knows the folder. An error is `_project_folder`'s to tell."""
    if not Path(location).is_dir():
        raise SourceError(
            f"There is no folder {location}.", "give the folder of a DVC project or of its git repository"
        )
    git = GitCommands(location)
    try:
        return bool(git.say("rev-parse", "--absolute-git-dir"))
    except SourceError:
        return False
    finally:
        git.close()


def _project_folder(location: str) -> Path:
    folder = Path(location).absolute()
    if not (folder / ".dvc").is_dir() and not any((folder / name).is_file() for name in (LOCK, PIPELINE)):
        raise SourceError(
            f"{location} is in no git repository and is no DVC project.", "give the folder that holds .dvc or dvc.yaml"
        )
    return folder
