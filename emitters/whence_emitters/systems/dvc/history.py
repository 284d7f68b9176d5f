"""The commits of a repository: each result that one brought first, and the versions that one brought.

A result (`Result`) is read from dvc.lock or an import's `*.dvc`; it is a run of the first commit that holds it, experiments of `dvc exp` among
them. What a commit's files name and its parents' did not, the commit refers to (`systems.commits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from whence_emitters.importing.contract import Reading, Record
from whence_emitters.importing.events import Dataset
from whence_emitters.masking import mask_text
from whence_emitters.names import printable
from whence_emitters.systems.commits import brought, commit_run
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import (
    MAX_DOCUMENT_BYTES,
    Entry,
    Stage,
    is_tracking,
)
from whence_emitters.systems.dvc.places import Places
from whence_emitters.systems.dvc.results import Documents, pipeline_file
from whence_emitters.systems.dvc.stages import Result, Runs, Standing, metrics_files
from whence_emitters.systems.dvc.traces import standing_of
from whence_emitters.systems.repository import Change, Commit, Repository

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
_COMMITS_TOGETHER = 64

_UNTOLD = (
    ("start and end", "DVC keeps none: both are the time of the commit that brought the result"),
    ("codeState", "DVC keeps no commit: the code may have been committed later than it ran"),
)

# What a commit's file names, and what its parents' named.
Changed: TypeAlias = tuple[list[Result], list[Result]]


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
        self._contents = contents
        self._experiments = experiments
        self._folder = repository.root
        self.documents = Documents(reading, contents)
        self.runs = Runs(places, contents)
        self.known = Known()

    def records(self) -> Iterator[Record]:
        """A record a run, then one a commit with what it brought; parents first."""
        walk = self._repository.changes(SPECS, refs=REFS)
        while near := list(islice(walk, _COMMITS_TOGETHER)):
            self._contents.fetch(_documents_of(near))
            parsed = [(commit, self._changed(commit, changes)) for commit, changes in near]
            self._contents.fetch(self._metrics_of(parsed))
            for commit, changed in parsed:
                yield from self._commit(commit, changed)

    def _commit(self, commit: Commit, changed: Sequence[Changed]) -> Iterator[Record]:
        self.known.oldest = self.known.oldest or commit.time
        for now, _before in changed:
            yield from self._results_as_runs(commit, now)
        refers = [one for now, before in changed for one in self._brought(commit, now, before)]
        key = f"commit:{commit.sha}"
        if refers and not self._reading.unchanged(key, str(commit.truncated)):
            told = commit_run(self._repository, commit, refers).events()
            yield Record(key, told, str(commit.truncated), stamp_tells_all=True)

    def _changed(self, commit: Commit, changes: Sequence[Change]) -> list[Changed]:
        return [
            (
                self._results(commit, change.path, change.blob or ""),
                [one for blob in change.old_blobs for one in self._results(commit, change.path, blob)],
            )
            for change in changes
            if change.is_file
        ]

    def _results(self, commit: Commit, path: str, blob: str) -> list[Result]:
        found = self._contents.blob(blob, MAX_DOCUMENT_BYTES)
        if found.data is None:
            why = (
                "the clone does not hold it"
                if found.size is None
                else f"it is larger than {MAX_DOCUMENT_BYTES:,} bytes"
            )
            self._reading.cannot_read(f"{printable(path)} at {commit.sha}", why)
            return []
        return self.documents.results(commit.sha, path, found.data)

    def _metrics_of(self, parsed: Sequence[tuple[Commit, Sequence[Changed]]]) -> Iterator[str]:
        for commit, changed in parsed:
            for result in (one for now, _before in changed for one in now):
                if self.runs.ref(result).run_id not in self.known.runs:
                    yield from (f"{commit.sha}:{path}" for path in metrics_files(result))

    def _results_as_runs(self, commit: Commit, results: Sequence[Result]) -> Iterator[Record]:
        for result in results:
            if is_tracking(result.stage):
                self.known.add(result, commit.time)
                continue
            ref = self.runs.ref(result)
            if ref.run_id in self.known.runs:
                continue
            self.known.runs.add(ref.run_id)
            self.known.add(result, commit.time)
            key = f"run:{ref.run_id}"
            if not self._reading.unchanged(key, commit.sha):
                standing = standing_of(self._folder, ref.run_id, self._standing(commit))
                yield Record(key, self.runs.run(ref, result, standing).events(), commit.sha, stamp_tells_all=True)

    def _standing(self, commit: Commit) -> Standing:
        name = self._experiments.get(commit.sha)
        return Standing(
            commit.time, commit.time, self._repository.url, commit.sha,
            files_at=commit.sha, experiment=None if name is None else mask_text(name), missing=_UNTOLD,
        )  # fmt: skip

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


def _documents_of(near: Sequence[tuple[Commit, Sequence[Change]]]) -> Iterator[str]:
    for commit, changes in near:
        for change in changes:
            if change.is_file:
                yield change.blob or ""
                yield from change.old_blobs
                if file := pipeline_file(change.path):
                    yield f"{commit.sha}:{file}"


def _outputs(results: Sequence[Result]) -> Iterator[tuple[Result, Entry]]:
    return ((result, out) for result in results for out in result.stage.outs)
