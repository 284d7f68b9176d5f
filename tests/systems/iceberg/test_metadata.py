"""Metadata as the specification allows it, and as nobody should write it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.systems.graphs import events_of, import_all
from tests.systems.iceberg.tables import metadata, snapshot, write_table

from whence_emitters.errors import SourceError
from whence_emitters.importing import Reading
from whence_emitters.systems.iceberg import IMPORTER


def operations(location: Path, **options: Any) -> list[tuple[str, list[str]]]:
    """(operation, the versions it used) of each run."""
    return [
        (
            event["job"]["name"].rpartition(" ")[2],
            [one["facets"]["version"]["datasetVersion"] for one in event["inputs"]],
        )
        for event in events_of("iceberg", location, **options)
        if "run" in event
    ]


@pytest.mark.parametrize(
    "name", ["v{}.metadata.json", "v{}.gz.metadata.json", "{:05}-x.gz.metadata.json", "v{}.metadata.json.gz"]
)
def test_metadata_files_have_many_names(tmp_path: Path, name: str) -> None:
    one, two = snapshot(1, 10, added="1", total="1"), snapshot(2, 20, 1, added="1", total="2")
    table = write_table(tmp_path, metadata(one), metadata(one, two), name=name)
    assert operations(table) == [("append", []), ("append", ["1"])]


def test_the_hint_says_which_metadata_counts(tmp_path: Path) -> None:
    one, two = snapshot(1, 10, added="1", total="1"), snapshot(2, 20, 1, added="1", total="2")
    table = write_table(tmp_path, metadata(one), metadata(one, two), name="v{}.metadata.json")
    (table / "metadata" / "version-hint.text").write_text("0\n")
    assert operations(table) == [("append", [])]


def test_the_loser_of_a_race_does_not_count(tmp_path: Path) -> None:
    one, two, lost = snapshot(1, 10), snapshot(2, 30, 1), snapshot(3, 20, 1)
    table = write_table(tmp_path, metadata(one), metadata(one, two))
    (table / "metadata" / "00001-lost.metadata.json").write_text(json.dumps(metadata(one, lost)))
    versions = [event["outputs"][0]["facets"]["version"]["datasetVersion"] for event in events_of("iceberg", table)]
    assert versions == ["1", "2"]


def test_format_version_3(tmp_path: Path) -> None:
    rows = {"first-row-id": 0, "added-rows": 5}
    table = write_table(
        tmp_path, metadata(snapshot(1, 10, added="1", total="1") | rows, format_version=3, next_row_id=5)
    )
    assert operations(table) == [("append", [])]
    reading = Reading(str(write_table(tmp_path, metadata(snapshot(1, 10), format_version=4))))
    assert list(IMPORTER.read(reading))
    assert "format" in {what for what, _why in reading.missing}


def test_a_compaction_is_derived_from_its_parent_alone(tmp_path: Path) -> None:
    one, two = snapshot(1, 10, added="2", total="2"), snapshot(2, 20, 1, "replace", added="1", total="1")
    event = events_of("iceberg", write_table(tmp_path, metadata(one, two)))[1]
    assert [one["name"] for one in event["job"]["facets"]["lineage"]["entries"][0]["inputs"]] == ["risk/loans"]
    assert "whence_captureCompleteness" not in event["run"]["facets"]


def test_a_cherry_pick_took_over_another_snapshot(tmp_path: Path) -> None:
    staged = snapshot(2, 20, 1, added="1", total="2")
    picked = snapshot(3, 30, 1, added="1", total="2", **{"source-snapshot-id": "2"})
    table = write_table(tmp_path, metadata(snapshot(1, 10, added="1", total="1"), staged, picked))
    assert operations(table)[2] == ("append", ["1", "2"])


def test_a_parent_that_is_named_and_gone_is_a_gap(tmp_path: Path) -> None:
    [event] = events_of("iceberg", write_table(tmp_path, metadata(snapshot(9, 20, 8, added="1", total="5"))))
    [kept] = event["inputs"]
    assert kept["facets"]["version"]["datasetVersion"] == "8"
    assert kept["facets"]["whence_captureCompleteness"]["historyTruncated"] is True


@pytest.mark.parametrize(
    ("later", "truncated"),
    [
        (snapshot(5, 20, added="1", total="1"), False),
        (snapshot(5, 20, added="1", total="4"), True),
        (snapshot(5, 20, operation="replace", added="1", total="1"), True),
        (snapshot(5, 20), True),
        (snapshot(1, 20), False),
    ],
    ids=["a table made anew", "files carried over", "a compaction", "no figures", "the first"],
)
def test_a_snapshot_without_a_parent(tmp_path: Path, later: dict[str, Any], truncated: bool) -> None:
    [event] = events_of("iceberg", write_table(tmp_path, metadata(later)))
    facet = event["run"]["facets"].get("whence_captureCompleteness", {})
    assert facet.get("historyTruncated", False) is truncated


def test_two_snapshots_of_one_millisecond_are_in_order(tmp_path: Path) -> None:
    table = write_table(tmp_path, metadata(snapshot(7, 10), snapshot(3, 10, 7), snapshot(5, 9, 3)))
    events = events_of("iceberg", table)
    assert [event["outputs"][0]["facets"]["version"]["datasetVersion"] for event in events] == ["7", "3", "5"]
    assert [event["eventTime"][-8:] for event in events] == [".010000Z", ".010001Z", ".010002Z"]


def test_a_tag_that_is_taken_away(tmp_path: Path) -> None:
    one = snapshot(1, 10)
    with_tag = metadata(one, refs={"gold": {"snapshot-id": 1, "type": "tag"}}, last_updated_ms=20)
    events = events_of("iceberg", write_table(tmp_path, metadata(one), with_tag, metadata(one, last_updated_ms=30)))
    moves = [event["dataset"]["facets"]["whence_alias"] for event in events[1:]]
    assert [(one["name"], one["action"], one["at"][-8:]) for one in moves] == [
        ("gold", "SET", ".020000Z"),
        ("gold", "DELETE", ".030000Z"),
    ]


def _catalog(path: Path, location: str) -> Path:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE iceberg_tables (catalog_name, table_namespace, table_name, metadata_location)")
        database.execute("INSERT INTO iceberg_tables VALUES ('prod', 'risk', 'loans', ?)", (location,))
    database.close()
    return path


def test_a_catalog_leads_to_files_below_its_folder_and_to_no_others(tmp_path: Path) -> None:
    elsewhere = write_table(tmp_path / "elsewhere", metadata(snapshot(1, 10)), name="v{}.metadata.json")
    (tmp_path / "home").mkdir()
    catalog = _catalog(tmp_path / "home" / "catalog.db", f"file://{elsewhere}/metadata/v0.metadata.json")
    events, _done, reading = import_all("iceberg", catalog)
    assert (events, [what for what, _why in reading.damaged]) == ([], ["prod.risk.loans"])
    assert operations(catalog, warehouse=str(tmp_path)) == [("append", [])]


@pytest.mark.parametrize(
    "location", ["/etc/passwd", "../../metadata/x", "file:///a/../../b/metadata/x", "\0", "s3://", "", "a" * 5000]
)
def test_a_hostile_pointer_is_reported(tmp_path: Path, location: str) -> None:
    events, _done, reading = import_all("iceberg", _catalog(tmp_path / "catalog.db", location))
    assert events == []
    assert len(reading.damaged) == (1 if location else 0)


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\0" * 100])
def test_a_source_without_tables_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.db").write_bytes(content)
    for source in (tmp_path / "catalog.db", tmp_path, tmp_path / "nothing"):
        with pytest.raises(SourceError):
            import_all("iceberg", source)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a":' * 100_000, b"\xff"])
def test_damaged_metadata_is_reported(tmp_path: Path, content: bytes) -> None:
    table = write_table(tmp_path, metadata(snapshot(1, 10)))
    (table / "metadata" / "00005-x.metadata.json").write_bytes(content)
    events, _done, reading = import_all("iceberg", table)
    assert (events, len(reading.damaged)) == ([], 1)
    (table / "metadata" / "00005-x.metadata.json").rename(table / "metadata" / "00005-x.gz.metadata.json")
    assert len(import_all("iceberg", table)[2].damaged) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SNAPSHOTS = st.fixed_dictionaries(
    {"snapshot-id": st.integers(0, 4), "timestamp-ms": st.integers(0, 2**64) | VALUES},
    optional={
        "parent-snapshot-id": st.integers(0, 4) | VALUES,
        "summary": VALUES,
        "schema-id": VALUES,
        "sequence-number": VALUES,
    },
)
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "snapshots": st.lists(SNAPSHOTS | VALUES, max_size=5) | VALUES, "table-uuid": VALUES, "location": VALUES, "refs": VALUES, "schemas": VALUES,
        "snapshot-log": st.lists(st.fixed_dictionaries({"snapshot-id": st.integers(0, 4), "timestamp-ms": st.integers(0, 99)}), max_size=3) | VALUES,
        "metadata-log": VALUES, "last-updated-ms": VALUES, "format-version": VALUES, "properties": VALUES, "current-snapshot-id": VALUES,
    },
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(METADATA)
def test_any_metadata_is_told_or_reported(tmp_path: Path, told: dict[str, Any]) -> None:
    reading = Reading(str(write_table(tmp_path, told)))
    records = list(IMPORTER.read(reading))
    json.dumps([record.events for record in records], allow_nan=False)
    assert len({record.key for record in records}) == len(records)
