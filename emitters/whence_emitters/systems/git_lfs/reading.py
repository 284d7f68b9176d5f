"""Commits that brought files which git-lfs keeps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from whence_emitters.importing.contract import Record
from whence_emitters.importing.facets import digest_set, native_ref
from whence_emitters.names import printable
from whence_emitters.systems.commits import SHALLOW, brought, commit_run
from whence_emitters.systems.git_lfs.pointer import MAX_POINTER_BYTES, Pointer, parse_pointer
from whence_emitters.systems.git_lfs.tracking import Tracking
from whence_emitters.systems.repository import Change, Commit, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from whence_emitters.importing.contract import Reading
    from whence_emitters.importing.events import Dataset

_COMMITS_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class _Group:
    """Some commits, what they changed, and the pointers among all the blobs that they name."""

    commits: Sequence[tuple[Commit, Sequence[Change]]]
    pointers: Mapping[str, Pointer]


def read_pointers(reading: Reading) -> Iterator[Record]:
    """One record for each commit that brought a file which git-lfs keeps, parents first.

    A small blob that is a pointer counts wherever it lies. A file that git itself holds counts where the commit's attributes say that
    git-lfs keeps it: its own bytes are digested, and `reading` is told.
    """
    with Repository(reading.location, reading.cannot_read) as repository:
        if repository.shallow:
            reading.cannot_tell(*SHALLOW)
        tracking = Tracking(repository)
        changed = (
            (commit, [change for change in changes if change.brings_file])
            for commit, changes in repository.changes((), reading.since)
            if not reading.unchanged(f"commit:{commit.sha}", _stamp(commit))
        )
        while together := list(islice(changed, _COMMITS_TOGETHER)):
            group = _Group(together, _pointers(repository, together))
            yield from _records(reading, repository, tracking, group)


def _stamp(commit: Commit) -> str:
    return "shallow" if commit.truncated else "whole"


def _pointers(repository: Repository, commits: Sequence[tuple[Commit, Sequence[Change]]]) -> dict[str, Pointer]:
    named = dict.fromkeys(
        sha for _commit, changes in commits for change in changes for sha in (change.blob or "", *change.old_blobs)
    )
    small = ((blob.sha, blob.data) for blob in repository.blobs(named, MAX_POINTER_BYTES) if blob.data)
    found = ((sha, parse_pointer(data)) for sha, data in small)
    return {sha: pointer for sha, pointer in found if pointer}


def _records(reading: Reading, repository: Repository, tracking: Tracking, group: _Group) -> Iterator[Record]:
    others = [
        (commit.sha, [change.path for change in changes if change.blob not in group.pointers])
        for commit, changes in group.commits
    ]
    for (commit, changes), tracked in zip(group.commits, tracking.tracked(others), strict=True):
        versions = [
            version
            for change in changes
            if change.blob in group.pointers or change.path in tracked
            for version in _version(reading, repository, group, commit, change)
        ]
        if versions:
            yield Record(f"commit:{commit.sha}", commit_run(repository, commit, versions).events(), _stamp(commit))


def _version(
    reading: Reading, repository: Repository, group: _Group, commit: Commit, change: Change
) -> Iterator[Dataset]:
    before = [group.pointers[blob].version for blob in change.old_blobs if blob in group.pointers]
    pointer = group.pointers.get(change.blob or "")
    if pointer is None:
        pointer = _of_whole_file(reading, repository, change)
    if pointer is not None:
        yield brought(
            commit, repository.namespace, change.path, pointer.version, before,
            whence_contentDigests=digest_set(pointer.digests(), size=pointer.file_size()),
            whence_nativeRef=native_ref("git-lfs", pointer.oid, of_run=False),
        )  # fmt: skip


def _of_whole_file(reading: Reading, repository: Repository, change: Change) -> Pointer | None:
    """The pointer that a file would have which git itself holds; None when it is empty or its bytes cannot be had."""
    blob = repository.blob(change.blob or "")
    name = printable(change.path)
    if blob.data is None:
        reading.cannot_tell(f"versions of {name}", "git holds it whole, and it is too large or not in the clone")
        return None
    if not blob.data:
        return None  # git-lfs makes no pointer of an empty file
    reading.cannot_tell(f"pointer of {name}", "git-lfs should keep it, but the commit holds the file itself")
    return Pointer(hashlib.sha256(blob.data).hexdigest(), len(blob.data))
