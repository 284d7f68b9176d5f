"""What whence makes of the events that Airflow sent: assets that no provider converts are there all the same."""

from __future__ import annotations

from tests.systems.graphs import History
from tests.systems.live import recorded, story

RECORD = "airflow-3.3.2-openlineage-2.20.3"
WITH_CONVERTER = "airflow-3.3.2-openlineage-2.20.3-amazon-9.39.0"
STORY = {
    "lake.clean IN lake",
    "lake.clean USED raw/orders.csv INFERRED",
    "lake.clean MADE clean/ada's orders.parquet",
    "lake.clean MADE /srv/lake/report.csv",
    "lake.train IN lake",
    "lake.train USED clean/ada's orders.parquet of lake.clean INFERRED",
    "lake.train USED shop.public.stock INFERRED",
    "lake.train MADE risk_model",
    "lake.score IN lake",
    "lake.score USED risk_model of lake.train INFERRED",
    "lake.score MADE scores/today.csv",
}
ASSETS = {
    "asset/s3://lake/raw/orders.csv",
    "asset/s3://lake/clean/ada's orders.parquet",
    "asset/s3://lake/scores/today.csv",
    "asset/file//srv/lake/report.csv",
    "asset/postgres://db.example.com:5432/shop.public.stock",
    "asset/airflow://shop/risk_model",
}


def names_in(events: list[dict[str, object]]) -> set[str]:
    given = [each for event in events for each in (*event["inputs"], *event["outputs"])]
    return {f"asset/{each['namespace']}/{each['name']}" for each in given}


def test_assets_that_the_events_dropped_are_read_and_written() -> None:
    events = recorded("airflow", RECORD)
    assert names_in(events) == {"asset/file//srv/lake/report.csv"}, "all that the provider itself made of them"
    history = History(events)
    assert story(history.graph) == STORY
    assert {uid for uid in history.nodes if uid.startswith("asset/")} == ASSETS


def test_a_converter_makes_no_difference() -> None:
    """The names are those that the Amazon provider gives, and what stands in both places is one input."""
    events = recorded("airflow", WITH_CONVERTER)
    assert len(names_in(events)) == 4
    history = History(events)
    assert story(history.graph) == STORY
    assert {uid for uid in history.nodes if uid.startswith("asset/")} == ASSETS


def test_the_same_date_run_again_is_another_attempt_that_reads_what_the_second_made() -> None:
    history = History(recorded("airflow", RECORD))
    assert len(history.edges("RESTART_OF")) == 3, "each task; of the DAG only its ends are sent"
    used = [line.split(" USED ") for line in history.edges("USED") if "/run:" in line]
    assert len(used) == 4, "train and score, twice"
    assert all(("@" in attempt) == ("@" in version) for attempt, version in used)


def test_scores_go_back_to_the_raw_file_and_the_table() -> None:
    came_from = History(recorded("airflow", RECORD)).provenance("s3://lake scores/today.csv")
    assert "version/s3://lake/raw/orders.csv/~" in came_from
    assert "version/postgres://db.example.com:5432/shop.public.stock/~" in came_from
