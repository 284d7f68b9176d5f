"""A stage's result as a run: what went in, what came out, at exact versions.

The run's id is made of the project, the stage and the state that DVC itself goes by (`Stage.identity`), not of a commit: the same result in
the run cache, on a branch, after a rebase and in the history is one run, and `whence-emit dvc` knows its id when it happens. Going back to
an earlier result is that run referred to again.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath

from whence_emitters import facets
from whence_emitters.importing.events import Dataset, Run, dataset, derived_run_id, present, read, written
from whence_emitters.importing.facets import (
    Digest,
    code_at,
    code_location,
    digest_set,
    incomplete,
    native_ref,
    tags,
)
from whence_emitters.masking import mask_command
from whence_emitters.parents import RunRef
from whence_emitters.systems.dvc.contents import Contents
from whence_emitters.systems.dvc.documents import Entry, Stage
from whence_emitters.systems.dvc.metrics import MAX_BYTES, measurements
from whence_emitters.systems.dvc.pipeline import Pipeline, matches
from whence_emitters.systems.dvc.places import Places

SYSTEM = "dvc"
_VERSIONS_KEPT = 4096
_PARAMETERS_FILE = "params.yaml"
_SCRIPTS = frozenset(
    {".py", ".ipynb", ".sh", ".bash", ".r", ".jl", ".sql", ".pl", ".scala", ".java", ".js", ".ts", ".rs", ".go"}
)


@dataclass(frozen=True, slots=True)
class Result:
    """One state of a stage or import. Paths are from the root of the repository: `file` is its dvc.yaml or `*.dvc`.

    `name` is the stage's, "" of an import; `directory` is what paths in `stage` are relative to.
    """

    file: str
    name: str
    stage: Stage
    directory: str
    pipeline: Pipeline = field(default_factory=Pipeline)

    @property
    def address(self) -> str:
        """`{dvc.yaml}:{stage}`, or the `*.dvc` file of an import."""
        return f"{self.file}:{self.name}" if self.name else self.file


@dataclass(frozen=True, slots=True)
class Standing:
    """When a result came about, and by what code: `commit` of `repository`, and whether tracked files differed from it.

    `files_at` is the commit whose files stand beside the result, None for the work tree; `missing` are pairs of what is not known and why.
    """

    started: str
    ended: str
    repository: str | None = None
    commit: str | None = None
    dirty: bool | None = None
    files_at: str | None = None
    experiment: str | None = None
    missing: tuple[tuple[str, str], ...] = ()


class Runs:
    """Makes runs of results; `places` names things, `contents` holds what bytes there are."""

    def __init__(self, places: Places, contents: Contents) -> None:
        self._places = places
        self._contents = contents
        self._ref = lru_cache(maxsize=_VERSIONS_KEPT)(self._run_of)
        self._known = lru_cache(maxsize=_VERSIONS_KEPT)(self._dataset)  # one version stands in many runs and commits

    def ref(self, result: Result) -> RunRef:
        """The run of a result."""
        return self._ref(result.file, result.name, result.stage.identity)

    def _run_of(self, path: str, stage: str, identity: str) -> RunRef:
        namespace, file = self._places.project(path)
        job = f"{file}:{stage}" if stage else file
        return RunRef(namespace, job, derived_run_id(SYSTEM, namespace, job, identity))

    def run(self, ref: RunRef, result: Result, standing: Standing, **more: facets.Facet | None) -> Run:
        """The run with everything that is known of it; `more` are further facets of the run."""
        missing = dict(standing.missing)
        inputs = list(self._inputs(result, standing, missing))
        outputs = list(self._outputs(result, standing))
        measured = self._metrics(result, standing, missing)
        repository, commit = standing.repository, standing.commit
        return Run(
            ref, standing.started, standing.ended, "COMPLETE", inputs, outputs,
            facets=present(
                executionParameters=_parameters(result.stage),
                whence_metrics=facets.metrics(measured) if measured else None,
                whence_codeState=code_at(repository, commit, dirty=standing.dirty) if repository and commit else None,
                tags=tags({"experiment": standing.experiment}, of="Run", source=SYSTEM) if standing.experiment else None,
                whence_nativeRef=native_ref(SYSTEM, native_id(result.address, commit), url=_page(repository), of_run=True),
                whence_captureCompleteness=_completeness(tuple(missing.items())),
                **more,
            ),
            job_facets=present(
                sourceCodeLocation=code_location(repository, commit, path=result.file) if repository and commit else None,
                documentation=_documentation(result),
            ),
        )  # fmt: skip

    def described(self, directory: str, entry: Entry, commit: str | None, *, model: bool = False) -> Dataset | None:
        """A dependency or output at its version; None when it has no name."""
        if not entry.unproven:
            return self._known(directory, entry, model)
        digests = entry.digests
        if entry.md5 and self._contents.proves(entry.md5, commit, _joined(directory, entry.path)):
            digests = (Digest("md5", entry.md5), *digests)
        return self._dataset(directory, replace(entry, digests=digests), model)

    def is_model(self, result: Result, entry: Entry) -> bool:
        """Whether dvc.yaml lists it as an artifact of type model."""
        models = result.pipeline.models
        return bool(models) and _joined(result.directory, entry.path) in {
            _joined(posixpath.dirname(result.file), path) for path in models
        }

    def _dataset(self, directory: str, entry: Entry, model: bool) -> Dataset | None:
        named = self._places.of(directory, entry)
        if named is None:
            return None
        return dataset(
            *named, entry.version,
            datasetType=facets.dataset_type("MODEL") if model else None,
            whence_contentDigests=digest_set(entry.digests, size=entry.size, files=self._files(entry)),
            whence_nativeRef=native_ref(SYSTEM, f"{named[1]}@{entry.version}", of_run=False) if entry.version else None,
        )  # fmt: skip

    def _files(self, entry: Entry) -> int | None:
        if entry.files is not None or not entry.is_directory or entry.md5 is None:
            return entry.files
        return self._contents.files_below(entry.md5)

    def _inputs(self, result: Result, standing: Standing, missing: dict[str, str]) -> Iterator[Dataset]:
        models_out = any(self.is_model(result, out) for out in result.stage.outs)
        for dep in _pinned(result.stage):
            model = self.is_model(result, dep)
            what = self.described(result.directory, dep, standing.files_at, model=model)
            if what is None:
                missing[f"input {dep.path or 'of a database'}"] = "DVC gives it no name that others know it by"
                continue
            if dep.version is None:
                missing[f"version of {dep.path}"] = "DVC kept no hash of it"
            yield read(what, role="MODEL" if model and not models_out else _role_of_input(dep))

    def _outputs(self, result: Result, standing: Standing) -> Iterator[Dataset]:
        for out in result.stage.outs:
            what = self.described(result.directory, out, standing.files_at, model=self.is_model(result, out))
            if what is not None:
                yield written(what, role=role_of_output(result, out), size=out.size, files=self._files(out))

    def _metrics(self, result: Result, standing: Standing, missing: dict[str, str]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for out in result.stage.outs:
            if not _is_metrics_file(result, out) or out.md5 is None:
                continue
            data = self._contents.with_md5(out.md5, standing.files_at, _joined(result.directory, out.path), MAX_BYTES)
            values = None if data is None else measurements(out.path, data)
            if values is None:
                missing[f"values in {out.path}"] = (
                    "no file of these bytes is in git or in the cache, or it is no JSON or YAML"
                )
            else:
                found += values
        return found


def role_of_output(result: Result, out: Entry) -> str | None:
    """METRICS or PLOT when dvc.yaml says so, for the stage or for the whole project; NOTEBOOK for an executed notebook."""
    folder = posixpath.dirname(result.file)
    path = _joined(result.directory, out.path)
    definition = result.pipeline.definition(result.name)
    kinds = [kind for pattern, kind in definition.kinds if matches(pattern, out.path)]
    kinds += [kind for pattern, kind in result.pipeline.kinds if matches(_joined(folder, pattern), path)]
    return kinds[0] if kinds else "NOTEBOOK" if out.path.endswith(".ipynb") else None


def metrics_files(result: Result) -> list[str]:
    """Paths of its metrics files."""
    return [_joined(result.directory, out.path) for out in result.stage.outs if _is_metrics_file(result, out)]


def _is_metrics_file(result: Result, out: Entry) -> bool:
    return out.md5 is not None and not out.is_directory and role_of_output(result, out) == "METRICS"


def native_id(address: str, commit: str | None) -> str:
    """How DVC's own commands name a stage: `{dvc.yaml}:{stage}`, at a revision."""
    return f"{address}@{commit}" if commit else address


def _pinned(stage: Stage) -> Iterable[Entry]:
    """The dependencies; one on another repository has the hash of what was imported, since DVC checks that they are equal."""
    if (
        not stage.command
        and len(stage.deps) == 1 == len(stage.outs)
        and stage.deps[0].origin
        and stage.deps[0].version is None
    ):
        dep, out = stage.deps[0], stage.outs[0]
        return (Entry(dep.path, out.version, out.digests, out.size, out.files, dep.origin),)
    return stage.deps


def _role_of_input(dep: Entry) -> str | None:
    return "CONFIG" if not dep.is_directory and PurePosixPath(dep.path).suffix.lower() in _SCRIPTS else None


def _parameters(stage: Stage) -> facets.Facet | None:
    values: dict[str, str] = {}
    for file, found in stage.params.items():
        prefix = "" if file == _PARAMETERS_FILE else f"{file}:"
        if isinstance(found, Mapping):
            values |= {f"{prefix}{key}": facets.parameter_text(value) for key, value in facets.flat(found).items()}
    if stage.command:
        values["command"] = _masked(stage.command)
    for dep in stage.deps:
        if dep.origin and dep.origin.revision:
            values[f"rev_lock:{dep.path}"] = dep.origin.revision
    return facets.parameters(values) if values else None


@lru_cache(maxsize=_VERSIONS_KEPT)
def _masked(command: str) -> str:
    return " ".join(mask_command(command.split()))


@lru_cache(maxsize=_VERSIONS_KEPT)
def _completeness(missing: tuple[tuple[str, str], ...]) -> facets.Facet | None:
    return incomplete(dict(missing), of_run=True)


def _documentation(result: Result) -> facets.Facet | None:
    description = result.pipeline.definition(result.name).description
    return facets.documentation(description) if description else None


def _page(repository: str | None) -> str | None:
    return repository if repository and repository.startswith("https://") else None


def _joined(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, path))
