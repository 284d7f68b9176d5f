"""dbt itself, sending to `whence serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.systems.dbt.test_recorded import SECOND, STORY
from tests.systems.live import graph_in, produce, served, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.needs("system:dbt")


def test_dbt_builds_and_the_graph_follows(capability: Callable[[str], Path], tmp_path: Path) -> None:
    project = tmp_path / "shop"
    with served(tmp_path) as (url, store):
        produce(capability("system:dbt"), "dbt", project, stage=1, url=url)
        assert story(graph_in(store)) == STORY
        produce(capability("system:dbt"), "dbt", project, stage=2, url=url)
        assert story(graph_in(store)) == STORY | SECOND


def test_a_command_around_says_which_seed_a_table_is_from(capability: Callable[[str], Path], tmp_path: Path) -> None:
    """What docs/systems/dbt.md says of seeds: dbt names none, so that whoever runs it does."""
    python = capability("system:dbt")
    seed = tmp_path / "shop" / "seeds" / "orders.csv"
    table = "duckdb://shop.duckdb/shop.main.clean_orders"
    emit = (python.parent / "whence-emit", "run", "--job", "nightly", "--input", seed, "--output", table, "--")
    with served(tmp_path) as (url, store):
        produce(python, "dbt", tmp_path / "shop", stage=1, url=url)
        produce(python, "dbt", tmp_path / "shop", stage=2, url=url, around=emit)
        graph = graph_in(store)
    lines = story(graph)
    assert {line for line in lines if "nightly" in line and "/" not in line} == {
        "dbt-run-shop IN nightly",
        "nightly MADE shop.main.clean_orders",
        "shop.main.shop.features.build.run USED shop.main.clean_orders of nightly of shop.main.shop.clean_orders.build.run INFERRED",
        "shop.main.shop.clean_orders.build.test USED shop.main.clean_orders of nightly of shop.main.shop.clean_orders.build.run INFERRED",
    }
    assert f"nightly USED {seed}" in lines
