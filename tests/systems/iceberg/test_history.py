"""A catalog that pyiceberg 0.12.0 made (produce.py), without manifests and data files, and what comes of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.graphs import Event, History, check, events_of, import_all
from tests.systems.table_graphs import lines

RECORDS = Path(__file__).parent / "records" / "pyiceberg-0.12.0"
CATALOG = RECORDS / "catalog.db"
ROOT = "file//srv/lake/warehouse/risk/"
STEP = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
ADDRESS = "postgres://db.example.com:5432"


@pytest.fixture
def events() -> list[Event]:
    return events_of("iceberg", CATALOG, catalog=ADDRESS)


def runs(events: list[Event], table: str) -> list[Event]:
    """The commits' own runs, oldest first."""
    name = f"/srv/lake/warehouse/risk/{table}"
    return [event for event in events if event.get("eventType") == "COMPLETE" and event["outputs"][0]["name"] == name]


def version(event: Event) -> str:
    return str(event["outputs"][0]["facets"]["version"]["datasetVersion"])


def numbered(events: list[Event], table: str) -> set[str]:
    """Lines of one table with its snapshots called by their order in time."""
    found = {line for line in lines(events, ROOT) if f"{table}/" in line and STEP not in line}
    order = list(dict.fromkeys(map(version, runs(events, table))))
    for place, snapshot in enumerate(order, 1):
        found = {line.replace(snapshot, str(place)) for line in found}
    return found


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(events: list[Event], capability: Callable[[str], Path]) -> None:
    check(events, capability("shared-spec"))


def test_every_snapshot_follows_what_it_kept(events: list[Event]) -> None:
    assert numbered(events, "loans") == {
        "loans/1 GENERATED_BY append@1",
        "append@2 USED loans/1", "loans/2 GENERATED_BY append@2",
        "loans/3 GENERATED_BY delete@3",
        "loans/4 GENERATED_BY append@4",
        "overwrite@5 USED loans/4", "loans/5 GENERATED_BY overwrite@5",
        "append@6 USED loans/5", "loans/6 GENERATED_BY append@6",
        "append@7 USED loans/6", "loans/7 GENERATED_BY append@7",
        "loans/5 WRITTEN_BY set current snapshot@5",
        "append@8 USED loans/5", "loans/8 GENERATED_BY append@8",
    }  # fmt: skip


def test_the_step_that_made_a_snapshot_has_written_it(events: list[Event]) -> None:
    first, second = runs(events, "loans")[:2]
    assert [one["what"] for one in first["run"]["facets"]["whence_captureCompleteness"]["missing"]] == ["inputs"]
    assert "whence_captureCompleteness" not in second["run"]["facets"], "the step tells what it read"
    assert f"loans/{version(second)} GENERATED_BY run/{STEP}" in lines(events, ROOT)
    assert second["run"]["facets"]["parent"]["run"]["runId"] == STEP
    assert second["run"]["facets"]["whence_codeState"]["repository"] == "https://git.example.com/acme/risk"
    parameters = {one["key"]: one["value"] for one in second["run"]["facets"]["executionParameters"]["parameters"]}
    assert parameters == {"ticket": "RISK-7", "db_password": "***"}
    assert "not-for-events" not in json.dumps(events)


def test_branches_and_tags_are_aliases_with_the_times_of_their_moves(events: list[Event]) -> None:
    order = list(dict.fromkeys(map(version, runs(events, "loans"))))
    moves = [event for event in events if "dataset" in event and "whence_alias" in event["dataset"]["facets"]]
    told = [
        (
            one["dataset"]["facets"]["whence_alias"]["name"],
            order.index(one["dataset"]["facets"]["version"]["datasetVersion"]) + 1,
        )
        for one in moves
    ]
    assert told == [("training-2026-10", 2), ("trial", 6), ("trial", 7)]
    assert all(one["eventTime"] == one["dataset"]["facets"]["whence_alias"]["at"] for one in moves)
    main = [
        order.index(version(one)) + 1 for one in runs(events, "loans") if "whence_alias" in one["outputs"][0]["facets"]
    ]
    assert main == [1, 2, 3, 4, 5, 6, 5, 8], "a rollback put main back on the fifth; the seventh is the branch's own"


def test_what_a_catalog_calls_a_table_and_where_it_lies_are_one(events: list[Event]) -> None:
    history = History(events)
    named = "asset/postgres%3A%2F%2Fdb.example.com%3A5432/prod.risk.loans"
    assert history.provenance(named) == history.provenance("asset/file/%2Fsrv%2Flake%2Fwarehouse%2Frisk%2Floans")
    facet = runs(events, "loans")[0]["outputs"][0]["facets"]["catalog"]
    assert (facet["framework"], facet["name"], facet["metadataUri"]) == ("iceberg", "prod", ADDRESS)


def test_expired_snapshots_are_a_gap_and_no_root(events: list[Event]) -> None:
    first, second, _last = runs(events, "pruned")
    assert first["inputs"] == []
    assert first["run"]["facets"]["whence_captureCompleteness"]["historyTruncated"] is True
    assert "historyTruncated" not in second["run"]["facets"]["whence_captureCompleteness"]


def test_an_expired_snapshot_is_still_told_by_the_metadata_files_before(events: list[Event]) -> None:
    latest = max((RECORDS / "warehouse" / "risk" / "loans" / "metadata").iterdir())
    left = {str(one["snapshot-id"]) for one in json.loads(latest.read_bytes())["snapshots"]}
    assert {version(run) for run in runs(events, "loans")} - left == {version(runs(events, "loans")[0])}


def test_a_snapshot_says_what_its_summary_holds(events: list[Event]) -> None:
    second, last = runs(events, "loans")[1], runs(events, "loans")[-1]
    output = second["outputs"][0]
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 5
    assert {"name": "iceberg.total-records", "value": 10} in second["run"]["facets"]["whence_metrics"]["metrics"]
    digest = output["facets"]["whence_contentDigests"]["digests"]
    assert [(one["algorithm"], one["strength"]) for one in digest] == [("iceberg", "SNAPSHOT")]
    fields = last["outputs"][0]["facets"]["schema"]["fields"]
    assert [(one["name"], one["type"]) for one in fields] == [("id", "long"), ("more", "struct"), ("note", "string")]
    assert [one["name"] for one in fields[1]["fields"]] == ["score", "tags"]
    assert [one["name"] for one in output["facets"]["schema"]["fields"]] == ["id", "more"]


def test_a_table_of_format_version_1_and_one_without_snapshots(events: list[Event]) -> None:
    assert numbered(events, "plain") == {
        "plain/1 GENERATED_BY append@1", "append@2 USED plain/1", "plain/2 GENERATED_BY append@2",
    }  # fmt: skip
    empty = [event["dataset"] for event in events if event.get("dataset", {}).get("name", "").endswith("/empty")]
    assert [sorted(one["facets"]) for one in empty] == [
        ["catalog", "lifecycleStateChange", "schema", "symlinks", "whence_nativeRef"]
    ]


def test_a_folder_tells_the_same_history_without_the_catalog(events: list[Event]) -> None:
    by_folder = events_of("iceberg", RECORDS / "warehouse")
    assert {event["run"]["runId"] for event in by_folder if "run" in event} == {
        event["run"]["runId"] for event in events if "run" in event
    }
    assert len(events_of("iceberg", RECORDS / "warehouse" / "risk" / "plain")) == 2


def test_again_sends_nothing_and_what_expires_later_takes_nothing_back(tmp_path: Path) -> None:
    table = tmp_path / "loans"
    shutil.copytree(RECORDS / "warehouse" / "risk" / "loans", table)
    files = sorted((table / "metadata").iterdir())
    kept = {path: path.read_bytes() for path in files[6:]}
    for path in kept:
        path.unlink()
    before, _done, _reading = import_all("iceberg", table)
    assert before
    assert import_all("iceberg", table)[0] == []
    for path, content in kept.items():
        path.write_bytes(content)
    for path in files[:-1]:
        path.unlink()
    after, _done, _reading = import_all("iceberg", table)
    assert [event["job"]["name"].rpartition(" ")[2] for event in after if "run" in event] == [
        "append",
        "append",
        "snapshot",
        "append",
    ]
    assert [event["dataset"]["facets"]["whence_alias"]["name"] for event in after if "dataset" in event] == ["trial"]
