"""The graph that is measured: pipelines of known size, as events in event-time order and as the bare edges that they mean.

A pipeline has `steps` steps of `width` parts. Part i of a step reads two parts of the step before; a last run gathers all parts, so that
everything upstream of its one output is exactly the pipeline: `size` nodes. Pipelines share assets and jobs, and take turns step by step,
so that the rows of one lie scattered over the whole store, as they do after months of daily runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from whence.model import uid

NAMESPACE: Final = "bench"
STEPS: Final = 10
FILLING: Final = 1000
_PRODUCER: Final = "https://example.com/bench"
_EVENT: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACET: Final = "https://openlineage.io/spec/facets/1-0-0/"
REPOSITORY: Final = "https://git.example.com/acme/pipelines"
_BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scale:
    """A graph of so many nodes that lineage walks over, and the sizes of the closures asked of it."""

    nodes: int
    closures: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.nodes:,} nodes:"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline. With one output a run, `size` nodes lie upstream of `output`, itself among them; with more, that is about its size in all."""

    number: int
    size: int
    outputs_a_run: int = 1

    @property
    def width(self) -> int:
        """Parts of each step: a source, then a run and what it wrote a step; the last run, its output and the commit are apart."""
        return (self.size - 3) // (STEPS * (1 + self.outputs_a_run) + 1)

    @property
    def more_sources(self) -> int:
        """What the last run reads besides, to make the size exact."""
        return self.size - 3 - self.width * (STEPS * (1 + self.outputs_a_run) + 1)

    @property
    def output(self) -> str:
        """uid of what the last run wrote."""
        return uid.version(NAMESPACE, "gathered", f"p{self.number}")

    @property
    def commit(self) -> str:
        """SHA of the commit that all its runs are at."""
        return f"{self.number:040x}"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a pipeline: names of assets, each in the pipeline's own version."""

    pipeline: Pipeline
    step: int
    part: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def run(self) -> str:
        """A UUID made of what it is."""
        return f"{self.pipeline.number:08x}-{self.step:04x}-4000-8000-{self.part:012x}"


def pipelines(nodes: int, closures: Sequence[int]) -> list[Pipeline]:
    """One pipeline for each closure to be asked, and as many of FILLING nodes as make up at least `nodes` in all.

    The filling writes eight versions a run: events are what takes time to take in, nodes are what is wanted.
    """
    more = -(-max(0, nodes - sum(closures)) // FILLING)
    exact = [Pipeline(number, size) for number, size in enumerate(closures, start=1)]
    return exact + [Pipeline(len(exact) + number, FILLING, outputs_a_run=8) for number in range(1, more + 1)]


def executions(of: Sequence[Pipeline]) -> Iterator[Execution]:
    """All runs in the order of time: every pipeline's first step, then every pipeline's second, …"""
    for step in range(1, STEPS + 1):
        for pipeline in of:
            for part in range(pipeline.width):
                before = dict.fromkeys((part, (7 * part + 1) % pipeline.width))
                inputs = tuple(f"step{step - 1}/part{each}" for each in before)
                shards = tuple(f"step{step}/part{part}/{shard}" for shard in range(1, pipeline.outputs_a_run))
                yield Execution(pipeline, step, part, inputs, (f"step{step}/part{part}", *shards))
    for pipeline in of:
        parts = (f"step{STEPS}/part{part}" for part in range(pipeline.width))
        more = (f"more/part{part}" for part in range(pipeline.more_sources))
        yield Execution(pipeline, STEPS + 1, 0, (*parts, *more), ("gathered",))


def edges(execution: Execution) -> list[Edge]:
    """What a walk upstream follows from this run and its outputs."""
    version = f"p{execution.pipeline.number}"
    run = uid.run(execution.run)
    used = [(run, uid.version(NAMESPACE, name, version)) for name in execution.inputs]
    made = [(uid.version(NAMESPACE, name, version), run) for name in execution.outputs]
    return [*used, (run, uid.commit(REPOSITORY, execution.pipeline.commit)), *made]


def event(execution: Execution, position: int) -> bytes:
    """The COMPLETE event of a run, a second later than the one before."""
    version = f"p{execution.pipeline.number}"
    return msgspec.json.encode(
        {
            "eventType": "COMPLETE",
            "eventTime": (_BEGIN + timedelta(seconds=position)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "producer": _PRODUCER,
            "schemaURL": _EVENT,
            "run": {"runId": execution.run},
            "job": {
                "namespace": NAMESPACE,
                "name": f"step{execution.step}",
                "facets": {
                    "sourceCodeLocation": _facet(
                        "SourceCodeLocationJobFacet", type="git", repoUrl=REPOSITORY, version=execution.pipeline.commit
                    )
                },
            },
            "inputs": [_dataset(name, version) for name in execution.inputs],
            "outputs": [_dataset(name, version) for name in execution.outputs],
        }
    )


def _dataset(name: str, version: str) -> dict[str, object]:
    return {
        "namespace": NAMESPACE,
        "name": name,
        "facets": {"version": _facet("DatasetVersionDatasetFacet", datasetVersion=version)},
    }


def _facet(name: str, **content: object) -> dict[str, object]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_FACET}{name}.json", **content}
