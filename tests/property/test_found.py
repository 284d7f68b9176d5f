"""Streams that hypothesis found, the smallest of their kind, told by the rule that the store had wrong. Each is checked after every put."""

from __future__ import annotations

import json
from typing import Any

import pytest

from whence.testing import dataset, dataset_event, run_event

from .compare import Counts, check
from .deliveries import Delivery
from .events import Event, content, md5, sha, time
from .stores import STORES, Kind

ALIAS = {"symlinks": {"identifiers": [{"namespace": "file", "name": "a", "type": "TABLE"}]}}
APPEND = {"whence_versionInfo": {"append": True}}
PARENT = {"whence_versionInfo": {"parents": [{"namespace": "file", "name": "b", "version": "2"}]}}
RENAME = {
    "lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": {"namespace": "file", "name": "b"}}
}
FINE_TUNE = {"whence_modelDerivation": {"base": {"namespace": "file", "name": "a"}, "relation": "FINE_TUNE"}}
RUN_9 = "00000000-0000-0000-0000-000000000009"
UNDER_RUN_9 = {"parent": {"run": {"runId": RUN_9}, "job": {"namespace": "jobs", "name": "up"}}}
DROP = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}


def event(seconds: int, kind: str, run: str, inputs: list[Any], outputs: list[Any], **facets: Any) -> Event:
    body = run_event(run, kind, time(seconds), inputs=inputs, outputs=outputs, **facets)
    return Event(json.dumps(json.loads(body)), body)


def said(seconds: int, word: str, **facets: Any) -> Event:
    body = dataset_event(dataset(word, **facets), time(seconds))
    return Event(json.dumps(json.loads(body)), body)


def child_of(run: str) -> dict[str, Any]:
    parent = json.loads(run_event(run))["run"]["runId"]
    return {"run_facets": {"parent": {"run": {"runId": parent}, "job": {"namespace": "jobs", "name": "train"}}}}


def asserted(word: str, **facets: Any) -> dict[str, Any]:
    return dataset(word, **facets) | {"inputFacets": {"whence_evidence": {"evidence": "ASSERTED", "because": "said"}}}


FOUND = {
    "18: a running attempt does not read its own sighting": [event(1, "OTHER", "r1", ["b"], ["b"])],
    "18: nor when it reads by bytes": [event(1, "OTHER", "r1", [dataset("b", **content(sha("y")))], ["b"])],
    "18: it reads what was there before": [
        event(1, "RUNNING", "r1", [], ["b@1"]),
        event(2, "RUNNING", "r1", ["b"], []),
        event(0, "RUNNING", "r2", [], ["b"]),
    ],
    "21: SAME_STATE is as late as the later of its ends": [
        event(0, "COMPLETE", "r0", [], ["a", dataset("c", **ALIAS)]),
        event(1, "FAIL", "r0", [], ["b", "a"]),
        event(0, "FAIL", "r0", [], [dataset("b", **ALIAS)]),
    ],
    "later: ties in one event go by the text of the mention": [
        event(9, "FAIL", "r3", ["b@3", dataset("b", **content(sha("x")))], [dataset("b@3", **content(sha("y")))]),
    ],
    "14: what a RENAME leads to is no older than the RENAME": [
        event(9, "COMPLETE", "r2", [], []),
        event(7, "START", "r2", [], ["a"]),
        event(12, "OTHER", "r2", [], [dataset("a", **RENAME)]),
    ],
    "20a: parents of a version that a run read": [event(12, "COMPLETE", "r2", [dataset("a@1", **PARENT)], [])],
    "9a: an ancestor makes no sighting of what its child wrote": [
        event(12, "COMPLETE", "r1", [], ["a"], **child_of("r0")),
        event(8, "RUNNING", "r0", [], [dataset("a", **content(sha("z")))]),
    ],
    "15, 16: evidence is each mention's own": [
        event(9, "OTHER", "r1", [dataset("c", **content(sha("x"), md5("x"))), asserted("c", **content(sha("x")))], []),
    ],
    "10: what a DROP says makes no version": [event(12, "COMPLETE", "r1", [], [dataset("c", **DROP, **PARENT)])],
    "7: what START repeats is confirmed": [
        event(5, "START", "r0", [], [dataset("a@1", **content(sha("x")))]),
        event(11, "OTHER", "r0", [], ["a@1"]),
    ],
    "9a, 20: a stated source of a child is its input": [
        event(5, "RUNNING", "r0", ["c"], []),
        event(
            9,
            "START",
            "r3",
            [],
            [],
            job_facets={
                "lineage": {
                    "entries": [
                        {
                            "namespace": "file",
                            "name": "c",
                            "type": "DATASET",
                            "inputs": [{"namespace": "file", "name": "c", "type": "DATASET"}],
                        }
                    ]
                }
            },
            **child_of("r0"),
        ),
    ],
    "9a, 20a: a base is read strictly below the descendants' first row": [
        event(2, "COMPLETE", "r0", [], ["a"], **child_of("r2")),
        event(9, "OTHER", "r2", [], ["a"]),
        event(11, "OTHER", "r2", [], [dataset("c", **FINE_TUNE)]),
    ],
    "23: what another name of its source holds makes a copy": [
        event(1, "OTHER", "r1", ["c@2"], []),
        event(2, "COMPLETE", "r2", [dataset("a@2", **content(sha("x"), bytes=0)), dataset("c", **ALIAS)], []),
        event(2, "COMPLETE", "r3", ["a@2"], [dataset("b@1", **content(sha("x")))]),
    ],
    "2: an unknown run has the job that a child names, whichever of its attempts": [
        event(6, "START", "r0", [], []),
        event(7, "OTHER", "r0", [], [], run_facets={"parent": {"run": {"runId": RUN_9}}}),
        event(4, "COMPLETE", "r0", [], [], run_facets=UNDER_RUN_9),
    ],
    "25: explicit lineage of a version is taken back": [
        said(4, "a@1", lineage={"inputs": [{"namespace": "file", "name": "b", "type": "DATASET"}]}),
        said(7, "a@1", lineage={"_deleted": True}),
    ],
    "10: a DROP does not take back that a version was given an alias": [
        said(3, "a", **DROP, whence_alias={"name": "champion", "action": "SET", "version": "2"}),
        said(4, "b@2", **DROP, whence_alias={"name": "champion", "action": "SET", "version": "2"}),
    ],
    "10: append is said of the version that it describes": [
        event(8, "COMPLETE", "r2", [], [dataset("a@2", **APPEND), "a@3"]),
        event(7, "COMPLETE", "r3", ["a@1"], []),
    ],
}


@pytest.mark.parametrize("kind", STORES, ids=repr)
@pytest.mark.parametrize("found", FOUND)
def test_found(kind: Kind, found: str) -> None:
    for order in (FOUND[found], FOUND[found][::-1]):
        check(kind, Delivery(tuple((each,) for each in order)), Counts())
        check(kind, Delivery((tuple(order),)), Counts())
