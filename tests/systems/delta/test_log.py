"""Logs as the protocol allows them, and as nobody should write them."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.systems.delta.tables import add, contents, info, metadata, remove, write_log
from tests.systems.graphs import events_of, import_all

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing import Reading
from whence_emitters.systems.delta import IMPORTER
from whence_emitters.systems.delta.checkpoints import Remains, State
from whence_emitters.systems.delta.file_set import FileKey, FileSet
from whence_emitters.systems.delta.log import read_commit

DEEP = {
    "storageType": "u",
    "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^",
    "offset": 4,
    "sizeInBytes": 40,
    "cardinality": 6,
}


def test_the_digest_is_the_documented_one() -> None:
    files = FileSet()
    files.apply([], [(FileKey("a.parquet"), 3)])
    leaf = hashlib.sha256(b"a.parquet\x003\x00").digest()
    buckets = [hashlib.sha256(leaf if bucket == leaf[0] else b"").digest() for bucket in range(256)]
    assert files.digest("t") == hashlib.sha256(b"t\0" + b"".join(buckets)).hexdigest()
    assert files.digest("t") == "e56f7a64edf1ae890c2b59469fe7d917ea5eed4d08ea313fa1e9289cb92b1491"
    assert FileSet().digest("t") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(1, 3)), max_size=80))
def test_the_digest_depends_on_the_set_and_not_on_the_way_to_it(steps: list[tuple[bool, int, int]]) -> None:
    files, expected = FileSet(), {}
    for adds, number, size in steps:
        key = FileKey(f"{number}.parquet", "dv" if number % 2 else "")
        files.apply([] if adds else [key], [(key, size)] if adds else [])
        expected = expected | {key: size} if adds else {one: of for one, of in expected.items() if one != key}
        files.digest("t")
    straight = FileSet()
    straight.apply([], expected.items())
    assert (files.digest("t"), len(files), files.bytes) == (straight.digest("t"), len(expected), sum(expected.values()))


def test_a_deletion_vector_makes_another_set_of_files(tmp_path: Path) -> None:
    delete = [info(20, "DELETE"), remove("a.parquet"), add("a.parquet", deletionVector=DEEP)]
    restore = [
        info(30, "RESTORE", operationParameters={"version": 0}),
        remove("a.parquet", deletionVector=DEEP),
        add("a.parquet"),
    ]
    table = write_log(tmp_path, [info(10), metadata(), add("a.parquet")], delete, restore)
    found = contents(events_of("delta", table))
    assert found["0"] == found["2"] != found["1"]


def test_two_tables_with_files_of_the_same_names_hold_different_bytes(tmp_path: Path) -> None:
    one = write_log(tmp_path / "one", [info(10), metadata("1"), add("part-0.parquet")])
    two = write_log(tmp_path / "two", [info(10), metadata("2"), add("part-0.parquet")])
    assert contents(events_of("delta", one)) != contents(events_of("delta", two))


def test_a_commit_without_commit_info_has_the_time_of_its_files_and_says_what_is_missing(tmp_path: Path) -> None:
    [event] = events_of("delta", write_log(tmp_path, [metadata(), add("a", modificationTime=1_700_000_000_000)]))
    assert event["eventTime"] == "2023-11-14T22:13:20.000000Z"
    assert event["job"]["name"].endswith(" UNKNOWN")
    assert [one["what"] for one in event["run"]["facets"]["whence_captureCompleteness"]["missing"]] == ["operation"]


def test_commits_are_in_the_order_of_their_versions_whatever_the_clocks_say(tmp_path: Path) -> None:
    table = write_log(tmp_path, [info(2000), metadata(), add("a")], [info(1000), add("b")], [info(2000), add("c")])
    times = [event["eventTime"] for event in events_of("delta", table)]
    assert times == ["1970-01-01T00:00:02.000000Z", "1970-01-01T00:00:02.000001Z", "1970-01-01T00:00:02.000002Z"]


def test_spark_writes_the_step_into_one_text(tmp_path: Path) -> None:
    run = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
    told = json.dumps(
        {
            "lineage.run_id": run,
            "lineage.job_namespace": "risk",
            "lineage.job_name": "prepare",
            "api_key": "hidden-text",
        }
    )
    events = events_of(
        "delta", write_log(tmp_path, [info(10, userMetadata=told, userName="ada@example.com"), metadata(), add("a")])
    )
    assert [event["run"]["runId"] == run for event in events] == [False, True]
    assert "hidden-text" not in json.dumps(events)
    assert "ada@example.com" not in json.dumps(events)


def test_a_note_is_kept_and_masked(tmp_path: Path) -> None:
    table = write_log(tmp_path, [info(10, userMetadata="October; password=hunter2"), metadata(), add("a")])
    [event] = events_of("delta", table)
    assert event["outputs"][0]["facets"]["whence_versionInfo"]["changeNote"] == "October; password=***"


def test_a_damaged_commit_is_left_out_and_those_after_it_make_no_claim_about_files(tmp_path: Path) -> None:
    table = write_log(tmp_path, [info(10), metadata(), add("a")], [info(20)], [info(30), add("c")])
    (table / "_delta_log" / f"{1:020}.json").write_text('{"add": {"path": "b"')
    events, done, reading = import_all("delta", table)
    assert [what.rpartition("@")[2] for what, _why in reading.damaged] == ["1"]
    assert done.sent == 2
    assert set(contents(events)) == {"0"}
    assert events[1]["inputs"][0]["facets"]["version"]["datasetVersion"] == "1"


def test_a_restore_that_left_files_out_says_so(tmp_path: Path) -> None:
    restore = [info(30, "RESTORE", operationParameters={"version": "0"}), remove("c"), add("a")]
    table = write_log(
        tmp_path, [info(10), metadata(), add("a"), add("b")], [info(20), remove("a"), remove("b"), add("c")], restore
    )
    facet = events_of("delta", table)[-1]["run"]["facets"]["whence_captureCompleteness"]
    assert [one["what"] for one in facet["missing"]] == ["restored files"]


def test_links_do_not_lead_out_of_the_table(tmp_path: Path) -> None:
    elsewhere = write_log(tmp_path / "elsewhere", [info(10), metadata(), add("secret.parquet")])
    table = write_log(tmp_path / "table", [info(10), metadata(), add("a")])
    (table / "_delta_log" / f"{1:020}.json").symlink_to(elsewhere / "_delta_log" / f"{0:020}.json")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "_delta_log").symlink_to(elsewhere / "_delta_log")
    events, _done, reading = import_all("delta", tmp_path / "table")
    assert len(events) == len(reading.damaged) == 1
    events, _done, reading = import_all("delta", tmp_path / "linked")
    assert not events
    assert reading.damaged


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    table = write_log(tmp_path, [info(10), metadata(), add("a")])
    os.mkfifo(table / "_delta_log" / f"{1:020}.json")
    assert len(import_all("delta", table)[2].damaged) == 1


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: None], ids=["empty folder", "file", "nothing"])
def test_a_source_without_a_table_is_refused(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "source")
    with pytest.raises(SourceError):
        import_all("delta", tmp_path / "source")


def test_a_checkpoint_in_json_gives_the_files_where_the_commits_are_gone(tmp_path: Path) -> None:
    whole = write_log(tmp_path / "whole", [info(10), metadata(), add("a")], [info(20), add("b")], [info(30), add("c")])
    expected = contents(events_of("delta", whole))
    (whole / "_delta_log" / f"{0:020}.json").unlink()
    (whole / "_delta_log" / f"{1:020}.json").unlink()
    checkpoint = [{"checkpointMetadata": {"version": 1}}, metadata(), add("a"), add("b")]
    name = f"{1:020}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"
    (whole / "_delta_log" / name).write_text("".join(json.dumps(action) + "\n" for action in checkpoint))
    events = events_of("delta", whole, name="s3://lake/t")
    assert contents(events) == {"2": expected["2"]}
    assert events[0]["inputs"][0]["facets"]["whence_captureCompleteness"]["historyTruncated"] is True


def test_a_checkpoint_without_its_other_parts_is_none(tmp_path: Path) -> None:
    table = write_log(tmp_path, [info(10), metadata(), add("a")])
    (table / "_delta_log" / f"{0:020}.checkpoint.0000000001.0000000002.parquet").touch()
    assert not Remains(table).has_checkpoint(0)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("path", "size", "stats", "deletionVector", "dataChange", "timestamp", "inCommitTimestamp", "operation", "operationParameters",
          "operationMetrics", "userMetadata", "engineInfo", "schemaString", "id", "format", "description", "lineage.run_id", "version")  # fmt: skip
ACTIONS = st.dictionaries(
    st.sampled_from(["add", "remove", "commitInfo", "metaData", "txn"]),
    VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6),
    max_size=3,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(ACTIONS | VALUES, max_size=4), min_size=1, max_size=3))
def test_each_commit_of_any_json_is_told_or_reported(tmp_path: Path, commits: list[list[Any]]) -> None:
    table = write_log(tmp_path, *commits)
    reading = Reading(str(table))
    records = list(IMPORTER.read(reading))
    json.dumps([record.events for record in records], allow_nan=False)
    assert len(records) + len(reading.damaged) == len(commits)
    for path in (table / "_delta_log").iterdir():
        path.unlink()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.just(b'{"add":' * 100_000))
def test_any_bytes_are_damage_or_a_commit(tmp_path: Path, given_bytes: bytes) -> None:
    path = tmp_path / "commit.json"
    path.write_bytes(given_bytes)
    with suppress(DamagedError):
        assert read_commit(0, path).version == 0


def test_a_checkpoint_that_is_no_parquet_file_is_a_gap(tmp_path: Path) -> None:
    table = write_log(tmp_path, [], [info(20), add("b")])
    (table / "_delta_log" / f"{0:020}.json").unlink()
    (table / "_delta_log" / f"{0:020}.checkpoint.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(DamagedError):
        Remains(table).state_before(1, State())
    [event] = events_of("delta", table)
    assert contents([event]) == {}
