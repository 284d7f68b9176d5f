"""What whence makes of the events that dbt sent, and what it does not make of them."""

from __future__ import annotations

from tests.systems.graphs import History
from tests.systems.live import recorded, story

RECORD = "dbt-1.11.16-openlineage-1.54.0"
STORY = {
    "shop.main.shop.clean_orders.build.run IN dbt-run-shop",
    "shop.main.shop.clean_orders.build.run MADE shop.main.clean_orders",
    "shop.main.shop.clean_orders.build.test IN dbt-run-shop",
    "shop.main.shop.clean_orders.build.test USED shop.main.clean_orders of shop.main.shop.clean_orders.build.run INFERRED",
    "shop.main.shop.features.build.run IN dbt-run-shop",
    "shop.main.shop.features.build.run MADE shop.main.features",
    "shop.main.shop.features.build.run USED shop.main.clean_orders of shop.main.shop.clean_orders.build.run INFERRED",
}
"""Of stage 1. Nothing names the seed: dbt sends no event for it, and a model that reads only seeds has no inputs."""
SECOND = {
    "shop.main.shop.ranked.build.run IN dbt-run-shop",
    "shop.main.shop.ranked.build.run MADE shop.main.ranked",
    "shop.main.shop.ranked.build.run USED shop.main.features of shop.main.shop.features.build.run INFERRED",
}


def test_models_and_tests_read_what_the_models_before_made() -> None:
    assert story(History(recorded("dbt", RECORD)).graph) == STORY | SECOND


def test_each_build_makes_versions_of_its_own() -> None:
    history = History(recorded("dbt", RECORD))
    made = [uid for uid in history.provenance("shop.main.ranked") if uid.startswith("version/")]
    assert len(made) == 3, "one state of each of the three tables: those of the same build"


def test_a_dbt_model_is_no_ml_model_and_an_exposure_draws_no_edge() -> None:
    """An exposure says that something depends on a table, not which state of it was used, nor when: it is kept and shown with the table."""
    history = History(recorded("dbt", RECORD))
    assets = {uid: node for uid, node in history.nodes.items() if uid.startswith("asset/")}
    assert {node["kind"] for node in assets.values()} == {"DATASET"}
    (features,) = [node for uid, node in assets.items() if uid.endswith("shop.main.features")]
    assert features["facets"]["dbt_exposures"]["exposures"][0]["name"] == "risk_model"
    assert not any("risk_model" in uid for uid in history.nodes)
