"""What is posted: START and COMPLETE of runs with two inputs and one output, about 4.5 kB each, as whole HTTP requests; and the posting.

Inputs are versions that the graph has, of assets with a version for each pipeline of it. The START names no version of its output, as
engines that only know it afterwards do: what the COMPLETE then says replaces the stand-in. Ten runs share a parent.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

from bench_graph import NAMESPACE, STEPS, Pipeline
from bench_process import MeasuringError

ONE: Final = "/api/v1/lineage"
BATCH: Final = f"{ONE}/batch"
_LOAD: Final = Path(__file__).with_name("bench_load.py")
_PRODUCER: Final = "https://github.com/OpenLineage/OpenLineage/tree/1.23.0"
_SPEC: Final = "https://openlineage.io/spec/"
_BEGIN: Final = datetime(2025, 1, 1, tzinfo=UTC)
_COLUMNS: Final = ("id", "customer", "opened_at", "country")
_SQL: Final = (
    "INSERT INTO risk.scored SELECT a.id, a.customer, b.country, avg(a.amount) AS amount_mean, max(a.closed_at) AS last_closed "
    "FROM risk.accounts AS a JOIN risk.countries AS b ON a.country = b.country WHERE a.opened_at >= DATE '2024-01-01' "
    "GROUP BY a.id, a.customer, b.country"
)


class Events:
    """An endless stream of events that were never sent before, START and COMPLETE in turn."""

    def __init__(self, inputs: Sequence[Pipeline]) -> None:
        self._inputs = inputs
        self._numbers = count(1)
        self._cut = {kind: _template(kind).split("@") for kind in ("START", "COMPLETE")}

    def __iter__(self) -> Iterator[bytes]:
        for number in self._numbers:
            fill = self._fill(number)
            for kind in ("START", "COMPLETE"):
                yield "".join(fill.get(part, part) for part in self._cut[kind]).encode()

    def _fill(self, number: int) -> dict[str, str]:
        first = self._inputs[number % len(self._inputs)]
        second = self._inputs[number * 7 % len(self._inputs)]
        return {
            "RUN": f"{number:08x}-0000-4000-9000-000000000000",
            "PARENT": f"{number // 10:08x}-0000-4000-a000-000000000000",
            "TIME": (_BEGIN + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.250Z"),
            "JOB": f"score{number % 50}",
            "IN1": "gathered",
            "V1": f"p{first.number}",
            "IN2": f"step{1 + number % STEPS}/part{number % second.width}",
            "V2": f"p{second.number}",
            "OUT": f"scored/{number % 200}",
            "VERSION": f"v{number}",
        }


def _template(kind: str) -> str:
    """JSON with a name between two @ wherever events differ."""
    return json.dumps(
        {
            "eventType": kind,
            "eventTime": "@TIME@",
            "producer": _PRODUCER,
            "schemaURL": f"{_SPEC}2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {
                "runId": "@RUN@",
                "facets": {
                    "parent": _facet(
                        "ParentRunFacet",
                        run={"runId": "@PARENT@"},
                        job={"namespace": NAMESPACE, "name": "nightly"},
                    )
                },
            },
            "job": {
                "namespace": NAMESPACE,
                "name": "@JOB@",
                "facets": {
                    "sql": _facet("SQLJobFacet", query=_SQL),
                    "sourceCodeLocation": _facet(
                        "SourceCodeLocationJobFacet",
                        type="git",
                        url="https://git.example.com/acme/risk/tree/main/jobs/score.py",
                        repoUrl="https://git.example.com/acme/risk",
                        version="11a110bbef1bcc07ee6b72c48ab5c5b21afbab91",
                        path="jobs/score.py",
                    ),
                },
            },
            "inputs": [_dataset("@IN1@", "@V1@"), _dataset("@IN2@", "@V2@")],
            "outputs": [_dataset("@OUT@", "@VERSION@" if kind == "COMPLETE" else None)],
        }
    )


def _dataset(name: str, version: str | None) -> dict[str, Any]:
    fields = [{"name": column, "type": "string", "description": f"The {column}."} for column in _COLUMNS]
    facets = {
        "schema": _facet("SchemaDatasetFacet", fields=fields),
        "dataSource": _facet("DatasourceDatasetFacet", name="warehouse", uri="s3://acme-warehouse/risk"),
    }
    if version is not None:
        facets["version"] = _facet("DatasetVersionDatasetFacet", datasetVersion=version)
    return {"namespace": NAMESPACE, "name": name, "facets": facets}


def _facet(name: str, /, **content: object) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_SPEC}facets/1-0-0/{name}.json#/$defs/{name}", **content}


def request(body: bytes, path: str) -> bytes:
    """The whole HTTP request."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to post: so many events a request, over so many connections, up to `events` of them a round."""

    name: str
    path: str
    events_each: int
    connections: int
    events: int

    def bodies(self, source: Iterator[bytes]) -> list[bytes]:
        """The bodies of one round."""
        events = list(islice(source, self.events))
        if self.path == ONE:
            return events
        whole = range(0, len(events) - self.events_each + 1, self.events_each)
        return [b"[" + b",".join(events[start : start + self.events_each]) + b"]" for start in whole]


@dataclass(frozen=True, slots=True)
class Posted:
    """One round: events answered, how many a second, CPU of the load as a share of one core, median and 99th percentile of a request in ms."""

    events: int
    rate: float
    seconds: float
    load_share: float
    ms_median: float
    ms_99: float


def post(kind: Kind, bodies: Iterable[bytes], port: int, *, seconds: float, file: Path) -> Posted:
    """Send these from a process of its own, for at most so long; `file` is made for it and removed. Raises MeasuringError when one is refused."""
    with file.open("wb") as prepared:
        for body in bodies:
            whole = request(body, kind.path)
            prepared.write(len(whole).to_bytes(4, "big") + whole)
    command = [sys.executable, "-I", "-S", str(_LOAD), str(port), str(kind.connections), str(seconds), str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    file.unlink()
    if ended.returncode:
        raise MeasuringError(f"the load stopped: {ended.stderr.strip().rpartition(chr(10))[2]}")
    done = json.loads(ended.stdout)
    refused = {status: number for status, number in done["statuses"].items() if status not in ("200", "201")}
    if refused:
        raise MeasuringError(f"{kind.path} answered {refused}")
    return Posted(
        events=done["requests"] * kind.events_each,
        rate=done["requests"] * kind.events_each / done["seconds"],
        seconds=done["seconds"],
        load_share=done["cpu"] / done["seconds"],
        ms_median=done["ms_median"],
        ms_99=done["ms_99"],
    )
