"""Every scenario, in the order that it is told in, backwards and shuffled, one event at a time and all at once, in every store: the same graph, the same answers."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.property.stores import STORES, Kind

from whence.testing.harness import put

from .scenario import FOLDERS, KEYS, Graph, Scenario, check_graph, check_questions, graph_of, load

NAMES = [folder.name for folder in FOLDERS]


@pytest.fixture(params=FOLDERS, ids=NAMES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


def deliveries(bodies: Sequence[bytes]) -> Iterator[tuple[str, list[list[bytes]]]]:
    """Name -> the batches that are put."""
    mixed = random.Random(len(bodies)).sample(bodies, len(bodies))
    yield "as told", [[body] for body in bodies]
    yield "backwards", [[body] for body in bodies[::-1]]
    yield "shuffled", [[body] for body in mixed]
    yield "shuffled, each twice", [[body, body] for body in mixed]
    yield "in one batch", [list(bodies)]


async def _graph_after(kind: Kind, folder: Path, scenario: Scenario, batches: list[list[bytes]]) -> Graph:
    async with await kind.open(folder) as store:
        await store.migrate()
        for batch in batches:
            await put(store, *batch)
        graph = await graph_of(store)
        check_graph(scenario.expected, graph)
        await check_questions(scenario.expected, store, graph.nodes)
    return graph


@pytest.mark.parametrize("kind", STORES, ids=repr)
def test_a_scenario(kind: Kind, scenario: Scenario, tmp_path: Path) -> None:
    graphs = {}
    for place, (name, batches) in enumerate(deliveries(scenario.bodies)):
        folder = tmp_path / str(place)
        folder.mkdir()
        graphs[name] = asyncio.run(_graph_after(kind, folder, scenario, batches)).lines
    for name, lines in graphs.items():
        assert lines == graphs["as told"], name


def test_a_scenario_can_be_read(scenario: Scenario) -> None:
    """It says why, expects something, uses no key that nothing looks at, and its events look like those of real producers."""
    assert set(scenario.expected) <= KEYS
    assert len(scenario.expected["why"]) > 80
    assert scenario.expected["edges"]
    for body in scenario.bodies:
        event = json.loads(body)
        assert event["producer"].startswith("https://")
        assert event["schemaURL"].startswith("https://openlineage.io/spec/2-0-2/")


def test_the_scenarios_that_were_asked_for_are_there() -> None:
    assert len(NAMES) >= 16
    assert [name[:2] for name in NAMES] == [f"{number:02d}" for number in range(1, len(NAMES) + 1)]


def test_the_page_lists_every_scenario_and_says_why(scenario: Scenario) -> None:
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert f"| [{scenario.name}](../tests/scenarios/{scenario.name}/expect.json) | {scenario.expected['why']} |" in page
