"""A run of W&B as OpenLineage events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.git import normal_repository
from whence_emitters.importing.events import Run, dataset, dataset_event, derived_run_id, present, read, written
from whence_emitters.importing.facets import alias, code_at, code_location, incomplete, native_ref, tags
from whence_emitters.importing.times import from_seconds
from whence_emitters.parents import RunRef
from whence_emitters.systems.wandb.artifacts import (
    NO_ENTITY,
    artifact_dataset,
    file_count,
    manifest_version,
    split_name,
    total_bytes,
)
from whence_emitters.systems.wandb.run_file import MAX_MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import Dataset, State
    from whence_emitters.systems.wandb.artifacts import Server
    from whence_emitters.systems.wandb.run_file import Artifact, RunFile

_OWN_ALIASES = re.compile(r"latest|v\d+")  # the server gives these by itself
_ASSUMED_PROJECT = "the run's file names the artifact without its project: taken to be the run's own"


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the run's file: the digest of its list of packages, and whether it holds a diff of the work tree."""

    packages_sha256: str | None = None
    dirty: bool | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the server says: artifacts used, and the numbers of the logged ones by (collection, manifest digest)."""

    used: tuple[Dataset, ...]
    versions: Mapping[tuple[str, str], str]


def run_ref(server: Server, entity: str, project: str, run_id: str, job: str) -> RunRef:
    """The run and its job. The live hook names them alike."""
    namespace = server.namespace(entity, project)
    return RunRef(namespace, job, derived_run_id("wandb", namespace, run_id))


def job_name(job_type: str, program: str) -> str:
    """The type that the job was given, else the program that ran, else `run`."""
    return job_type or program or "run"


def events(run: RunFile, server: Server, beside: Beside, told: Told | None) -> tuple[tuple[Event, ...], dict[str, str]]:
    """The events of a run, and what could not be told of it. Raises OverflowError for times beyond the year 9999."""
    ref = run_ref(server, run.entity, run.project, run.run_id, job_name(run.job_type, run.program))
    ended = None if run.exit_code is None else from_seconds(max(run.started + run.runtime, run.last_seen))
    state: State = "COMPLETE" if run.exit_code == 0 else "FAIL"
    repository = normal_repository(run.repository) if "://" in run.repository or "@" in run.repository else ""
    missing = _missing(run, server, told, repository)
    made = Run(
        ref=ref,
        started=from_seconds(run.started),
        ended=ended,
        state=state if ended else None,
        inputs=_inputs(run, server, told),
        outputs=_outputs(run, server, told),
        facets=_run_facets(run, ref, repository, beside, missing),
        job_facets=present(
            sourceCodeLocation=code_location(repository, run.commit, path=run.program or None) if repository else None
        ),
    )
    moves = _alias_moves(run, server, told, ended) if ended else ()
    return (*made.events(), *moves), missing


def _inputs(run: RunFile, server: Server, told: Told | None) -> Sequence[Dataset]:
    if told is not None:
        return told.used
    drafts = {one.name: one for one in run.artifacts.values() if one.used}
    found = []
    for name, kind in run.used:
        collection, version = split_name(name)
        if collection in drafts:
            found.append(read(artifact_dataset(drafts.pop(collection), server, version)))
            continue
        model = facets.dataset_type("MODEL") if kind == "model" else None
        named = dataset(server.namespace(run.entity, run.project), collection, version, datasetType=model)
        found.append(read(named, because=_ASSUMED_PROJECT))
    return [*found, *(read(artifact_dataset(draft, server)) for draft in drafts.values())]


def _logged(run: RunFile) -> list[Artifact]:
    return [one for one in run.artifacts.values() if one.name and one.digest and not one.used]


def _version(artifact: Artifact, told: Told | None) -> str:
    numbered = told.versions.get((artifact.name, artifact.digest)) if told else None
    return numbered or manifest_version(artifact)


def _outputs(run: RunFile, server: Server, told: Told | None) -> list[Dataset]:
    return [
        written(artifact_dataset(one, server, _version(one, told)), size=total_bytes(one), files=file_count(one))
        for one in _logged(run)
    ]


def _alias_moves(run: RunFile, server: Server, told: Told | None, at: str) -> list[Event]:
    """The aliases that the run gave; their record has no time of its own, so they are said at the run's end."""
    return [
        dataset_event(
            at,
            dataset(
                server.namespace(one.entity, one.project),
                one.name,
                _version(one, told),
                whence_alias=alias(name, at=at),
            ),
        )
        for one in _logged(run)
        for name in one.aliases
        if not _OWN_ALIASES.fullmatch(name)
    ]


def _run_facets(
    run: RunFile, ref: RunRef, repository: str, beside: Beside, missing: Mapping[str, str]
) -> dict[str, Facet]:
    params = {name: _text(value) for name, value in facets.flat(run.config).items() if not name.startswith("_wandb")}
    measured = _metrics(run)
    labels = _labels(run)
    pin = _environment(run, beside)
    return present(
        whence_nativeRef=native_ref("wandb", f"{ref.namespace.partition('://')[2]}/{run.run_id}", of_run=True),
        executionParameters=facets.parameters(params) if params else None,
        whence_metrics=facets.metrics(measured) if measured else None,
        whence_codeState=code_at(repository, run.commit, dirty=beside.dirty),
        whence_environmentPin=facets.environment_pin(pin) if pin else None,
        tags=tags(labels, of="Run", source="wandb") if labels else None,
        whence_captureCompleteness=incomplete(missing, of_run=True),
    )


def _metrics(run: RunFile) -> list[dict[str, Any]]:
    """Each measurement with its step, then the summary: the last value, or the one that the run chose to stand for it."""
    at_steps = [{"name": name, "value": facets.metric_value(value), "step": step} for name, value, step in run.history]
    summary = [
        {"name": name, "value": facets.metric_value(value)}
        for name, value in run.summary.items()
        if name and not name.startswith("_") and isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return at_steps + summary


def _labels(run: RunFile) -> dict[str, str]:
    own = {"group": run.group, "name": run.name, "sweep": run.sweep, "forkedFrom": run.forked_from}
    return {tag: "true" for tag in run.tags if tag} | {f"wandb.{key}": value for key, value in own.items() if value}


def _environment(run: RunFile, beside: Beside) -> dict[str, Any]:
    cuda = {"cuda": run.cuda} if run.cuda else {}
    pin = {
        "python": run.python.rpartition(" ")[2],
        "os": run.system,
        "packagesSha256": beside.packages_sha256,
        "image": run.image,
        "cpu": run.cpu,
        "accelerators": [{"name": name, **cuda} for name in run.accelerators],
    }
    return {key: value for key, value in pin.items() if value}


def _text(value: object) -> str:
    """A parameter's value; JSON may hold halves of characters, which no event can."""
    return facets.parameter_text(value).encode("utf-8", "replace").decode()


def _missing(run: RunFile, server: Server, told: Told | None, repository: str) -> dict[str, str]:
    missing = {"seeds": "W&B records none"}
    if told is None and run.offline:
        missing["inputs"] = "W&B records no used artifacts of offline runs: track them with whence_emitters.live.wandb"
    elif told is None:
        missing["inputs"] = "the file holds only names of used artifacts, and only some of them: --api asks the server"
        missing["versions"] = (
            "the server numbers logged artifacts; here they are named by their manifest: --api asks it"
        )
    missing["inputs.role"] = "W&B does not record what an artifact was used for"
    if not (run.entity or server.entity):
        missing["entity"] = f"the run names none, {NO_ENTITY!r} stands for it: give it with --entity"
    if not code_at(repository, run.commit):
        missing["codeState"] = "the run ran in no git repository with a remote, or W&B was told not to look"
    else:
        missing["codeState.dirty"] = "W&B records the commit, and not what the work tree changed in it"
    if run.exit_code is None:
        missing["end"] = "the file has no record of the run's end: it runs still, or it crashed"
    if run.rows_left_out:
        missing["metrics"] = (
            f"after {MAX_MEASUREMENTS:,} measurements {run.rows_left_out:,} steps are left out; the summary is whole"
        )
    if any(one.entries is None for one in run.artifacts.values()):
        missing["contentDigests"] = "the record of an artifact does not hold all of its files"
    return missing
