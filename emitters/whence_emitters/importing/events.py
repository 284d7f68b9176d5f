"""OpenLineage events as plain JSON objects, made of what a source recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID, uuid5

from whence_emitters import facets
from whence_emitters.facets import PRODUCER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.parents import RunRef

Dataset: TypeAlias = dict[str, Any]
State: TypeAlias = Literal["COMPLETE", "FAIL", "ABORT"]

_SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs"
_RUNS = UUID("6f1d0a4e-3f6b-5b8e-9d43-0f9f7f1f6b57")


def derived_run_id(*native: str) -> str:
    """The id of a run whose system has no UUID for it: a UUID of version 5 (RFC 9562) of the parts, the same at every import.

    The first part is the system, the second the source.
    """
    return str(uuid5(_RUNS, "\0".join(native)))


def present(**given: Facet | None) -> dict[str, Facet]:
    """Those facets that there are."""
    return {name: facet for name, facet in given.items() if facet is not None}


def dataset(namespace: str, name: str, version: str | None = None, **given: Facet | None) -> Dataset:
    """A dataset by its name, at one version when it is known, with its facets by their OpenLineage names."""
    named = {"version": facets.dataset_version(version)} if version is not None else {}
    return {"namespace": namespace, "name": name, "facets": named | present(**given)}


def read(
    what: Dataset, *, role: str | None = None, because: str | None = None, rows: int | None = None,
    size: int | None = None, subset: Facet | None = None,
) -> Dataset:  # fmt: skip
    """A dataset as a run's input. `because` marks what nothing recorded and a name or a person states (evidence ASSERTED)."""
    counted = rows is not None or size is not None
    of_input = present(
        whence_inputRole=facets.input_role(role) if role else None,
        whence_evidence=facets.evidence(because) if because else None,
        subset=subset,
        inputStatistics=facets.standard("1-0-0", "InputStatisticsInputDatasetFacet", rowCount=rows, size=size)
        if counted
        else None,
    )
    return what | {"inputFacets": of_input} if of_input else what


def written(
    what: Dataset, *, role: str | None = None, rows: int | None = None, size: int | None = None,
    files: int | None = None, subset: Facet | None = None,
) -> Dataset:  # fmt: skip
    """A dataset as a run's output."""
    counted = (rows, size, files) != (None, None, None)
    statistics = facets.standard(
        "1-0-2", "OutputStatisticsOutputDatasetFacet", rowCount=rows, size=size, fileCount=files
    )
    of_output = present(
        whence_outputRole=facets.output_role(role) if role else None,
        subset=subset,
        outputStatistics=statistics if counted else None,
    )
    return what | {"outputFacets": of_output} if of_output else what


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is over, or that still goes on when `ended` and `state` are None. Times are RFC 3339 in UTC (`importing.times`).

    A source that knows only one time gives it twice, and says so in `whence_captureCompleteness`.
    """

    ref: RunRef
    started: str
    ended: str | None = None
    state: State | None = None
    inputs: Sequence[Dataset] = ()
    outputs: Sequence[Dataset] = ()
    facets: Mapping[str, Facet] = field(default_factory=dict)
    job_facets: Mapping[str, Facet] = field(default_factory=dict)

    def events(self) -> tuple[Event, ...]:
        """One event when it took no time or goes on, else a bare START and an end that tells everything."""
        if self.ended is None or self.state is None:
            return (self._event("START", self.started),)
        end = self._event(self.state, self.ended)
        if self.ended <= self.started:
            return (end,)
        return _bare_start(self.ref, self.started), end

    def _event(self, kind: str, time: str) -> Event:
        return {
            "eventType": kind,
            "eventTime": time,
            "producer": PRODUCER,
            "schemaURL": f"{_SPEC}/RunEvent",
            "run": {"runId": self.ref.run_id, "facets": dict(self.facets)},
            "job": {"namespace": self.ref.namespace, "name": self.ref.name, "facets": dict(self.job_facets)},
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
        }


def _bare_start(ref: RunRef, time: str) -> Event:
    return {
        "eventType": "START",
        "eventTime": time,
        "producer": PRODUCER,
        "schemaURL": f"{_SPEC}/RunEvent",
        "run": {"runId": ref.run_id},
        "job": {"namespace": ref.namespace, "name": ref.name},
    }


def dataset_event(time: str, what: Dataset) -> Event:
    """A DatasetEvent: what is known of a dataset, or of one version of it, outside any run."""
    return {"eventTime": time, "producer": PRODUCER, "schemaURL": f"{_SPEC}/DatasetEvent", "dataset": what}
