"""A commit of a table format, Delta Lake or Iceberg, as OpenLineage events.

A commit is a run of its own: it read the exact version that it kept, and it wrote the next one. When the commit names the step that
made it (`live.commit_properties`), it is a part of that step's run, and the step's run has written the version too. So the version has
the step's inputs behind it, and yet it exists from the commit on, whatever becomes of the step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.importing.events import Dataset, Run, present
from whence_emitters.importing.facets import code_at, parent
from whence_emitters.importing.times import text_of
from whence_emitters.live.commit_properties import Writer
from whence_emitters.masking import mask_text
from whence_emitters.parents import RunRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event

MAX_METRICS = 100
MAX_TEXT = 4000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `time` is in microseconds since 1970.

    `rewritten` says that nothing but `inputs` went into the version: rows were arranged anew, brought back or left as they were.
    Without inputs it says that the run made nothing: it only made the version the current one.
    """

    run: RunRef
    time: int
    output: Dataset
    inputs: Sequence[Dataset] = ()
    facets: Mapping[str, Facet] = field(default_factory=dict)
    streaming: bool = False
    rewritten: bool = False
    writer: Writer = field(default_factory=Writer)


def events_of(commit: Commit) -> tuple[Event, ...]:
    """The commit's own run, and the mention by the step's run. Raises OverflowError when the time is none."""
    time = time_text(commit.time)
    about = dict(commit.facets)
    step = _step_of(commit)
    code = code_at(*commit.writer.code) if commit.writer.code else None
    about |= present(whence_codeState=code, parent=parent(step) if step else None)
    of_job = {"jobType": facets.job_type("STREAMING" if commit.streaming else "BATCH")}
    if commit.rewritten:
        of_job["lineage"] = _nothing_else(commit)
    made = Run(commit.run, time, time, "COMPLETE", commit.inputs, [commit.output], about, of_job).events()
    if step is None:
        return made
    # No end of the step's run: it has its own, which may tell that the step failed after the commit.
    mention = Run(step, time, time, "COMPLETE", outputs=[commit.output]).events()[0]
    return (*made, mention | {"eventType": "OTHER"})


def untold(missing: Mapping[str, str], writer: Writer) -> dict[str, str]:
    """What a table's history does not tell, and why: what was read is told by the step that wrote, when the commit names one."""
    return {what: why for what, why in missing.items() if what != "inputs" or writer.run_id is None}


def _step_of(commit: Commit) -> RunRef | None:
    """The step's run; under the commit's own job when only its id is known, until the step's own events say which."""
    writer = commit.writer
    if writer.run_id is None:
        return None
    namespace, name = writer.job or (commit.run.namespace, commit.run.name)
    return RunRef(namespace, name, writer.run_id)


def _nothing_else(commit: Commit) -> Facet:
    sources = [_named(source) for source in commit.inputs]
    return facets.standard(
        "1-0-0", "LineageFacet", "LineageJobFacet", entries=[_named(commit.output) | {"inputs": sources}]
    )


def _named(what: Dataset) -> dict[str, Any]:
    return {"namespace": what["namespace"], "name": what["name"], "type": "DATASET"}


def not_before(milliseconds: int, follows: int | None) -> int:
    """A commit's time in microseconds, later than that of the commit which it follows: clocks of writers differ, histories do not."""
    given = milliseconds * 1000
    return given if follows is None else max(given, follows + 1)


def time_text(microseconds: int) -> str:
    """Microseconds since 1970 as RFC 3339. Raises OverflowError beyond the years 1 to 9999."""
    return text_of(_EPOCH + timedelta(microseconds=microseconds))


def version_record(namespace: str, name: str, parents: Sequence[str], *, note: str | None = None) -> Facet:
    """`whence_versionInfo` of a snapshot: the versions of the same table that it followed, and what its author said of it."""
    return facets.own(
        "WhenceVersionInfoDatasetFacet",
        parents=[{"namespace": namespace, "name": name, "version": version} for version in parents] or None,
        changeNote=mask_text(note)[:MAX_TEXT] if note else None,
        granularity="SNAPSHOT",
    )


def storage(layer: str, file_format: str | None) -> Facet:
    """`storage`: the table format and the format of its files."""
    return facets.standard("1-0-1", "StorageDatasetFacet", storageLayer=layer, fileFormat=file_format)


def parameter_texts(values: Mapping[str, object]) -> Mapping[str, str]:
    """Parameters as texts of bounded length."""
    return {str(key)[:200]: facets.parameter_text(value)[:MAX_TEXT] for key, value in values.items()}


def measured(prefix: str, values: Mapping[str, object]) -> Facet | None:
    """`whence_metrics` of the numbers among the values, most writers give them as text; None without any."""
    listed: list[dict[str, Any]] = []
    for name, value in values.items():
        number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else value
        if isinstance(number, int | float) and not isinstance(number, bool):
            listed.append({"name": f"{prefix}.{name}", "value": facets.metric_value(number)})
    return facets.metrics(listed[:MAX_METRICS]) if listed else None
