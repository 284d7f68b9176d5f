"""A commit as a run, so that all importers of one repository speak of the same one.

A commit does not make the bytes that it refers to: they are inputs of the run `git commit` with role REFERENCE, and versions of the
repository's files by their exact names. So a commit leads to what it brought, and a version to the commits that brought it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence_emitters.importing.events import Run, dataset, derived_run_id, present, read
from whence_emitters.importing.facets import code_at, incomplete, native_ref, tags, version_history
from whence_emitters.masking import mask_text
from whence_emitters.names import printable
from whence_emitters.parents import RunRef
from whence_emitters.systems.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Reading
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.repository import Commit

COMMIT_JOB = "git commit"
SHALLOW = ("history", "the clone is shallow: what came before its last commits is not in it")


def identify_repository(reading: Reading) -> str:
    """What one repository is called wherever it is cloned to: its namespace. Raises `SourceError`."""
    with Repository(reading.location) as repository:
        return repository.namespace


def commit_ref(namespace: str, sha: str) -> RunRef:
    """The run of one commit; `namespace` is the repository's, without a sub-directory."""
    return RunRef(namespace, COMMIT_JOB, derived_run_id("git", namespace, sha))


def commit_run(repository: Repository, commit: Commit, brought: Sequence[Dataset] = ()) -> Run:
    """The run of a commit, at the time of the commit, with what it brought (`brought`) as inputs."""
    return Run(
        commit_ref(repository.namespace, commit.sha),
        started=commit.time,
        ended=commit.time,
        state="COMPLETE",
        inputs=brought,
        facets=present(
            whence_codeState=code_at(repository.url, commit.sha),
            whence_nativeRef=native_ref("git", commit.sha, of_run=True),
            whence_captureCompleteness=incomplete(
                dict([SHALLOW] if commit.truncated else []), history_truncated=commit.truncated, of_run=True
            ),
            tags=tags({"author": mask_text(commit.author)}, of="Run", source="git") if commit.author else None,
        ),
    )


def brought(
    commit: Commit, namespace: str, path: str, version: str, before: Iterable[str] = (), **given: Facet | None
) -> Dataset:
    """One version that a commit brought to a path, as an input of its run.

    `namespace` is that of the path (with `#{subdir}` for a DVC project in one); `before` are the versions that the commit's parents had
    there; `given` are more facets of the version.
    """
    name = printable(path)
    parents = [(namespace, name, one) for one in dict.fromkeys(before) if one != version]
    told = version_history(parents, change_note=commit.subject, created_at=commit.time)
    return read(dataset(namespace, name, version, whence_versionInfo=told, **given), role="REFERENCE")
