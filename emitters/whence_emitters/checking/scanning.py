"""Files that no event names: neither their path, nor a folder around them, nor their bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from whence_emitters.checking.folders import DVC_IGNORED, files_below
from whence_emitters.checking.hashing import Progress, Seen, Want, hash_all
from whence_emitters.checking.service import Service
from whence_emitters.errors import UsageError
from whence_emitters.git import code_state
from whence_emitters.names import printable
from whence_emitters.systems.git_commands import GitCommands

T = TypeVar("T")

ASKED_AT_ONCE = 1000
_READ_AT_ONCE = 5000
_NEVER = frozenset({".git"})
_CACHES = DVC_IGNORED | {
    "node_modules", "__pycache__", ".venv", "venv", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox",
}  # fmt: skip
_KNOWN = "query Known($ids: [ID!]!) { nodes(ids: $ids) { id } }"
_ALGORITHMS = frozenset({"sha256", "md5", "git-blob"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What of a folder's files is known. Paths are relative to it; `empty` files hold nothing and are not asked about."""

    files: int
    by_name: int
    by_bytes: int
    empty: int
    unnamed: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


def scan(
    folder: Path,
    service: Service,
    *,
    everything: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Scanned:
    """Ask about every file below `folder`; `everything`: also caches and what git ignores.

    Raises `UsageError` for what is no folder, OSError when it cannot be listed, `DestinationError` when the service does not answer.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", "give the folder whose files are to be looked for")
    files = sorted(_files(folder, everything=everything))
    named = _named(folder, files, service)
    rest = [name for name in files if name not in named]
    seen: dict[str, Seen] = {}
    known: set[str] = set()
    for some in _chunks(rest, _READ_AT_ONCE):
        wants = (Want(folder / name, _ALGORITHMS) for name in some)
        read = hash_all(wants, jobs=jobs, progress=progress)
        here = {name: read[folder / name] for name in some}
        seen |= {name: Seen(one.size, {}, one.problem) for name, one in here.items()}
        known |= _by_bytes(here, service)
    there = [name for name in rest if seen[name].size is not None and not seen[name].problem]
    empty = [name for name in there if seen[name].size == 0]
    return Scanned(
        files=len(files),
        by_name=len(named),
        by_bytes=len(known),
        empty=len(empty),
        unnamed=tuple(printable(name) for name in there if name not in known and seen[name].size),
        unreadable=tuple((printable(name), seen[name].problem) for name in rest if seen[name].problem),
    )


def _files(folder: Path, *, everything: bool) -> Iterator[str]:
    ours = None if everything else _not_ignored(folder)
    if ours is None:
        yield from files_below(folder, _NEVER if everything else _CACHES)
        return
    for name in ours:
        path = folder / name
        if path.is_dir() and not path.is_symlink():  # a repository inside of this one
            yield from (f"{name.rstrip('/')}/{inner}" for inner in files_below(path, _CACHES))
        elif not _CACHES.intersection(name.split("/")):
            yield name


def _not_ignored(folder: Path) -> set[str] | None:
    """What git tracks or would track below a folder; None when it lies in no work tree."""
    if shutil.which("git") is None or not any((each / ".git").exists() for each in (folder, *folder.parents)):
        return None
    with closing(GitCommands(folder)) as git:
        listed = git.run("ls-files", "-c", "-o", "--exclude-standard", "-z", "--", ".")
    return {os.fsdecode(name) for name in listed.split(b"\0") if name}


def _named(folder: Path, files: Sequence[str], service: Service) -> set[str]:
    """The files that are recorded by their path, or that lie in a folder that is."""
    bases = list(_bases(folder))

    def uids(relative: str) -> list[str]:
        return [_asset(namespace, _joined(top, relative)) for namespace, top in bases]

    around = {"", *(above for name in files for above in _folders_of(name))}
    over = [_asset(namespace, above) for namespace, top in bases for above in _folders_of(top)]
    known = _known(service, (*over, *(uid for relative in (*around, *files) for uid in uids(relative))))
    if known.intersection(over):
        return set(files)
    covered = {relative for relative in around if known.intersection(uids(relative))}
    return {
        name for name in files if known.intersection(uids(name)) or not covered.isdisjoint(("", *_folders_of(name)))
    }


def _bases(folder: Path) -> Iterator[tuple[str, str]]:
    """(namespace, name) that the folder itself goes by: its path, and its place in its repository."""
    yield "file", printable(folder.as_posix())
    state = code_state(folder)
    if state is not None and state.repository.startswith("https://"):
        below = folder.resolve().relative_to(state.root.resolve()).as_posix()
        yield f"git+{state.repository}", "" if below == "." else printable(below)


def _joined(top: str, relative: str) -> str:
    return f"{top.rstrip('/')}/{printable(relative)}" if top and relative else top or printable(relative)


def _folders_of(name: str) -> Iterator[str]:
    """The folders around a path, the nearest first, without the root."""
    while name := name.rpartition("/")[0]:
        yield name


def _by_bytes(seen: Mapping[str, Seen], service: Service) -> set[str]:
    """The files whose bytes some event names."""
    contents = {
        name: [_content(algorithm, value) for algorithm, value in one.values.items()]
        for name, one in seen.items()
        if one.size
    }
    known = _known(service, (uid for uids in contents.values() for uid in uids))
    return {name for name, uids in contents.items() if known.intersection(uids)}


def _known(service: Service, uids: Iterable[str]) -> set[str]:
    """Those of these uids that the service has nodes of."""
    return {
        node["id"]
        for some in _chunks(dict.fromkeys(uids), ASKED_AT_ONCE)
        for node in service.ask(_KNOWN, ids=some)["nodes"]
        if node is not None
    }


def _asset(namespace: str, name: str) -> str:
    return f"asset/{quote(namespace, safe='')}/{quote(name, safe='')}"


def _content(algorithm: str, value: str) -> str:
    return f"content/{quote(algorithm, safe='')}:{value}"


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(items)
    while some := list(islice(waiting, size)):
        yield some
