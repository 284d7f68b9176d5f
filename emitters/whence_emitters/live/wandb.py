"""Follow runs of Weights & Biases while they run, with what wandb's own files do not hold: artifacts used offline, and the code's state.

    from whence_emitters.live.wandb import track
    run = track(wandb.init(project="risk"))
    data = run.use_artifact("clean-data:latest", local="data/clean.csv", role="TRAIN")

`install()` tracks every `wandb.init` from then on. The run is the one that `whence-emit import wandb` makes of its file, so the two add to
each other. `local` and `role` are understood by a tracked run alone; offline, `local` takes the place of the download, and without it
`use_artifact` fails as wandb does. Whatever goes wrong here is logged once, and never raised into the job.
"""

from __future__ import annotations

import atexit
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from whence_emitters import facets, settings
from whence_emitters.context import Context, capture_context, code_folder, main_script
from whence_emitters.digests import digest
from whence_emitters.ids import now
from whence_emitters.importing.events import Dataset, dataset, read, written
from whence_emitters.importing.facets import Digest, digest_set, native_ref
from whence_emitters.masking import shown_error
from whence_emitters.record import SCHEMA_URL
from whence_emitters.refs import INPUT_ROLES
from whence_emitters.sender import ask_to_send
from whence_emitters.spool import Spool
from whence_emitters.systems.wandb.artifacts import (
    DEFAULT_HOST,
    Server,
    artifact_dataset,
    file_count,
    split_name,
    total_bytes,
)
from whence_emitters.systems.wandb.mapping import job_name, run_ref
from whence_emitters.systems.wandb.run_file import MANIFEST_MD5, Artifact, Entry, hex_of_base64

_log = logging.getLogger(__name__)
_MODEL_ROLES = frozenset({"BASE_MODEL", "MODEL"})


@dataclass(frozen=True, slots=True)
class LocalArtifact:
    """Stands for an artifact that cannot be downloaded offline: its bytes are at `path`."""

    name: str
    path: Path

    def download(self, *_: Any, **__: Any) -> str:
        """The folder that holds the files."""
        return str(self.path if self.path.is_dir() else self.path.parent)

    def file(self, *_: Any, **__: Any) -> str:
        """The only file. Raises ValueError when it is a folder."""
        if self.path.is_dir():
            raise ValueError(f"{self.name} is a folder: use download()")
        return str(self.path)


def install() -> None:
    """Track every run that `wandb.init` makes from now on."""
    import wandb  # type: ignore[import-not-found, unused-ignore]

    original = wandb.init
    if getattr(original, "_whence_tracks", False):
        return

    @wraps(original)
    def init(*args: Any, **kwargs: Any) -> Any:
        return track(original(*args, **kwargs))

    init._whence_tracks = True  # type: ignore[attr-defined]
    wandb.init = init


def track(run: Any) -> Any:
    """Follow a run of wandb; returns it. A run that is tracked already, or of a disabled wandb or OpenLineage, stays as it is."""
    if settings.disabled() or getattr(run, "disabled", False) or hasattr(run.use_artifact, "_whence_tracks"):
        return run
    _Tracked(run).start()
    return run


class _Tracked:
    """What is told of one run."""

    def __init__(self, run: Any) -> None:
        self._run = run
        self._inputs: list[Dataset] = []
        self._outputs: dict[tuple[str, str, str], Dataset] = {}
        self._missing: list[tuple[str, str]] = []
        self._context = Context()
        self._ended = False
        self._spool = Spool(settings.spool_folder(), settings.spool_max_bytes())

    def start(self) -> None:
        with self._guard("run"):
            run = self._run
            host = urlsplit(str(run.settings.base_url)).netloc.rpartition("@")[2]
            self._server = Server(host or DEFAULT_HOST, run.entity or "")
            program = getattr(run.settings, "program_relpath", None)
            job = job_name(run.job_type or "", program or "")
            self._ref = run_ref(self._server, run.entity or "", run.project or "", run.id, job)
            script = main_script()
            self._context = capture_context(code_folder(script), script, (), self._guard, self._note)
            self._put("RUNNING", [], [])
            self._replace("use_artifact", self._use)
            self._replace("log_artifact", self._logged)
            self._replace("_finish" if hasattr(run, "_finish") else "finish", self._finished)
            atexit.register(self._at_exit)

    def _use(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        local, role = kwargs.pop("local", None), kwargs.pop("role", None)
        given = args[0] if args else kwargs.get("artifact_or_name")
        if getattr(self._run, "offline", False):
            with self._guard("input", given):
                self._reads(self._by_name(str(getattr(given, "name", given)), local, role), role)
            if local is not None:
                return LocalArtifact(str(getattr(given, "name", given)), Path(local))
            return original(*args, **kwargs)
        artifact = original(*args, **kwargs)
        with self._guard("input", given):
            self._reads(artifact_dataset(_described(artifact), self._server, split_name(str(artifact.name))[1]), role)
        return artifact

    def _logged(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        artifact = original(*args, **kwargs)
        with self._guard("output", getattr(artifact, "name", None)):
            described = _described(artifact, self._run)
            made = artifact_dataset(described, self._server)
            self._outputs[made["namespace"], made["name"], described.digest] = written(
                made, size=total_bytes(described), files=file_count(described)
            )
        return artifact

    def _finished(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        exit_code = args[0] if args else kwargs.get("exit_code")
        self._end(sys.exc_info()[1], failed=bool(exit_code))
        return original(*args, **kwargs)

    def _at_exit(self) -> None:
        """The job ends without finishing the run; an error that ended the program is where the interpreter keeps it."""
        error = getattr(sys, "last_value", None)
        self._end(error, failed=error is not None)

    def _end(self, error: BaseException | None, *, failed: bool) -> None:
        if self._ended:
            return
        self._ended = True
        atexit.unregister(self._at_exit)
        with self._guard("end"):
            outputs = list(self._outputs.values())
            self._put("FAIL" if failed else "COMPLETE", self._inputs, outputs, error if failed else None)

    def _by_name(self, name: str, local: Any, role: str | None) -> Dataset:
        """An artifact as a job names it, `[[entity/]project/]collection[:version or alias]`, with the digests of its bytes here."""
        *owner, last = name.split("/")
        collection, version = split_name(last)
        entity = owner[-2] if len(owner) > 1 else self._run.entity or ""
        project = owner[-1] if owner else self._run.project or ""
        found = _local_digests(Path(local)) if local is not None else []
        if not found:
            self._note(f"input {name}", "its bytes were not looked at: give use_artifact a `local` path")
        model = facets.dataset_type("MODEL") if role in _MODEL_ROLES else None
        return dataset(
            self._server.namespace(entity, project), collection, version,
            datasetType=model, whence_contentDigests=digest_set(found),
        )  # fmt: skip

    def _reads(self, what: Dataset, role: str | None) -> None:
        if role is not None and role not in INPUT_ROLES:
            self._note(f"role of {what['name']}", f"{role!r} is no role: use one of {', '.join(INPUT_ROLES)}")
            role = None
        used = read(what, role=role)
        self._inputs.append(used)
        self._put("RUNNING", [used], [])

    def _put(
        self, state: str, inputs: list[Dataset], outputs: list[Dataset], error: BaseException | None = None
    ) -> None:
        event = {
            "eventType": state,
            "eventTime": now(),
            "producer": facets.PRODUCER,
            "schemaURL": SCHEMA_URL,
            "run": {"runId": self._ref.run_id, "facets": self._run_facets(error)},
            "job": {"namespace": self._ref.namespace, "name": self._ref.name, "facets": dict(self._context.job)},
            "inputs": inputs,
            "outputs": outputs,
        }
        self._spool.put(event)
        ask_to_send(self._spool)

    def _run_facets(self, error: BaseException | None) -> facets.Facets:
        native = f"{self._ref.namespace.partition('://')[2]}/{self._run.id}"
        made = {**self._context.run, "whence_nativeRef": native_ref("wandb", native, of_run=True)}
        with self._guard("parameters"):
            params = {
                name: facets.parameter_text(value)
                for name, value in facets.flat(dict(self._run.config)).items()
                if name != "_wandb"
            }
            if params:
                made["executionParameters"] = facets.parameters(params)
        if error is not None:
            made["errorMessage"] = facets.error_message(error, "".join(traceback.format_exception(error)))
        if self._missing:
            made["whence_captureCompleteness"] = facets.completeness(dict.fromkeys(self._missing), of_run=True)
        return made

    def _replace(self, name: str, with_: Callable[..., Any]) -> None:
        original = getattr(self._run, name)

        @wraps(original)
        def replaced(*args: Any, **kwargs: Any) -> Any:
            return with_(original, *args, **kwargs)

        replaced._whence_tracks = True  # type: ignore[attr-defined]
        setattr(self._run, name, replaced)

    def _note(self, what: str, why: str) -> None:
        self._missing.append((what, why))

    @contextmanager
    def _guard(self, what: str, which: object = None) -> Iterator[None]:
        """Keep an error of ours from the job: log it, list it as missing."""
        try:
            yield
        except Exception as error:
            name = f"{what} {which}" if which is not None else what
            self._note(name, shown_error(error))
            _log.warning("Lineage of this W&B run lacks %s: %s", name, shown_error(error))


def _described(artifact: Any, run: Any = None) -> Artifact:
    """An artifact of wandb as the run's file would tell it; one that is only a draft belongs to the run that logs it."""
    algorithm = str(getattr(artifact, "digest_algorithm", "") or MANIFEST_MD5).rpartition(".")[2]
    owner = run if run is not None else artifact
    entity = getattr(owner, "source_entity", None) or owner.entity or ""
    project = getattr(owner, "source_project", None) or owner.project or ""
    entries = [_entry(entry, algorithm) for entry in _entries(artifact).values()]
    return Artifact(
        entity, project, str(artifact.type), split_name(str(artifact.name))[0], str(artifact.digest), algorithm,
        str(artifact.description or ""), (), tuple(entries) or None, used=False,
    )  # fmt: skip


def _entries(artifact: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = artifact.manifest.entries
    return found


def _entry(entry: Any, algorithm: str) -> Entry:
    is_md5 = algorithm == MANIFEST_MD5 and not entry.ref and (entry.extra or {}).get("alg", "MD5") == "MD5"
    return Entry(
        str(entry.path), str(entry.digest), int(entry.size or 0), hex_of_base64(str(entry.digest)) if is_md5 else None
    )


def _local_digests(path: Path) -> list[Digest]:
    """Digests of a file or folder."""
    return [Digest(algorithm, value) for algorithm, value in digest(path).values]
