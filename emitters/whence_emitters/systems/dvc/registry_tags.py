"""Artifacts of dvc.yaml in a registry of git tags, as GTO writes them: `{name}@{v1.2.3}` registers, `{name}#{stage}#{n}` assigns a stage.

`!` before the counter takes either back; `{folder}={name}` is an artifact of `{folder}/dvc.yaml`. Format: https://github.com/iterative/gto.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TypeAlias

from whence_emitters import facets
from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.events import Dataset, dataset, dataset_event
from whence_emitters.importing.facets import alias, dataset_documentation, native_ref, tags
from whence_emitters.masking import mask_text
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES, Entry
from whence_emitters.systems.dvc.history import LOCK, PIPELINE, TRACKED, Documents
from whence_emitters.systems.dvc.pipeline import Artifact
from whence_emitters.systems.dvc.places import Places
from whence_emitters.systems.dvc.stages import SYSTEM
from whence_emitters.systems.repository import Repository, Tag

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?"
_TAG = re.compile(
    rf"(?:(?P<folder>[A-Za-z0-9_./-]+)=)?(?P<name>{_NAME})(?:@(?P<version>v\d+\.\d+\.\d+[0-9A-Za-z.+-]*)|\#(?P<stage>{_NAME}))(?P<back>!?)(?:\#\d+)?"
)
Found: TypeAlias = tuple[Artifact, tuple[str, str], str]


class RegistryTags:
    """Reads the tags of a repository that speak of artifacts."""

    def __init__(
        self, reading: Reading, repository: Repository, places: Places, contents: Contents, documents: Documents
    ) -> None:
        self._reading = reading
        self._repository = repository
        self._places = places
        self._contents = contents
        self._documents = documents

    def records(self) -> Iterator[Record]:
        """A record a tag, in order of time."""
        told = [
            (tag.time, tag, match)
            for tag in self._repository.tags()
            if tag.time and (match := _TAG.fullmatch(tag.name))
        ]
        for time, tag, match in sorted(told, key=lambda one: (one[0], one[1].name)):
            if self._reading.unchanged(f"tag:{tag.name}", tag.sha):
                continue
            found = self._artifact(tag, match["folder"] or "", match["name"])
            if found is not None:
                yield Record(f"tag:{tag.name}", (dataset_event(time, _described(tag, match, found)),), tag.sha)

    def _artifact(self, tag: Tag, folder: str, name: str) -> Found | None:
        if tag.commit is None:
            return None
        artifact = self._documents.pipeline(tag.commit, posixpath.join(folder, PIPELINE)).artifacts.get(name)
        if artifact is None:
            self._reading.cannot_tell(f"tag {tag.name}", "no dvc.yaml of its commit has such an artifact")
            return None
        path = posixpath.normpath(posixpath.join(folder, artifact.path))
        named, version = self._places.name("", path), self._version_at(tag.commit, path)
        if named is None or version is None:
            self._reading.cannot_tell(
                f"tag {tag.name}", "no dvc.lock or .dvc file of its commit has the artifact's version"
            )
            return None
        return artifact, named, version

    def _version_at(self, commit: str, path: str) -> str | None:
        """The version of a path at a commit, from its `.dvc` file or a dvc.lock beside or above it."""
        folders = [posixpath.dirname(path)]
        while folders[-1]:
            folders.append(posixpath.dirname(folders[-1]))
        for file in (f"{path}{TRACKED}", *(posixpath.join(folder, LOCK) for folder in folders)):
            document = self._contents.file(commit, file, MAX_DOCUMENT_BYTES)
            if document is None:
                continue
            for result in self._documents.results(commit, file, document):
                for out in result.stage.outs:
                    if out.version and _is_at(result.directory, out, path):
                        return out.version
        return None


def _is_at(directory: str, out: Entry, path: str) -> bool:
    return posixpath.normpath(posixpath.join(directory, out.path)) == path


def _described(tag: Tag, match: re.Match[str], found: Found) -> Dataset:
    artifact, named, version = found
    registered = match["version"] if not match["back"] else None
    return dataset(
        *named, version,
        datasetType=facets.dataset_type("MODEL") if artifact.type.lower() == "model" else None,
        documentation=dataset_documentation(artifact.description) if artifact.description else None,
        tags=tags(dict.fromkeys(artifact.labels, "true"), of="Dataset", source=SYSTEM) if artifact.labels else None,
        whence_versionInfo=facets.version_info(label=registered, change_note=mask_text(tag.message) or None, append=False) if registered else None,
        whence_alias=alias(match["stage"], version=version, at=tag.time, deleted=bool(match["back"])) if match["stage"] else None,
        whence_nativeRef=native_ref(SYSTEM, mask_text(tag.name), of_run=False),
    )  # fmt: skip
