"""What `whence show` prints of runs and jobs beyond their neighbourhood."""

from __future__ import annotations

import json

from tests.cli.conftest import Project, Run, answer

from whence.testing.events import facet, run_event, run_id

DECLARED = {
    "eventTime": "2026-01-03T00:00:00Z",
    "producer": "https://example.com/tests",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
    "job": {
        "namespace": "jobs",
        "name": "nightly",
        "facets": {"documentation": facet(description="Trains\nevery night.\x1b[31m")},
    },
    "inputs": [{"namespace": "lake", "name": "orders"}],
    "outputs": [{"namespace": "lake", "name": "forecast"}],
}
FAILED = run_event(
    "broken", "FAIL", "2026-01-03T01:00:00Z", job="load",
    run_facets={"errorMessage": {"message": "no such table: t\nline 2", "programmingLanguage": "SQL"}},
    job_facets={"jobType": {"processingType": "BATCH", "integration": "DBT", "jobType": "MODEL"}},
)  # fmt: skip


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_failed_run_says_why_and_what_it_was(project: Project, run: Run) -> None:
    run("ingest", "-", "--store", project.store, stdin=FAILED)
    shown = lines(run("show", run_id("broken"), "--store", project.store).stdout)
    at = shown.index("error no such table: t")
    assert shown[at + 1] == "line 2"
    assert "type BATCH, MODEL" in shown


def test_a_run_without_these_has_no_empty_lines_for_them(project: Project, run: Run) -> None:
    shown = lines(run("show", run_id("c"), "--store", project.store).stdout)
    assert not [line for line in shown if line.split(" ")[0] in {"error", "type"}]


def test_rule_25_a_job_shows_what_it_is_declared_to_read_and_write(project: Project, run: Run) -> None:
    run("ingest", "-", "--store", project.store, stdin=json.dumps(DECLARED))
    asked = ("show", "jobs nightly", "--store", project.store)
    text = run(*asked).stdout
    shown = lines(text)
    at = shown.index("description Trains")
    assert shown[at + 1] == "every night.\\x1b[31m"
    assert [line for line in shown if line.startswith("should")] == ["should read orders dataset", "should write forecast dataset"]  # fmt: skip
    found = answer(run(*asked, "--json"))
    assert [each["id"] for each in found["declaredOutputs"]] == ["asset/lake/forecast"]
