"""Which version of a file a commit holds, so that a tag's digest is said of that version and of no other.

A tag says `dataset=NAME sha256=HEX` of one commit. What names the file's state there may know other digests of it (a dvc.lock has MD5
alone), and a read that names no version is bound by time: to whatever came last, on any branch.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from whence_emitters.importing.contract import Reading
from whence_emitters.names import printable
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES
from whence_emitters.systems.dvc.read import places_of
from whence_emitters.systems.dvc.results import LOCK, TRACKED, Documents
from whence_emitters.systems.git_lfs.pointer import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence_emitters.importing.facets import Digest
    from whence_emitters.systems.dvc.places import Places
    from whence_emitters.systems.repository import Blob, Repository


@dataclass(frozen=True, slots=True)
class Held:
    """A version by the exact name that the importer of git, git-lfs or DVC gives it, and the digests that are known of it."""

    namespace: str
    name: str
    version: str
    digests: Sequence[Digest]

    def contradicts(self, digests: Sequence[Digest]) -> bool:
        """Whether one of these is the digest of other bytes."""
        known = {digest.algorithm: digest.value for digest in self.digests}
        return any(known.get(digest.algorithm, digest.value) != digest.value for digest in digests)

    def joined(self, digests: Sequence[Digest]) -> list[Digest]:
        """The known digests and these, each once."""
        return list(dict.fromkeys((*self.digests, *digests)))


class CommittedData:
    """Looks into the commits of a repository. `of_blob` gives the version and the digests of a file that git itself keeps."""

    def __init__(self, repository: Repository, of_blob: Callable[[Blob], tuple[str, list[Digest]]]) -> None:
        self._repository = repository
        self._of_blob = of_blob
        quiet = Reading("")  # DVC's importer tells what is wrong with DVC's files
        self._contents = Contents(quiet, repository, None)
        self._documents = Documents(quiet, self._contents)

    def at(self, commit: str, path: str) -> Held | None:
        """The version that `commit` holds at a path from the repository's root; None when neither git, git-lfs nor DVC has it there."""
        if sha := self._repository.file_at(commit, path):
            return self._in_git(self._repository.blob(sha), path)
        return next(self._in_dvc(commit, path), None)

    @cached_property
    def _places(self) -> Places:
        return places_of(self._repository)

    def _in_git(self, blob: Blob, path: str) -> Held:
        pointer = parse_pointer(blob.data or b"")
        version, digests = (pointer.version, pointer.digests()) if pointer else self._of_blob(blob)
        return Held(self._repository.namespace, printable(path), version, digests)

    def _in_dvc(self, commit: str, path: str) -> Iterator[Held]:
        for file in (f"{path}{TRACKED}", *(posixpath.join(folder, LOCK) for folder in _folders_around(path))):
            document = self._contents.file(commit, file, MAX_DOCUMENT_BYTES)
            for result in self._documents.results(commit, file, document) if document else ():
                for out in result.stage.outs:
                    if out.version and posixpath.normpath(posixpath.join(result.directory, out.path)) == path:
                        yield Held(*self._places.project(path), out.version, out.digests)


def _folders_around(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
