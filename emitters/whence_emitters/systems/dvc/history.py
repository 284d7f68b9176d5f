"""The commits of a repository: each result that one brought first, and the versions that one brought.

A result (`Result`) is read from dvc.lock or an import's `*.dvc`; it is a run of the first commit that holds it, experiments of `dvc exp` among
them. What a commit's files name and its parents' did not, the commit refers to (`systems.commits`).
"""

from __future__ import annotations

import posixpath
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.events import Dataset
from whence_emitters.importing.files import load_yaml
from whence_emitters.masking import mask_text
from whence_emitters.names import printable
from whence_emitters.systems.commits import brought, commit_run
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import (
    MAX_DOCUMENT_BYTES,
    Entry,
    Stage,
    is_tracking,
    stage_of_dvc_file,
    stages_of_lock,
)
from whence_emitters.systems.dvc.pipeline import Pipeline, parse_pipeline, working_directory
from whence_emitters.systems.dvc.places import Places
from whence_emitters.systems.dvc.stages import Result, Runs, Standing
from whence_emitters.systems.dvc.traces import standing_of
from whence_emitters.systems.repository import Commit, Repository

LOCK, PIPELINE, TRACKED = "dvc.lock", "dvc.yaml", ".dvc"
SPECS = (":(top,glob)**/dvc.lock", ":(top,glob)**/*.dvc")
CONFIGS = ":(top,glob)**/.dvc/config"
# Experiments are commits as well; what DVC keeps while one goes on, and git beside the history, is not.
REFS = (
    "--exclude=refs/stash",
    "--exclude=refs/notes/*",
    "--exclude=refs/exps/exec/*",
    "--exclude=refs/exps/celery/*",
    "--all",
)
_PARAMETERS_FILE = "params.yaml"
_DOCUMENTS_KEPT = 64


@dataclass(slots=True)
class Known:
    """What the history told so far, for what stands outside it.

    `runs` are the ids of runs; `brought` the time of the first commit that held a hash, by the hash; `shapes` the latest result for the paths
    that a stage has, since the run cache does not name stages.
    """

    runs: set[str] = field(default_factory=set)
    brought: dict[str, str] = field(default_factory=dict)
    shapes: dict[tuple[object, ...], Result] = field(default_factory=dict)
    oldest: str | None = None

    def time_of(self, stage: Stage) -> str | None:
        """The time of the newest commit that brought something the stage read, else of the oldest commit."""
        return max(
            (self.brought[dep.version] for dep in stage.deps if dep.version in self.brought), default=self.oldest
        )

    def add(self, result: Result, time: str) -> None:
        """Take in a result that a commit holds."""
        for entry in (*result.stage.deps, *result.stage.outs):
            if entry.version is not None:
                self.brought.setdefault(entry.version, time)
        if result.name:
            for shape in shapes_of(result.stage):
                self.shapes[shape] = result


def shapes_of(stage: Stage) -> tuple[tuple[object, ...], ...]:
    """What tells stages apart where they have no name: command and paths, else the outputs, which no two stages share."""
    deps, outs = (tuple(sorted(entry.path for entry in entries)) for entries in (stage.deps, stage.outs))
    return (stage.command, deps, outs), (outs,)


class Documents:
    """Results in the files of a commit, or of the work tree when the commit is None. Files are parsed once while they are near."""

    def __init__(self, reading: Reading, contents: Contents) -> None:
        self._reading = reading
        self._contents = contents
        self._pipelines: OrderedDict[bytes, Pipeline] = OrderedDict()
        self._stages: OrderedDict[tuple[str, bytes], Mapping[str, Stage]] = OrderedDict()

    def results(self, commit: str | None, path: str, document: bytes) -> list[Result]:
        """The results in a dvc.lock, or of a `*.dvc` file."""
        folder = posixpath.dirname(path)
        stages = self._parsed(path, document)
        if not path.endswith(LOCK):
            return [
                Result(path, "", stage, posixpath.normpath(posixpath.join(folder, stage.wdir)))
                for stage in stages.values()
            ]
        file = posixpath.join(folder, PIPELINE)
        pipeline = self.pipeline(commit, file)
        found = []
        for name, stage in stages.items():
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
        document = self._contents.file(commit, file, MAX_DOCUMENT_BYTES) or b""
        if document not in self._pipelines:
            _keep(self._pipelines, document, self._pipeline(file, document))
        return self._pipelines[document]

    def _pipeline(self, file: str, document: bytes) -> Pipeline:
        try:
            return parse_pipeline(document)
        except DamagedError as error:
            self._reading.cannot_read(printable(file), error.message)
            return Pipeline()

    def _parsed(self, path: str, document: bytes) -> Mapping[str, Stage]:
        key = (path, document)
        if key not in self._stages:
            _keep(self._stages, key, self._parse(path, document))
        return self._stages[key]

    def _parse(self, path: str, document: bytes) -> Mapping[str, Stage]:
        shown = printable(path)
        try:
            if not path.endswith(LOCK):
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


class History:
    """Reads the commits; fills `known`."""

    def __init__(
        self,
        reading: Reading,
        repository: Repository,
        places: Places,
        contents: Contents,
        experiments: Mapping[str, str],
    ) -> None:
        self._reading = reading
        self._repository = repository
        self._places = places
        self._experiments = experiments
        self._folder = repository.root
        self.documents = Documents(reading, contents)
        self.runs = Runs(places, contents)
        self.known = Known()

    def records(self) -> Iterator[Record]:
        """A record a run, then one a commit with what it brought; parents first."""
        for commit, changes in self._repository.changes(SPECS, refs=REFS):
            self.known.oldest = self.known.oldest or commit.time
            refers: list[Dataset] = []
            for change in changes:
                if not change.is_file:
                    continue
                now = self._results(commit, change.path, change.blob or "")
                yield from self._results_as_runs(commit, now)
                before = [one for blob in change.old_blobs for one in self._results(commit, change.path, blob)]
                refers += self._brought(commit, now, before)
            key = f"commit:{commit.sha}"
            if refers and not self._reading.unchanged(key, str(commit.truncated)):
                yield Record(key, commit_run(self._repository, commit, refers).events(), str(commit.truncated))

    def _results(self, commit: Commit, path: str, blob: str) -> list[Result]:
        found = self._repository.blob(blob, MAX_DOCUMENT_BYTES)
        if found.data is None:
            why = (
                "the clone does not hold it"
                if found.size is None
                else f"it is larger than {MAX_DOCUMENT_BYTES:,} bytes"
            )
            self._reading.cannot_read(f"{printable(path)} at {commit.sha}", why)
            return []
        return self.documents.results(commit.sha, path, found.data)

    def _results_as_runs(self, commit: Commit, results: Sequence[Result]) -> Iterator[Record]:
        for result in results:
            if is_tracking(result.stage):
                self.known.add(result, commit.time)
                continue
            run_id = self.runs.ref(result).run_id
            if run_id in self.known.runs:
                continue
            self.known.runs.add(run_id)
            self.known.add(result, commit.time)
            key = f"run:{run_id}"
            if not self._reading.unchanged(key, commit.sha):
                standing = standing_of(self._folder, run_id, self._standing(commit))
                yield Record(key, self.runs.run(result, standing).events(), commit.sha)

    def _standing(self, commit: Commit) -> Standing:
        name = self._experiments.get(commit.sha)
        return Standing(
            commit.time, commit.time, commit.sha, self._repository.url, mask_text(name) if name is not None else None
        )

    def _brought(self, commit: Commit, now: Sequence[Result], before: Sequence[Result]) -> Iterator[Dataset]:
        """Outputs at versions that no parent of the commit had."""
        earlier: dict[tuple[str, str], list[str]] = {}
        for result, out in _outputs(before):
            named = self._places.of(result.directory, out)
            if named is not None and out.version is not None:
                earlier.setdefault(named, []).append(out.version)
        for result, out in _outputs(now):
            what = self.runs.described(result.directory, out, commit.sha, model=self.runs.is_model(result, out))
            if what is None or out.version is None:
                continue
            had = earlier.get((what["namespace"], what["name"]), [])
            if out.version not in had:
                told = {name: facet for name, facet in what["facets"].items() if name != "version"}
                yield brought(commit, what["namespace"], what["name"], out.version, had, **told)


def _outputs(results: Sequence[Result]) -> Iterator[tuple[Result, Entry]]:
    return ((result, out) for result in results for out in result.stage.outs)
