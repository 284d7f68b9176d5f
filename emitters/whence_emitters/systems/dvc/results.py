"""The results that DVC's files name, each in its place: a stage of a dvc.lock with its definition in dvc.yaml, or a `*.dvc` file."""

from __future__ import annotations

import posixpath
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Reading
from whence_emitters.importing.files import load_yaml
from whence_emitters.names import printable
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import MAX_DOCUMENT_BYTES, Stage, stage_of_dvc_file, stages_of_lock
from whence_emitters.systems.dvc.pipeline import Pipeline, parse_pipeline, working_directory
from whence_emitters.systems.dvc.stages import Result

LOCK, PIPELINE, TRACKED = "dvc.lock", "dvc.yaml", ".dvc"
_PARAMETERS_FILE = "params.yaml"
_DOCUMENTS_KEPT = 64


def pipeline_file(path: str) -> str:
    """The dvc.yaml that a dvc.lock belongs to; "" for another file."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, PIPELINE) if name == LOCK else ""


class Documents:
    """Results in the files of a commit, or of the work tree when the commit is None. What commits share is parsed once while it is near."""

    def __init__(self, reading: Reading, contents: Contents) -> None:
        self._reading = reading
        self._contents = contents
        self._pipelines: OrderedDict[bytes, Pipeline] = OrderedDict()
        self._results: OrderedDict[tuple[str, bytes, bytes], list[Result]] = OrderedDict()

    def results(self, commit: str | None, path: str, document: bytes) -> list[Result]:
        """The results in a dvc.lock, or of a `*.dvc` file."""
        file = pipeline_file(path)
        definitions = self._document(commit, file) if file else b""
        key = (path, document, definitions)
        if key in self._results:
            return self._results[key]
        pipeline = self._pipeline(file, definitions)
        found = self._placed(commit, path, document, pipeline) if file else self._of_dvc_file(path, document)
        if not pipeline.has_templated_folders:
            _keep(self._results, key, found)
        return found

    def _of_dvc_file(self, path: str, document: bytes) -> list[Result]:
        folder = posixpath.dirname(path)
        stages = self._parsed(path, document)
        return [
            Result(path, "", stage, posixpath.normpath(posixpath.join(folder, stage.wdir))) for stage in stages.values()
        ]

    def _placed(self, commit: str | None, path: str, document: bytes, pipeline: Pipeline) -> list[Result]:
        """The stages of a dvc.lock, each in its working directory."""
        file, folder = pipeline_file(path), posixpath.dirname(path)
        found = []
        for name, stage in self._parsed(path, document).items():
            wdir = working_directory(pipeline, name, lambda: self._parameters(commit, folder))
            if wdir is None:
                self._reading.cannot_tell(
                    f"{printable(file)}:{name}", "its working directory is a template that cannot be filled in"
                )
            else:
                found.append(Result(file, name, stage, posixpath.normpath(posixpath.join(folder, wdir)), pipeline))
        return found

    def pipeline(self, commit: str | None, file: str) -> Pipeline:
        """A dvc.yaml, an empty one when there is none."""
        return self._pipeline(file, self._document(commit, file))

    def pipeline_of_blob(self, file: str, blob: str) -> Pipeline:
        """A dvc.yaml by its blob."""
        return self._pipeline(file, self._contents.blob(blob, MAX_DOCUMENT_BYTES).data or b"")

    def _document(self, commit: str | None, file: str) -> bytes:
        return self._contents.file(commit, file, MAX_DOCUMENT_BYTES) or b""

    def _pipeline(self, file: str, document: bytes) -> Pipeline:
        if document not in self._pipelines:
            _keep(self._pipelines, document, self._parsed_pipeline(file, document))
        return self._pipelines[document]

    def _parsed_pipeline(self, file: str, document: bytes) -> Pipeline:
        try:
            return parse_pipeline(document)
        except DamagedError as error:
            self._reading.cannot_read(printable(file), error.message)
            return Pipeline()

    def _parsed(self, path: str, document: bytes) -> Mapping[str, Stage]:
        shown = printable(path)
        try:
            if not pipeline_file(path):
                return {"": stage_of_dvc_file(document)}
            return stages_of_lock(document, lambda what, why: self._reading.cannot_read(f"{shown}: {what}", why))
        except DamagedError as error:
            self._reading.cannot_read(shown, error.message)
            return {}

    def _parameters(self, commit: str | None, folder: str) -> Mapping[str, Any]:
        document = self._contents.file(commit, posixpath.join(folder, _PARAMETERS_FILE), MAX_DOCUMENT_BYTES)
        try:
            found = load_yaml(document) if document is not None else {}
        except DamagedError:
            return {}
        return found if isinstance(found, dict) else {}


def _keep(kept: OrderedDict[Any, Any], key: object, value: object) -> None:
    kept[key] = value
    if len(kept) > _DOCUMENTS_KEPT:
        kept.popitem(last=False)
