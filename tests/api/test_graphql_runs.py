"""What runs and jobs say of themselves: errors, types, descriptions, and what a job is declared to read and write (rule 25)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import body_of
from .test_graphql import Asked, facet

FAILED, QUIET = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
WORDS = "error jobType processingType"


def declared(time: str, inputs: list[str], outputs: list[str], **facets: Any) -> bytes:
    """A JobEvent of the job `train`."""
    return json.dumps(
        {
            "eventTime": time,
            "producer": "https://example.com/tests",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
            "job": {"namespace": "risk", "name": "train", "facets": facets},
            "inputs": [{"namespace": "risk", "name": name} for name in inputs],
            "outputs": [{"namespace": "risk", "name": name, "facets": {"datasetType": facet(datasetType="MODEL")}} for name in outputs],
        }
    ).encode()  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Asked:
    return Asked(
        [
            declared("2026-01-01T00:00:00Z", ["forgotten"], ["forgotten too"]),
            declared("2026-01-02T00:00:00Z", ["a", "b"], ["model"], documentation=facet(description="Trains the model.")),
            body_of("load", kind="FAIL", run=FAILED, run_facets={"errorMessage": facet(message="no such table: t", programmingLanguage="SQL", stackTrace="at 1")},
                    job_facets={"jobType": facet(processingType="batch", integration="DBT", jobType="MODEL")}),
            body_of("copy", run=QUIET),
        ]
    )  # fmt: skip


def test_a_run_says_why_it_failed_and_what_it_is(ask: Asked) -> None:
    run = ask.data(f"query($id: ID!) {{ node(id: $id) {{ ... on Run {{ state {WORDS} }} }} }}", id=f"run/{FAILED}")
    assert run["node"] == {
        "state": "FAIL",
        "error": "no such table: t",
        "jobType": "MODEL",
        "processingType": "BATCH",
    }


def test_a_run_of_which_nobody_said_so_has_none_of_these(ask: Asked) -> None:
    run = ask.data(f"query($id: ID!) {{ node(id: $id) {{ ... on Run {{ {WORDS} }} }} }}", id=f"run/{QUIET}")["node"]
    assert run == {"error": None, "jobType": None, "processingType": None}


def test_rule_25_what_the_latest_job_event_declares_is_shown(ask: Asked) -> None:
    job = ask.data(
        '{ node(id: "job/risk/train") { ... on Job { description declaredInputs { id } declaredOutputs { id kind namespace } runCount } } }'
    )["node"]
    assert job == {
        "description": "Trains the model.",
        "declaredInputs": [{"id": "asset/risk/a"}, {"id": "asset/risk/b"}],
        "declaredOutputs": [{"id": "asset/risk/model", "kind": "MODEL", "namespace": "risk"}],
        "runCount": 0,
    }


def test_rule_25_what_is_declared_is_never_walked(ask: Asked) -> None:
    reached = ask.data('{ impact(ref: "asset/risk/a") { total subgraph { edges { id } } } }')["impact"]
    assert reached == {"total": 0, "subgraph": {"edges": []}}


def test_a_job_that_only_ran_declares_nothing(ask: Asked) -> None:
    job = ask.data(
        '{ node(id: "job/risk/copy") { ... on Job { description declaredInputs { id } declaredOutputs { id } } } }'
    )["node"]
    assert job == {"description": None, "declaredInputs": [], "declaredOutputs": []}


def test_the_declared_assets_of_many_jobs_are_asked_for_at_once() -> None:
    query = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { declaredInputs { name } declaredOutputs { name } } } }"
    )
    calls = []
    for count in (2, 20):
        names = [f"job{number}" for number in range(count)]
        asked = Asked([declared("2026-01-01T00:00:00Z", [f"{name} in"], [f"{name} out"]).replace(b'"train"', f'"{name}"'.encode()) for name in names])  # fmt: skip
        found = asked.data(query, ids=[f"job/risk/{name}" for name in names])["nodes"]
        assert [each["declaredInputs"][0]["name"] for each in found] == [f"{name} in" for name in names]
        calls.append(len(asked.store.calls))
    assert calls[0] == calls[1]
