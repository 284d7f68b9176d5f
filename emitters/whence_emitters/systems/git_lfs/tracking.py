"""Which paths git-lfs keeps at a commit: those whose attribute `filter` is `lfs` by the `.gitattributes` files of that commit.

What attributes mean is left to git itself: the files are put into an empty repository of our own, and `git check-attr` is asked there.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import inside
from whence_emitters.systems.git_commands import GitCommands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from whence_emitters.systems.repository import Repository

_MAX_ATTRIBUTES_BYTES = 1024 * 1024


class Tracking:
    """Answers for many commits of one repository; those with the same `.gitattributes` files are asked for once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._files = sorted(
            {
                change.path
                for _commit, changes in repository.changes([":(top,glob)**/.gitattributes"])
                for change in changes
                if change.is_file
            }
        )
        self._known: dict[tuple[str | None, ...], dict[str, bool]] = {}

    def tracked(self, wanted: Sequence[tuple[str, Iterable[str]]]) -> list[set[str]]:
        """For each (commit, paths): which of the paths are kept by git-lfs at that commit."""
        if not self._files:
            return [set() for _one in wanted]
        states = self._states([sha for sha, _paths in wanted])
        asked: dict[tuple[str | None, ...], set[str]] = {}
        for state, (_sha, paths) in zip(states, wanted, strict=True):
            asked.setdefault(state, set()).update(paths)
        for state, of_state in asked.items():
            known = self._known.setdefault(state, {})
            known |= self._ask(state, sorted(of_state - known.keys()))
        return [
            {path for path in paths if self._known[state][path]}
            for state, (_sha, paths) in zip(states, wanted, strict=True)
        ]

    def _states(self, commits: Sequence[str]) -> list[tuple[str | None, ...]]:
        """The blob of every `.gitattributes` file at each commit; None where it has none."""
        named = self._repository.identify(f"{sha}:{path}" for sha in commits for path in self._files)
        return [tuple(next(named) for _file in self._files) for _sha in commits]

    def _ask(self, state: tuple[str | None, ...], paths: Sequence[str]) -> dict[str, bool]:
        files = [(path, blob) for path, blob in zip(self._files, state, strict=True) if blob]
        if not files or not paths:
            return dict.fromkeys(paths, False)
        with tempfile.TemporaryDirectory(prefix="whence-") as folder:
            git = GitCommands(folder)
            git.run("init", "--quiet", "--template=")
            blobs = self._repository.blobs([blob for _path, blob in files], _MAX_ATTRIBUTES_BYTES)
            for (path, _blob), found in zip(files, blobs, strict=True):
                _put(Path(folder), path, found.data)
            question = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
            answer = git.run("check-attr", "--stdin", "-z", "filter", stdin=question)
        return dict(zip(paths, (value == b"lfs" for value in answer.split(b"\0")[2::3]), strict=True))


def _put(folder: Path, path: str, data: bytes | None) -> None:
    try:
        file = inside(folder, path)
    except DamagedError:
        return  # a tree that was made by hand may hold such a name; git reads no attributes there either
    if data is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
