"""Tables that deltalake 1.6.6 made (produce.py), without their data files, and what comes of their logs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.graphs import Event, History, check, events_of, import_all
from tests.systems.table_graphs import lines, trained

RECORDS = Path(__file__).parent / "records" / "deltalake-1.6.6"
ROOT = "s3://lake/tables/"
STEP = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
LATE = "2030-01-01T00:00:00Z"


def named(folder: Path = RECORDS) -> dict[str, object]:
    return {"system": "delta", "location": folder, "name": "s3://lake/tables"}


def runs(events: list[Event], table: str) -> dict[str, Event]:
    """The commit's own run of each version."""
    return {
        event["outputs"][0]["facets"]["version"]["datasetVersion"]: event
        for event in events
        if event["eventType"] == "COMPLETE" and event["outputs"][0]["name"] == f"tables/{table}"
    }


@pytest.fixture
def events() -> list[Event]:
    return events_of(**named())


@pytest.mark.needs("shared-spec")
def test_events_fit_their_schemas(events: list[Event], capability: Callable[[str], Path]) -> None:
    check(events, capability("shared-spec"))


def test_every_operation_follows_what_it_kept(events: list[Event]) -> None:
    found = {line for line in lines(events, ROOT) if "loans/" in line and STEP not in line}
    assert found == {
        "loans/0 GENERATED_BY WRITE@0",
        "WRITE@1 USED loans/0", "loans/1 GENERATED_BY WRITE@1",
        "OPTIMIZE@2 USED loans/1", "loans/2 DERIVED_FROM loans/1", "loans/2 WRITTEN_BY OPTIMIZE@2",
        "DELETE@3 USED loans/2", "loans/3 DERIVED_FROM loans/2", "loans/3 WRITTEN_BY DELETE@3",
        "RESTORE@4 USED loans/1", "loans/4 DERIVED_FROM loans/1", "loans/4 WRITTEN_BY RESTORE@4",
        "UPDATE@5 USED loans/4", "loans/5 DERIVED_FROM loans/4", "loans/5 WRITTEN_BY UPDATE@5",
        "WRITE@6 USED loans/5", "loans/6 GENERATED_BY WRITE@6",
        "loans/7 GENERATED_BY WRITE@7",
        "MERGE@8 USED loans/7", "loans/8 GENERATED_BY MERGE@8",
        "SET TBLPROPERTIES@9 USED loans/8", "loans/9 DERIVED_FROM loans/8", "loans/9 WRITTEN_BY SET TBLPROPERTIES@9",
        "ADD COLUMN@10 USED loans/9", "loans/10 DERIVED_FROM loans/9", "loans/10 WRITTEN_BY ADD COLUMN@10",
        "loans/11 GENERATED_BY DELETE@11",
        "RESTORE@12 USED loans/10", "loans/12 DERIVED_FROM loans/10", "loans/12 WRITTEN_BY RESTORE@12",
        "VACUUM START@13 USED loans/12", "loans/13 DERIVED_FROM loans/12", "loans/13 WRITTEN_BY VACUUM START@13",
        "VACUUM END@14 USED loans/13", "loans/14 DERIVED_FROM loans/13", "loans/14 WRITTEN_BY VACUUM END@14",
    }  # fmt: skip


def test_the_step_that_made_a_commit_has_written_its_version(events: list[Event]) -> None:
    found = lines(events, ROOT, "GENERATED_BY", "CHILD_OF", "AT_COMMIT")
    assert {line for line in found if STEP in line or " AT_COMMIT " in line} == {
        f"loans/1 GENERATED_BY run/{STEP}",
        f"WRITE@1 CHILD_OF run/{STEP}",
        "WRITE@1 AT_COMMIT commit/https://git.example.com/acme/risk/11a110bbef1bcc07ee6b72c48ab5c5b21afbab91",
    }
    mention = next(event for event in events if event["run"]["runId"] == STEP)
    assert mention["eventType"] == "OTHER"
    assert mention["job"] == {"namespace": "risk", "name": "prepare", "facets": {}}


def test_models_are_found_by_equal_content_and_through_rewrites(events: list[Event]) -> None:
    table = ("s3://lake", "tables/loans")
    history = History(
        [
            *events,
            trained(table, "1", "before", LATE),
            trained(table, "2", "optimized", LATE),
            trained(table, "7", "other", LATE),
        ]
    )
    restored, first = (
        history.models_using("version/s3%3A%2F%2Flake/tables%2Floans/4"),
        history.models_using("version/s3%3A%2F%2Flake/tables%2Floans/1"),
    )
    model = {
        name: next(uid for uid in history.nodes if uid.startswith(f"version/models/{name}/"))
        for name in ("before", "optimized", "other")
    }
    assert restored[model["before"]] == ["TRAINED_ON"], "RESTORE brought the same files back"
    assert first[model["optimized"]] == ["TRAINED_ON_DERIVED"], "OPTIMIZE wrote the same rows anew"
    assert model["other"] not in restored.keys() | first.keys(), "an overwrite keeps nothing"


def test_equal_files_have_equal_digests_and_other_tables_never(events: list[Event]) -> None:
    digests: dict[str, set[str]] = {}
    for event in events:
        for output in event["outputs"]:
            facet = output["facets"].get("whence_contentDigests", {"digests": []})
            for digest in facet["digests"]:
                if digest["strength"] == "CONTENT":
                    version = f"{output['name'].rpartition('/')[2]}@{output['facets']['version']['datasetVersion']}"
                    digests.setdefault(f"{digest['algorithm']}:{digest['value']}", set()).add(version)
    assert sorted(sorted(same) for same in digests.values() if len(same) > 1) == [
        ["loans@1", "loans@4"],
        ["loans@10", "loans@12", "loans@13", "loans@14", "loans@8", "loans@9"],
    ]
    assert all(key.startswith("delta-fileset-sha256:") for key in digests)


def test_a_commit_says_what_the_log_holds(events: list[Event]) -> None:
    first, second = runs(events, "loans")["0"], runs(events, "loans")["1"]
    facets = second["run"]["facets"]
    parameters = {one["key"]: one["value"] for one in facets["executionParameters"]["parameters"]}
    assert parameters["mode"] == "Append"
    assert parameters["ticket"] == "RISK-7"
    assert parameters["db_password"] == "***"
    assert "not-for-events" not in json.dumps(events)
    assert (facets["processing_engine"]["name"], facets["processing_engine"]["version"]) == ("delta-rs", "py-1.6.6")
    assert {"name": "delta.num_added_rows", "value": 5} in facets["whence_metrics"]["metrics"]
    assert first["run"]["facets"]["whence_captureCompleteness"]["missing"][0]["what"] == "inputs"
    assert "whence_captureCompleteness" not in facets, "the step names itself, and tells what it read"
    output = second["outputs"][0]
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 5
    assert [(one["name"], one["type"]) for one in output["facets"]["schema"]["fields"]] == [
        ("id", "long"),
        ("name", "string"),
    ]
    assert output["facets"]["documentation"]["description"] == "Applications for loans."
    assert first["outputs"][0]["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "CREATE"
    assert [one["name"] for one in runs(events, "loans")["10"]["outputs"][0]["facets"]["schema"]["fields"]] == [
        "id",
        "name",
        "score",
    ]


def test_history_that_was_cleaned_up_is_a_gap_and_no_root(events: list[Event]) -> None:
    [commit] = runs(events, "cleaned").values()
    [kept] = commit["inputs"]
    assert kept["facets"]["version"]["datasetVersion"] == "4"
    assert kept["facets"]["whence_captureCompleteness"]["historyTruncated"] is True
    history = History(events)
    assert "version/s3://lake/tables/cleaned/4" in history.provenance("version/s3%3A%2F%2Flake/tables%2Fcleaned/5")


def test_a_compacted_file_gives_the_files_but_not_the_commits(events: list[Event]) -> None:
    versions = runs(events, "compacted")
    assert sorted(versions) == ["3", "4"]
    assert versions["3"]["outputs"][0]["facets"]["whence_contentDigests"]["files"] == 4
    assert versions["3"]["inputs"][0]["facets"]["whence_captureCompleteness"]["historyTruncated"] is True
    assert "whence_captureCompleteness" not in versions["4"]["inputs"][0]["facets"]


def test_again_sends_nothing_and_a_new_commit_alone(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(RECORDS, folder)
    last = folder / "loans" / "_delta_log" / f"{14:020}.json"
    kept = last.read_bytes()
    last.unlink()
    first, _done, _reading = import_all(**named(folder))
    again, done, _reading = import_all(**named(folder))
    assert (again, done.unchanged) == ([], done.read)
    last.write_bytes(kept)
    [added] = events_of(**named(folder))
    assert added["outputs"][0]["facets"]["version"]["datasetVersion"] == "14"
    assert added not in first


def test_after_a_clean_up_what_was_imported_stays(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(RECORDS, folder)
    import_all(**named(folder))
    for version in range(8):
        (folder / "loans" / "_delta_log" / f"{version:020}.json").unlink()
    assert import_all(**named(folder))[0] == []


def test_a_table_is_called_by_its_folder_when_nobody_names_it(tmp_path: Path) -> None:
    shutil.copytree(RECORDS / "compacted", tmp_path / "compacted")
    output = events_of("delta", tmp_path / "compacted")[0]["outputs"][0]
    assert (output["namespace"], output["name"]) == ("file", f"{tmp_path}/compacted")
