"""A table that Delta Lake 3.3.2 on Spark 3.5.9 made (produce_spark.py), without its data files: deletion vectors and `userMetadata`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.systems.delta.tables import contents
from tests.systems.graphs import Event, events_of
from tests.systems.table_graphs import lines

TABLE = Path(__file__).parent / "records" / "delta-spark-3.3.2" / "vectors"
STEP = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"


@pytest.fixture
def events() -> list[Event]:
    return events_of("delta", TABLE, name="s3://lake/vectors")


def test_every_operation_follows_what_it_kept(events: list[Event]) -> None:
    found = lines(events, "s3://lake/")
    assert {line for line in found if " USED " not in line} == {
        "vectors/0 GENERATED_BY CREATE TABLE@0",
        "vectors/1 GENERATED_BY WRITE@1",
        f"vectors/1 GENERATED_BY run/{STEP}",
        "vectors/2 DERIVED_FROM vectors/1", "vectors/2 WRITTEN_BY DELETE@2",
        "vectors/3 DERIVED_FROM vectors/2", "vectors/3 WRITTEN_BY DELETE@3",
        "vectors/4 DERIVED_FROM vectors/1", "vectors/4 WRITTEN_BY RESTORE@4",
    }  # fmt: skip


def test_a_deletion_vector_makes_other_content_of_the_same_file(events: list[Event]) -> None:
    digests = contents(events)
    assert digests["4"] == digests["1"], "RESTORE took the deletion vectors away"
    assert len({digests["1"], digests["2"], digests["3"]}) == 3
    files = [
        event["outputs"][0]["facets"]["whence_contentDigests"].get("files")
        for event in events
        if event["eventType"] == "COMPLETE"
    ]
    assert files == [0, 1, 1, 1, 1]


def test_the_engine_and_the_columns(events: list[Event]) -> None:
    engine = events[0]["run"]["facets"]["processing_engine"]
    assert (engine["name"], engine["version"]) == ("Apache-Spark", "3.5.9")
    [field] = events[0]["outputs"][0]["facets"]["schema"]["fields"]
    assert field == {"name": "id", "type": "long", "description": "of the loan"}
