"""git: the blobs of declared paths as versions, the commits that brought them, and annotated tags that name a dataset's digest.

A tag's message links where it says `dataset=NAME sha256=HEX`, in one or more lines: `systems.tag_messages`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from whence_emitters.facets import standard
from whence_emitters.importing.contract import Importer, Option, Record
from whence_emitters.importing.events import Run, dataset, derived_run_id, present, read
from whence_emitters.importing.facets import Digest, code_at, digest_set, incomplete, native_ref, tags
from whence_emitters.masking import mask_text
from whence_emitters.names import printable
from whence_emitters.parents import RunRef
from whence_emitters.systems.commits import SHALLOW, brought, commit_run, identify_repository
from whence_emitters.systems.committed_data import CommittedData
from whence_emitters.systems.git_lfs.pointer import parse_pointer
from whence_emitters.systems.repository import MAX_BLOB_BYTES, Repository
from whence_emitters.systems.tag_messages import NamedDataset, named_datasets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from whence_emitters.importing.contract import Reading
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.repository import Blob, Change, Commit, Tag

    _Changed: TypeAlias = tuple[Commit, Sequence[Change]]

TAG_JOB = "git tag"
_SHA1_DIGITS = 40
_PATH_HELP = (
    "files whose every version is wanted, from the root of the repository, as git's `:(glob)`; may be given often"
)


def read_repository(reading: Reading) -> Iterator[Record]:
    """Commits that brought a declared path's version, parents first, then annotated tags by time, each after its commit."""
    with Repository(reading.location, reading.cannot_read) as repository:
        if repository.shallow:
            reading.cannot_tell(*SHALLOW)
        paths = sorted(reading.options.get("path") or ())
        told: set[str] = set()
        if paths:
            yield from _commits(reading, repository, paths, told)
        else:
            reading.cannot_tell(
                "versions of files", "no --path says which files are data: only annotated tags are read"
            )
        yield from _tags(reading, repository, told)


def _commits(reading: Reading, repository: Repository, paths: Sequence[str], told: set[str]) -> Iterator[Record]:
    """Commits that brought a version; adds the ids of those to `told`."""
    asked = hashlib.sha256("\0".join(paths).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    changed = repository.changes([f":(top,glob){path}" for path in paths], reading.since)
    for commit, files in repository.files(_unknown(reading, changed, asked, told)):
        if versions := list(_versions(reading, repository.namespace, commit, files)):
            told.add(commit.sha)
            yield Record(
                _commit_key(commit.sha), commit_run(repository, commit, versions).events(), _stamp(commit, asked)
            )


def _unknown(reading: Reading, changed: Iterable[_Changed], asked: str, told: set[str]) -> Iterator[_Changed]:
    """Those commits that were not imported; adds the ids of the others to `told`."""
    for commit, changes in changed:
        if reading.unchanged(_commit_key(commit.sha), _stamp(commit, asked)):
            told.add(commit.sha)
        else:
            yield commit, changes


def _stamp(commit: Commit, asked: str) -> str:
    """A commit never changes; what is read of it does with the paths that are asked for, and where a clone ends."""
    return f"{asked} shallow" if commit.truncated else asked


def _commit_key(sha: str) -> str:
    return f"commit:{sha}"


def _versions(
    reading: Reading, namespace: str, commit: Commit, files: Iterable[tuple[Change, Blob]]
) -> Iterator[Dataset]:
    for change, blob in files:
        if blob.data is not None and parse_pointer(blob.data):
            reading.cannot_tell(printable(change.path), "git holds a pointer of git-lfs: `whence-emit import git-lfs`")
            continue
        yield brought(
            commit, namespace, change.path, version_of_blob(blob.sha), map(version_of_blob, change.old_blobs),
            whence_contentDigests=digest_set(blob_digests(blob), size=blob.size),
            whence_nativeRef=native_ref("git", blob.sha, of_run=False),
            whence_captureCompleteness=incomplete(_unread(blob), of_run=False),
        )  # fmt: skip


def version_of_blob(sha: str) -> str:
    """The name of the version that a path has at a blob."""
    return f"git-blob:{sha}"


def blob_digests(blob: Blob) -> list[Digest]:
    """Every digest that a blob's bytes have; its id alone when they were not read.

    In a repository of the SHA-256 object format the id is no `git-blob`, which is over SHA-1: it is kept as `git-blob-sha256`.
    """
    short = len(blob.sha) == _SHA1_DIGITS
    found = [Digest("git-blob", blob.sha)] if short else [Digest("git-blob-sha256", blob.sha, "SNAPSHOT")]
    if blob.data is None:
        return found
    if not short:
        header = b"blob %d\0" % len(blob.data)
        found.append(Digest("git-blob", hashlib.sha1(header + blob.data, usedforsecurity=False).hexdigest()))
    sha256, md5 = hashlib.sha256(blob.data), hashlib.md5(blob.data, usedforsecurity=False)
    return [*found, Digest("sha256", sha256.hexdigest()), Digest("md5", md5.hexdigest())]


def _unread(blob: Blob) -> dict[str, str]:
    if blob.data is not None:
        return {}
    why = "the clone does not hold it" if blob.size is None else f"it is larger than {MAX_BLOB_BYTES:,} bytes"
    return {"contentDigests": f"sha256 and md5 were not computed: {why}"}


def _tags(reading: Reading, repository: Repository, told: set[str]) -> Iterator[Record]:
    data = CommittedData(repository, lambda blob: (version_of_blob(blob.sha), blob_digests(blob)))
    annotated = [(tag.time, tag) for tag in repository.tags() if tag.time is not None]
    tagged = {tag.commit for _time, tag in annotated}
    commits = {commit.sha: commit for commit in repository.commits() if commit.sha in tagged} if tagged else {}
    for time, tag in sorted(annotated, key=lambda one: (one[0], one[1].name)):
        commit = commits.get(tag.commit or "")
        if commit and commit.sha not in told and not reading.unchanged(_commit_key(commit.sha), "tagged"):
            told.add(commit.sha)
            yield Record(_commit_key(commit.sha), commit_run(repository, commit).events(), "tagged")
        if not reading.unchanged(f"tag:{tag.name}", tag.sha):
            yield Record(f"tag:{tag.name}", _tag_run(reading, repository, data, tag, time).events(), tag.sha)


def _tag_run(reading: Reading, repository: Repository, data: CommittedData, tag: Tag, time: str) -> Run:
    name = mask_text(tag.name)
    if tag.commit is None:
        reading.cannot_tell(f"the commit of tag {name}", "it points to something else than a commit")
    described = {"tag": name, "tagger": mask_text(tag.tagger), "message": tag.message}
    location = standard(
        "1-1-0", "SourceCodeLocationJobFacet",
        type="git", url=repository.url, repoUrl=repository.url, version=tag.commit, tag=name,
    )  # fmt: skip
    return Run(
        RunRef(repository.namespace, TAG_JOB, derived_run_id("git", repository.namespace, tag.sha)),
        started=time,
        ended=time,
        state="COMPLETE",
        inputs=[
            read(
                _tagged(reading, data, tag, one, repository.namespace),
                role="REFERENCE",
                because=f"annotated tag {name} says so",
            )
            for one in named_datasets(tag.message, repository.namespace, reading, f"tag {name}")
        ],
        facets=present(
            whence_codeState=code_at(repository.url, tag.commit or ""),
            whence_nativeRef=native_ref("git", tag.sha, of_run=True),
            tags=tags({key: value for key, value in described.items() if value}, of="Run", source="git"),
        ),
        job_facets={"sourceCodeLocation": location},
    )


def _tagged(reading: Reading, data: CommittedData, tag: Tag, named: NamedDataset, namespace: str) -> Dataset:
    """The version that the tagged commit holds under a name; without one, the name and the digests alone."""
    held = data.at(tag.commit, named.name) if tag.commit and named.namespace == namespace else None
    if held and held.contradicts(named.digests):
        reading.cannot_tell(f"tag {mask_text(tag.name)}: {named.name}", "the tagged commit holds other bytes there")
        held = None
    if held is None:
        return dataset(named.namespace, named.name, whence_contentDigests=digest_set(named.digests))
    digests = digest_set(held.joined(named.digests))
    return dataset(held.namespace, held.name, held.version, whence_contentDigests=digests)


IMPORTER = Importer(
    system="git",
    source="the folder of a git repository, bare or with a work tree",
    example="whence-emit import git . --path 'data/**' --path params.yaml",
    identify=identify_repository,
    read=read_repository,
    options=(Option("path", _PATH_HELP, "GLOB", many=True),),
)
