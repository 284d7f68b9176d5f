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
