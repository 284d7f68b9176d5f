"""Airflow itself, sending to `whence serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.systems.airflow.test_recorded import STORY
from tests.systems.live import graph_in, produce, served, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.needs("system:airflow")


def test_a_dag_runs_and_the_graph_follows(capability: Callable[[str], Path], tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with served(tmp_path) as (url, store):
        produce(capability("system:airflow"), "airflow", folder, stage=1, url=url)
        first = graph_in(store)
        assert story(first) == STORY
        produce(capability("system:airflow"), "airflow", folder, stage=2, url=url)
        second = graph_in(store)
        assert story(second) == STORY
    restarts = [edge for edge in second.edges if edge["type"] == "RESTART_OF"]
    assert len(restarts) == 3, "the same date has the same run ids: each task is a second attempt"
    assert not [edge for edge in first.edges if edge["type"] == "RESTART_OF"]
