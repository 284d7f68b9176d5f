"""Artifacts of dvc.yaml: what they are, when their entry changes, and what a registry of git tags says of them, as GTO writes it.

`{name}@{v1.2.3}` registers a version, `{name}#{stage}#{n}` assigns a stage; `!` before the counter takes either back, and `{folder}={name}`
is an artifact of `{folder}/dvc.yaml`. Formats: https://dvc.org/doc/user-guide/project-structure/dvcyaml-files and
https://github.com/iterative/gto.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from whence_emitters import facets
from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.events import Dataset, dataset, dataset_event
from whence_emitters.importing.facets import alias, dataset_documentation, native_ref, tags
from whence_emitters.masking import mask_text
from whence_emitters.names import printable
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES
from whence_emitters.systems.dvc.history import REFS
from whence_emitters.systems.dvc.pipeline import Artifact
from whence_emitters.systems.dvc.places import Name, Places
from whence_emitters.systems.dvc.results import LOCK, PIPELINE, TRACKED, Documents
from whence_emitters.systems.dvc.stages import SYSTEM
from whence_emitters.systems.repository import Repository, Tag

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?"
_TAG = re.compile(
    rf"(?:(?P<folder>[A-Za-z0-9_./-]+)=)?(?P<name>{_NAME})(?:@(?P<version>v\d+\.\d+\.\d+[0-9A-Za-z.+-]*)|\#(?P<stage>{_NAME}))(?P<back>!?)(?:\#\d+)?"
)


class Artifacts:
    """Reads what a repository tells of its artifacts."""

    def __init__(
        self, reading: Reading, repository: Repository, places: Places, contents: Contents, documents: Documents
    ) -> None:
        self._reading = reading
        self._repository = repository
        self._places = places
        self._contents = contents
        self._documents = documents

    def of_files(self) -> Iterator[Record]:
        """A record for each commit and dvc.yaml with a new or changed artifact; parents first."""
        for commit, changes in self._repository.changes((f":(top,glob)**/{PIPELINE}",), refs=REFS):
            for change in changes:
                key = f"artifacts:{commit.sha}:{printable(change.path)}"
                if change.is_file and not self._reading.unchanged(key, ""):
                    events = tuple(
                        dataset_event(commit.time, what)
                        for what in self._changed(commit.sha, change.path, change.old_blobs)
                    )
                    if events:
                        yield Record(key, events)

    def of_tags(self) -> Iterator[Record]:
        """A record a tag of the registry, in order of time."""
        told = [
            (tag.time, tag, match)
            for tag in self._repository.tags()
            if tag.time and (match := _TAG.fullmatch(tag.name))
        ]
        for time, tag, match in sorted(told, key=lambda one: (one[0], one[1].name)):
            if not self._reading.unchanged(f"tag:{tag.name}", tag.sha):
                what = self._tagged(tag, match)
                if what is not None:
                    yield Record(f"tag:{tag.name}", (dataset_event(time, what),), tag.sha)

    def _changed(self, commit: str, file: str, old_blobs: Sequence[str]) -> Iterator[Dataset]:
        before = [self._documents.pipeline_of_blob(file, blob).artifacts for blob in old_blobs]
        for name, artifact in self._documents.pipeline(commit, file).artifacts.items():
            if all(old.get(name) != artifact for old in before):
                path = _from(posixpath.dirname(file), artifact)
                named = self._places.name("", path)
                if named is not None:
                    native = native_ref(SYSTEM, f"{printable(file)}:artifacts.{name}@{commit}", of_run=False)
                    yield _described(artifact, named, self._version_at(commit, path), whence_nativeRef=native)

    def _tagged(self, tag: Tag, match: re.Match[str]) -> Dataset | None:
        if tag.commit is None:
            return None
        folder = match["folder"] or ""
        artifact = self._documents.pipeline(tag.commit, posixpath.join(folder, PIPELINE)).artifacts.get(match["name"])
        if artifact is None:
            self._reading.cannot_tell(f"tag {tag.name}", "no dvc.yaml of its commit has such an artifact")
            return None
        path = _from(folder, artifact)
        named, version = self._places.name("", path), self._version_at(tag.commit, path)
        if named is None or version is None:
            self._reading.cannot_tell(
                f"tag {tag.name}", "neither dvc.lock nor a .dvc file of its commit has its version"
            )
            return None
        label = match["version"] if not match["back"] else None
        stage, back = match["stage"], bool(match["back"])
        return _described(
            artifact, named, version,
            whence_versionInfo=facets.version_info(label=label, change_note=None, append=False) if label else None,
            whence_alias=alias(stage, version=version, at=tag.time, deleted=back) if stage else None,
            whence_nativeRef=native_ref(SYSTEM, mask_text(tag.name), of_run=False),
        )  # fmt: skip

    def _version_at(self, commit: str, path: str) -> str | None:
        """The version of a path at a commit, from its `.dvc` file or a dvc.lock beside or above it."""
        folders = [posixpath.dirname(path)]
        while folders[-1]:
            folders.append(posixpath.dirname(folders[-1]))
        for file in (f"{path}{TRACKED}", *(posixpath.join(folder, LOCK) for folder in folders)):
            document = self._contents.file(commit, file, MAX_DOCUMENT_BYTES)
            for result in self._documents.results(commit, file, document) if document is not None else ():
                for out in result.stage.outs:
                    if out.version and posixpath.normpath(posixpath.join(result.directory, out.path)) == path:
                        return out.version
        return None


def _from(folder: str, artifact: Artifact) -> str:
    """An artifact's path from the root of the repository."""
    return posixpath.normpath(posixpath.join(folder, artifact.path))


def _described(artifact: Artifact, named: Name, version: str | None, **more: facets.Facet | None) -> Dataset:
    return dataset(
        named[0], named[1], version,
        datasetType=facets.dataset_type("MODEL") if artifact.is_model else None,
        documentation=dataset_documentation(artifact.description) if artifact.description else None,
        tags=tags(dict.fromkeys(artifact.labels, "true"), of="Dataset", source=SYSTEM) if artifact.labels else None,
        **more,
    )  # fmt: skip
