"""Spark itself, sending to `whence serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.systems.live import graph_in, produce, served, story
from tests.systems.spark.test_recorded import FIRST, LISTING, SECOND, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.needs("system:spark")


def test_a_spark_job_runs_and_the_graph_follows(capability: Callable[[str], Path], tmp_path: Path) -> None:
    data = tmp_path / "shop"
    data.mkdir()
    with served(tmp_path) as (url, store):
        produce(capability("system:spark"), "spark", data, stage=1, url=url)
        assert plain(story(graph_in(store)), str(data)) - LISTING == FIRST
        produce(capability("system:spark"), "spark", data, stage=2, url=url)
        assert plain(story(graph_in(store)), str(data)) - LISTING == FIRST | SECOND
