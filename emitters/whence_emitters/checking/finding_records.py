"""Which records speak of the paths that were given: `dvc.lock`, `.dvc` files and git-lfs pointers at, below or above them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from whence_emitters.checking.dvc import LOCK_NAME, SIDES, Side, cache_folders, read_record
from whence_emitters.checking.entry import Entry, Finding, Place, Verdict
from whence_emitters.checking.folders import DVC_IGNORED
from whence_emitters.checking.lfs import read_pointers
from whence_emitters.checking.roots import Root, absolute, root_of
from whence_emitters.errors import DamagedError, UsageError

_SKIPPED = DVC_IGNORED | {"node_modules", "__pycache__", ".venv", "venv"}


def root_for(path: Path, wider: Path | None = None) -> Root:
    """The root of a record or of a path: its project, or the folder that a person allows instead."""
    project = root_of(path if path.is_dir() else path.parent)
    return Root(absolute(wider) if wider else project, cache_folders(project))


def entries(paths: Sequence[Path], root: Root, sides: tuple[Side, ...] = SIDES) -> list[Entry | Finding]:
    """What is recorded of each path: a record speaks of all its files; a folder of all records below it; any other file has a record beside
    or above it. Raises `UsageError` for a path that has none.
    """
    found: list[Entry | Finding] = []
    for path in map(absolute, paths):
        here = list(_of(path, root, sides))
        if not here and not _is_record(path):
            raise UsageError(
                f"No record says what {path.name} should be.",
                "a record is a dvc.lock, a .dvc file, a git-lfs pointer, or with --url a version that a service knows",
            )
        found += here
    return without_repeats(found)


def _of(path: Path, root: Root, sides: tuple[Side, ...]) -> Iterator[Entry | Finding]:
    if _is_record(path):
        yield from _read(path, root, sides)
    elif path.is_dir():
        below = [each for record in _records_below(path) for each in _read(record, root, sides)]
        yield from below
        yield from _with_path(_records_above(path, root), path, root, sides)
        yield from read_pointers(path, root)
    else:
        yield from _with_path(_records_above(path, root), path, root, sides)
        yield from read_pointers(path, root)


def _read(record: Path, root: Root, sides: tuple[Side, ...]) -> Iterator[Entry | Finding]:
    try:
        yield from read_record(record, root, sides)
    except DamagedError as error:
        shown = root.shown(record)
        yield Finding(shown, Verdict.UNREADABLE, Place(shown), error.message)


def _with_path(records: Iterable[Path], path: Path, root: Root, sides: tuple[Side, ...]) -> Iterator[Entry | Finding]:
    """The entries of records elsewhere that speak of the path, of a folder around it or of something in it."""
    for record in records:
        for each in _read(record, root, sides):
            if isinstance(each, Entry) and (each.path.is_relative_to(path) or path.is_relative_to(each.path)):
                yield each


def _is_record(path: Path) -> bool:
    return path.is_file() and (path.name == LOCK_NAME or path.suffix == ".dvc")


def _records_below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        yield from (path for name in sorted(names) if _is_record(path := Path(here) / name))


def _records_above(path: Path, root: Root) -> Iterator[Path]:
    for folder in path.parents:
        if not folder.is_relative_to(root.folder):
            return
        candidates = sorted(folder.glob("*.dvc"))
        yield from (each for each in (folder / LOCK_NAME, *candidates) if _is_record(each))


def without_repeats(found: Iterable[Entry | Finding]) -> list[Entry | Finding]:
    """One entry for each recorded state: the output of one stage is mostly the input of another."""
    kept: dict[object, Entry | Finding] = {}
    for each in found:
        key = (each.path, each.algorithm, each.value) if isinstance(each, Entry) else each
        kept.setdefault(key, each)
    return list(kept.values())
