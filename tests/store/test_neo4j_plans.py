"""Every statement that reads the graph of a Neo4j store goes the way it is meant to: the time of an answer depends on the answer, not on the store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import neo4j
import pytest

from whence.model.kinds import Direction, EdgeType
from whence.store.neo4j import find_statements, hop_statements, paths, reading, walk_statements
from whence.store.neo4j.connecting import Login, address_of
from whence.store.neo4j.find_statements import By
from whence.store.neo4j.store import Neo4jStore
from whence.testing import graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from neo4j_sources import Endpoint

TEXTS: dict[str, Any] = dict.fromkeys(["named", "owner", "owned", "tag", "tagged", "text", "state", "namespace"], "x")
RANGES: dict[str, Any] = {"digest": ["a", "b", "a", "b"], "prefix": ["a", "b", "a", "b"], "algorithm": None}
PLACE: dict[str, Any] = {"uid": "", "type": "", "q": ""}
PARAMETERS: dict[str, Any] = {
    "asked": {
        "keys": ["x"],
        "sources": ["x"],
        "targets": ["x"],
        "ids": [0],
        "layer": [0],
        "names": ["x"],
        "wholes": ["x"],
        "kinds": ["RUN"],
        **PLACE,
    }
    | TEXTS
    | RANGES,
    "types": [kind.value for kind in EdgeType],
    "kept": [0],
    **dict.fromkeys(["least", "most", "age", "limit"], 1),
}


def statements(module: ModuleType) -> Iterator[tuple[str, str]]:
    """All Cypher of a module, however it is kept there, with its name."""
    for name, value in vars(module).items():
        if name.isupper() and not name.startswith("_"):
            for key, text in value.items() if isinstance(value, dict) else [("", value)]:
                if isinstance(text, str) and "RETURN" in text:
                    yield f"{module.__name__.rpartition('.')[2]}.{name} {key}", text


ALL = [
    named
    for module in (hop_statements, walk_statements, find_statements, paths, reading)
    for named in statements(module)
]


@pytest.fixture(params=[0, 1000], ids=["empty", "filled"])
def driver(neo4j_database: Endpoint, request: pytest.FixtureRequest) -> Iterator[neo4j.Driver]:
    """A store as it is when most plans are made, and one of a thousand nodes: plans outlive the size that they were made for."""

    async def fill() -> None:
        login = Login(neo4j_database.user, neo4j_database.password)
        async with Neo4jStore(address_of(neo4j_database.url), neo4j_database.url, login) as store:
            await store.migrate()
            await store.apply(graph(*(f"r{number} USED v{number % 7}" for number in range(request.param))).changes)

    asyncio.run(fill())
    auth = (neo4j_database.user, neo4j_database.password)
    with neo4j.GraphDatabase.driver(neo4j_database.url, auth=auth, notifications_min_severity="OFF") as opened:
        opened.execute_query("CALL db.clearQueryCaches()")
        yield opened


def operators(driver: neo4j.Driver, statement: str) -> list[str]:
    """The plan's operators, the last first."""

    def flat(plan: dict[str, Any]) -> Iterator[str]:
        yield plan["operatorType"].split("@")[0]
        for child in plan.get("children", []):
            yield from flat(child)

    plan = driver.execute_query("EXPLAIN " + statement, PARAMETERS).summary.plan
    assert plan is not None
    return list(flat(plan))


def test_walks_prune_breadth_first_and_nothing_reads_a_label_through(driver: neo4j.Driver) -> None:
    walks = 0
    for name, text in ALL:
        plan = operators(driver, text)
        told = f"{name}: {plan}"
        assert not any("All" in each and "Scan" in each for each in plan), told
        scanned = "NodeByLabelScan" in plan
        assert scanned == (":LongText)" in text), told  # the few texts that no index can hold
        if ")*" in text:
            walks += 1
            assert "VarLengthExpand(Pruning,BFS,All)" in plan, told
            assert plan.index("Limit") < plan.index("VarLengthExpand(Pruning,BFS,All)"), told
            between = plan[plan.index("Limit") : plan.index("VarLengthExpand(Pruning,BFS,All)")]
            assert not any(each.startswith("Eager") for each in between), told  # else the limit would end nothing
    assert walks == 3 * len(Direction) * 2, "a walk was added or renamed: is it meant to prune?"


def test_paths_are_shortest_paths(driver: neo4j.Driver) -> None:
    for text in paths.SHORTEST.values():
        plan = operators(driver, text)
        assert "ShortestPath" in plan, plan
        assert plan.count("NodeUniqueIndexSeek") == 2, plan


def test_pages_in_the_order_of_an_index_are_not_sorted(driver: neo4j.Driver) -> None:
    for by, text in find_statements.PAGES.items():
        plan = operators(driver, text)
        assert ("PartialTop" in plan) == by.is_in_order, (by, plan)
        assert any("Index" in each for each in plan), (by, plan)
    assert [by for by in By if not by.is_in_order] == [By.DIGEST, By.TAG, By.OWNER, By.TEXT]
