"""The plain Cypher of docs/neo4j.md answers what whence answers."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from whence import queries
from whence.model.answers import Walk
from whence.model.graph import VersionDetail
from whence.model.kinds import Kind
from whence.store.neo4j.connecting import Login, address_of
from whence.store.neo4j.store import Neo4jStore
from whence.testing import incoming, run_event
from whence.testing.events import dataset

if TYPE_CHECKING:
    from neo4j_sources import Endpoint

    from whence.model.graph import Node

PAGE = Path(__file__).parents[2] / "docs" / "neo4j.md"
GIT = {
    "sourceCodeLocation": {
        "_producer": "x",
        "_schemaURL": "x",
        "type": "git",
        "repoUrl": "https://h/o/r",
        "version": "a" * 40,
    }
}


def model(word: str) -> dict[str, object]:
    return dataset(word, datasetType={"datasetType": "MODEL"})


EVENTS = [
    run_event("load", time="2024-05-01T10:00:00Z", job="load", inputs=["raw@1"], outputs=["clean@1"], job_facets=GIT),
    run_event("train", time="2024-05-01T11:00:00Z", job="train", inputs=["clean@1"], outputs=[model("ranker@1")]),
    run_event(
        "tune", time="2024-05-01T12:00:00Z", job="tune", inputs=["ranker@1", "raw@2"], outputs=[model("tuned@1")]
    ),
    run_event("other", time="2024-05-01T13:00:00Z", job="other", inputs=["elsewhere@1"], outputs=[model("stranger@1")]),
]


def cypher() -> list[str]:
    """The questions of the page, in its order."""
    found = re.findall(r"```cypher\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(found) == 3
    return found


def named(nodes: list[Node]) -> list[list[str]]:
    return sorted([node.kind.value, node.name, node.uid] for node in nodes)


async def told_by_whence(endpoint: Endpoint) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    login = Login(endpoint.user, endpoint.password)
    async with Neo4jStore(address_of(endpoint.url), endpoint.url, login) as store:
        await store.migrate()
        await store.put([incoming(body) for body in EVENTS])
        uses = await queries.models_using(store, "asset/file/clean")
        versions = [use.version for use in uses.items]
        models = sorted([use.name, use.detail.version] for use in versions if isinstance(use.detail, VersionDetail))
        impact = await queries.impact(store, "asset/file/clean", Walk())
        origin = await queries.provenance(store, "asset/file/tuned", Walk())
        below, above = (
            [node for node in answer.nodes if node.uid not in answer.roots] for answer in (impact.subgraph, origin)
        )
        return models, named(below), named(above)


def test_three_questions_in_plain_cypher(neo4j_database: Endpoint) -> None:
    models, below, above = asyncio.run(told_by_whence(neo4j_database))
    names = {"dataset": "clean", "model": "tuned"}
    with neo4j_database.driver() as driver:
        answers = [[row.values() for row in driver.execute_query(each, names).records] for each in cypher()]
        plans = [driver.execute_query("EXPLAIN " + each, names).summary.plan for each in cypher()]
    assert answers == [models, below, above]
    assert all("VarLengthExpand(Pruning,BFS,All)" in str(plan) for plan in plans)
    assert models == [["ranker@1", "1"], ["tuned@1", "1"]]
    assert {Kind.COMMIT.value, Kind.RUN.value, Kind.MODEL_VERSION.value} <= {kind for kind, _, _ in above}
