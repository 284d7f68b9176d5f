"""What a snapshot and a move of a branch or tag become: a run that wrote a version, and the name that was put on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.importing.events import dataset, dataset_event, derived_run_id, present, read, written
from whence_emitters.importing.facets import (
    Digest,
    alias,
    digest_set,
    incomplete,
    lifecycle,
    native_ref,
    symlinks,
)
from whence_emitters.live.commit_properties import KEYS, writer_of
from whence_emitters.masking import mask_text
from whence_emitters.parents import RunRef
from whence_emitters.systems.iceberg.columns import columns_of
from whence_emitters.systems.iceberg.metadata import MAIN
from whence_emitters.systems.iceberg.snapshots import figure, operation_of, origin_of, parent_of, summary_of
from whence_emitters.systems.table_commits import (
    Commit,
    measured,
    parameter_texts,
    storage,
    time_text,
    untold,
    version_record,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.iceberg.metadata import Move, TableHistory
    from whence_emitters.systems.iceberg.snapshots import Origin
    from whence_emitters.systems.iceberg.sources import Catalog

_FIGURES = ("added-", "deleted-", "removed-", "total-", "changed-")
_ENGINE = frozenset({"engine-name", "engine-version"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name in events, and all that its metadata tells."""

    namespace: str
    name: str
    history: TableHistory
    catalog: Catalog | None = None

    @property
    def native(self) -> str:
        """The table's own id; its name where format version 1 has none."""
        return self.history.uuid or self.name


def commit_of(table: Table, snapshot: Mapping[str, Any], time: int, *, on_main: bool) -> Commit:
    """The run of a snapshot, what it kept and what it wrote; `on_main` when it was then the table's current one."""
    number, operation = snapshot["snapshot-id"], operation_of(snapshot)
    origin = origin_of(snapshot, table.history.snapshots)
    summary = summary_of(snapshot)
    writer = writer_of(summary)
    native = f"{table.native}@{number}"
    return Commit(
        RunRef(table.namespace, f"{table.name} {mask_text(operation)}", derived_run_id("iceberg", table.native, str(number))),
        time,
        _output(table, snapshot, time, on_main=on_main),
        inputs=[_kept(table, each, origin) for each in origin.snapshots],
        facets=present(
            whence_nativeRef=native_ref("iceberg", native, record=_canonical(snapshot), of_run=True),
            executionParameters=facets.parameters(parameter_texts(_parameters(summary))),
            processing_engine=_engine(summary),
            whence_metrics=measured("iceberg", {k: v for k, v in summary.items() if k.startswith(_FIGURES)}),
            whence_captureCompleteness=incomplete(
                untold(origin.missing, writer), history_truncated=origin.truncated and not origin.snapshots, of_run=True
            ),
        ),
        rewritten=origin.alone and bool(origin.snapshots),
        writer=writer,
    )  # fmt: skip


def made_current(table: Table, snapshot: int, milliseconds: int) -> Commit:
    """A rollback, or a staged snapshot that was published: the run made nothing, and from then on the table is that snapshot."""
    time = milliseconds * 1000
    native = f"{table.native}@{snapshot}"
    run_id = derived_run_id("iceberg", table.native, str(snapshot), str(milliseconds))
    return Commit(
        RunRef(table.namespace, f"{table.name} set current snapshot", run_id),
        time,
        dataset(
            table.namespace, table.name, str(snapshot), whence_alias=alias(MAIN, at=time_text(time)), **_named(table)
        ),
        facets=present(whence_nativeRef=native_ref("iceberg", native, of_run=True)),
        rewritten=True,
    )


def move_event(table: Table, move: Move) -> Event:
    """A branch or tag that was put on a snapshot, or taken away. Raises OverflowError when its time is none."""
    at = time_text(move.at * 1000)
    moved = alias(mask_text(move.ref), at=at, deleted=move.snapshot is None)
    version = None if move.snapshot is None else str(move.snapshot)
    return dataset_event(at, dataset(table.namespace, table.name, version, whence_alias=moved, **_named(table)))


def table_event(table: Table, milliseconds: int) -> Event:
    """A table without a snapshot yet: its name and its columns."""
    native = native_ref("iceberg", table.native, of_run=False)
    told = dataset(
        table.namespace, table.name, None, whence_nativeRef=native, schema=columns_of(table.history, {}), lifecycleStateChange=lifecycle("CREATE"),
        **_named(table),
    )  # fmt: skip
    return dataset_event(time_text(milliseconds * 1000), told)


def _output(table: Table, snapshot: Mapping[str, Any], time: int, *, on_main: bool) -> Dataset:
    number, parent = snapshot["snapshot-id"], parent_of(snapshot)
    native = f"{table.native}@{number}"
    size, files = figure(snapshot, "total-files-size"), figure(snapshot, "total-data-files")
    form = table.history.latest.get("properties")
    default = form.get("write.format.default") if isinstance(form, dict) else None
    made = dataset(
        table.namespace, table.name, str(number), **_named(table),
        whence_nativeRef=native_ref("iceberg", native, of_run=False),
        whence_contentDigests=digest_set([Digest("iceberg", native, "SNAPSHOT")], size=size, files=files),
        whence_versionInfo=version_record(table.namespace, table.name, [] if parent is None else [str(parent)]),
        whence_alias=alias(MAIN, at=time_text(time)) if on_main else None,
        schema=columns_of(table.history, snapshot),
        storage=storage("iceberg", default if isinstance(default, str) else None),
        datasetType=facets.dataset_type("TABLE"),
        lifecycleStateChange=lifecycle("TRUNCATE") if files == 0 else None,
    )  # fmt: skip
    rows, added = figure(snapshot, "added-records"), figure(snapshot, "added-data-files")
    return written(made, rows=rows, size=figure(snapshot, "added-files-size"), files=added)


def _kept(table: Table, number: int, origin: Origin) -> Dataset:
    gone = number not in table.history.snapshots and origin.truncated
    gap = (
        incomplete({"history": f"snapshot {number} has expired"}, history_truncated=True, of_run=False)
        if gone
        else None
    )
    return read(dataset(table.namespace, table.name, str(number), whence_captureCompleteness=gap))


def _named(table: Table) -> dict[str, Facet]:
    """What its catalog calls it."""
    catalog = table.catalog
    if catalog is None:
        return {}
    name = f"{catalog.name}.{catalog.table}"
    return {
        "symlinks": symlinks([(mask_text(catalog.address), name, "TABLE")]),
        "catalog": facets.standard(
            "1-1-0", "CatalogDatasetFacet",
            framework="iceberg", type="sql", name=catalog.name, metadataUri=mask_text(catalog.address), source="iceberg",
        ),
    }  # fmt: skip


def _parameters(summary: Mapping[str, Any]) -> dict[str, object]:
    """What else the summary holds: properties that a writer added, and what the engine says of itself."""
    return {
        key: value
        for key, value in summary.items()
        if key not in KEYS and key not in _ENGINE and key != "operation" and not key.startswith(_FIGURES)
    }


def _engine(summary: Mapping[str, Any]) -> Facet | None:
    name, version = summary.get("engine-name"), summary.get("engine-version")
    if not isinstance(name, str) or not isinstance(version, str):
        return None
    return facets.standard("1-1-1", "ProcessingEngineRunFacet", name=mask_text(name), version=mask_text(version))


def _canonical(snapshot: Mapping[str, Any]) -> bytes:
    """The snapshot without its parent's id, which expiring takes away: the rest never changes."""
    kept = {key: value for key, value in snapshot.items() if key != "parent-snapshot-id"}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def stamp_of(snapshot: Mapping[str, Any]) -> str:
    """The same as long as the snapshot is."""
    return hashlib.sha256(_canonical(snapshot)).hexdigest()
