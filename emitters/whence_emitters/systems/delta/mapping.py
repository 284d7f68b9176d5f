"""What one commit of a Delta table becomes: a run that wrote a version, with what the commit and the table say about both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.errors import DamagedError
from whence_emitters.importing.events import Dataset, dataset, derived_run_id, present, read, written
from whence_emitters.importing.facets import (
    Digest,
    dataset_documentation,
    digest_set,
    incomplete,
    lifecycle,
    native_ref,
)
from whence_emitters.importing.files import load_json
from whence_emitters.live.commit_properties import KEYS, writer_of
from whence_emitters.masking import mask_text
from whence_emitters.parents import RunRef
from whence_emitters.systems.delta.file_set import ALGORITHM
from whence_emitters.systems.delta.origins import operation_of
from whence_emitters.systems.table_commits import (
    MAX_TEXT,
    Commit,
    measured,
    parameter_texts,
    storage,
    version_record,
)
from whence_emitters.systems.table_schema import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.systems.delta.log import Actions
    from whence_emitters.systems.delta.origins import Origin

_ENGINE = re.compile(r"([^\s:/]+)[:/]([^\s/]+)")
_TOLD_ELSEWHERE = frozenset(
    {
        "timestamp",
        "inCommitTimestamp",
        "operation",
        "operationParameters",
        "operationMetrics",
        "engineInfo",
        "userMetadata",
    }
)
# Who wrote it, by name and address, is for the source to show; lineage asks for the run.
_PERSONAL = frozenset({"userId", "userName"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name in events, and its latest metaData as facets."""

    namespace: str
    name: str
    table_id: str | None = None
    described: Mapping[str, Facet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the log gives it: its commit, its time in microseconds, its origin, and its active files where they are known."""

    actions: Actions
    time: int
    origin: Origin
    digest: str | None = None
    files: int | None = None
    bytes: int | None = None
    gone: bool = False
    timed: bool = True


def described_by(metadata: Mapping[str, Any]) -> dict[str, Facet]:
    """`schema`, `storage` and `documentation` from the action metaData; what is damaged is left out."""
    description, form = metadata.get("description"), metadata.get("format")
    provider = form.get("provider") if isinstance(form, dict) else None
    return present(
        schema=_schema(metadata.get("schemaString")),
        storage=storage("delta", provider if isinstance(provider, str) else None),
        documentation=dataset_documentation(description[:MAX_TEXT]) if isinstance(description, str) and description else None,
    )  # fmt: skip


def commit_of(table: Table, version: Version) -> Commit:
    """The commit's run, its input and its output."""
    actions, origin = version.actions, version.origin
    properties = properties_of(actions)
    operation = operation_of(actions)
    native = f"{table.table_id or table.name}@{actions.version}"
    missing = dict(origin.missing)
    if not version.timed:
        missing["time"] = "neither the commit nor its files give one: it is put right after the version before"
    about = present(
        whence_nativeRef=native_ref("delta", native, of_run=True) | {"recordSha256": actions.sha256},
        executionParameters=facets.parameters(parameter_texts(_parameters(actions, properties))),
        processing_engine=_engine(actions.info.get("engineInfo")),
        whence_metrics=measured("delta", _mapping(actions.info.get("operationMetrics"))),
        whence_captureCompleteness=incomplete(missing, of_run=True),
    )
    run_id = derived_run_id("delta", table.namespace, table.name, str(actions.version), actions.sha256)
    return Commit(
        RunRef(table.namespace, f"{table.name} {mask_text(operation)}", run_id),
        version.time,
        _output(table, version, native, operation),
        inputs=[_kept(table, version)] if origin.version is not None else (),
        facets=about,
        streaming=operation == "STREAMING UPDATE",
        rewritten=origin.alone,
        writer=writer_of(properties),
    )


def _output(table: Table, version: Version, native: str, operation: str) -> Dataset:
    actions = version.actions
    digests = [Digest("delta", native, "SNAPSHOT")] if table.table_id else []
    if version.digest:
        digests.append(Digest(ALGORITHM, version.digest))
    note = actions.info.get("userMetadata")
    previous = [str(actions.version - 1)] if actions.version else []
    told = present(
        whence_nativeRef=native_ref("delta", native, of_run=False),
        whence_contentDigests=digest_set(digests, size=version.bytes, files=version.files),
        whence_versionInfo=version_record(
            table.namespace,
            table.name,
            previous,
            note=note if isinstance(note, str) and not _json_object(note) else None,
        ),
        datasetType=facets.dataset_type("TABLE"),
        lifecycleStateChange=_change(version, operation),
    )
    made = dataset(table.namespace, table.name, str(actions.version), **told, **table.described)
    if not actions.added:
        return made
    return written(made, rows=actions.rows, size=sum(size for _key, size in actions.added), files=len(actions.added))


def _kept(table: Table, version: Version) -> Dataset:
    gap = incomplete(
        {"history": f"the log no longer holds the commit of version {version.origin.version}"},
        history_truncated=True,
        of_run=False,
    )
    return read(
        dataset(
            table.namespace, table.name, str(version.origin.version),
            whence_captureCompleteness=gap if version.gone else None,
        )
    )  # fmt: skip


def _change(version: Version, operation: str) -> Facet | None:
    actions = version.actions
    if actions.version == 0:
        return lifecycle("CREATE")
    if version.files == 0 and actions.removed:
        return lifecycle("TRUNCATE")
    if actions.added and version.origin.version is None:
        return lifecycle("OVERWRITE")
    return lifecycle("ALTER") if actions.metadata and operation != "RESTORE" else None


def properties_of(actions: Actions) -> dict[str, Any]:
    """What a writer added to the commit: keys of its own (delta-rs), or one text that holds an object (Spark)."""
    note = actions.info.get("userMetadata")
    return actions.info | (_json_object(note) if isinstance(note, str) else {})


def _parameters(actions: Actions, properties: Mapping[str, object]) -> dict[str, object]:
    more = {
        key: value
        for key, value in properties.items()
        if key not in _TOLD_ELSEWHERE | KEYS | _PERSONAL and value is not None
    }
    return _mapping(actions.info.get("operationParameters")) | more


def _engine(text: object) -> Facet | None:
    match = _ENGINE.search(text) if isinstance(text, str) else None
    return facets.standard("1-1-1", "ProcessingEngineRunFacet", name=match[1], version=match[2]) if match else None


def _mapping(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _json_object(text: str) -> dict[str, Any]:
    try:
        return _mapping(load_json(text)) if text.lstrip().startswith("{") else {}
    except DamagedError:
        return {}


def _schema(text: object) -> Facet | None:
    try:
        given = load_json(text) if isinstance(text, str) else None
    except DamagedError:
        return None
    return columns(given, lambda column: _mapping(column.get("metadata")).get("comment"))
