"""What the page asks, on every store: the picture around a thing, the map, the catalogue and models of many versions are the same as in memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from neo4j_stores import store_of

from whence import queries
from whence.model.focus import FocusView
from whence.model.map import MapView
from whence.store import open_store
from whence.testing import incoming, run_event
from whence.testing.events import dataset

if TYPE_CHECKING:
    from pathlib import Path

    from neo4j_sources import Endpoint

    from whence.store import Store

SHA = "ab" * 32
CODE = {
    "whence_codeState": {"repository": "https://h/o/r", "commit": "c" * 40},
    "whence_environmentPin": {"python": "3.11"},
}
SERVICE = {"jobType": {"processingType": "SERVICE", "integration": "X", "jobType": "TASK"}}


def model(word: str) -> dict[str, object]:
    return dataset(word, datasetType={"datasetType": "MODEL"})


def with_bytes(word: str) -> dict[str, object]:
    digest = {"algorithm": "sha256", "value": SHA, "strength": "CONTENT"}
    return dataset(word, whence_contentDigests={"bytes": 3, "digests": [digest]})


def at(minute: int) -> str:
    return f"2024-05-01T10:{minute:02}:00Z"


EVENTS = [
    run_event("load", time=at(0), job="load", inputs=["raw@1"], outputs=[with_bytes("clean@1")], run_facets=CODE),
    run_event("copy", time=at(1), job="copy", inputs=[with_bytes("clean@1")], outputs=[with_bytes("copied@1")]),
    run_event("train", time=at(2), job="train", inputs=["clean@1", model("base@1")], outputs=[model("risk@1")]),
    *(
        run_event(f"judge{number}", time=at(3 + number), job="judge", inputs=[model("risk@1"), "clean@1"], outputs=[f"report@{number}"])
        for number in range(30)
    ),
    run_event("serve", "START", time=at(40), job="serve", inputs=[model("risk@1")], job_facets=SERVICE),
    run_event("broken", "FAIL", time=at(41), job="train", inputs=["clean"]),
]  # fmt: skip
REFS = (
    "asset/file/risk",
    "version/file/clean/1",
    "asset/file/clean",
    "job/jobs/judge",
    f"sha256:{SHA}",
    "version/file/report/7",
)
VIEWS = (
    FocusView(),
    FocusView(budget=6, code=True),
    FocusView(up=1, down=1),
    FocusView(budget=4, as_of=1714558000 * 10**9),
)


async def told(store: Store) -> list[object]:
    """Every answer of the page; folds opened, too."""
    await store.migrate()
    for event in EVENTS:
        await store.put([incoming(event)])
    answers: list[object] = []
    for ref in REFS:
        for view in VIEWS:
            answer = await queries.focus(store, ref, view)
            opened = tuple(fold.id for fold in answer.folds) + tuple(f"all:{fold.id}" for fold in answer.folds[:1])
            answers += [answer, await queries.focus(store, ref, FocusView(budget=view.budget, open=opened))]
    for wanted in (MapView(), MapView(max_nodes=7), MapView(namespace="jobs", as_of=1714558000 * 10**9)):
        answers.append(await queries.lineage_map(store, wanted))
    versions = [node.uid for node in (await queries.versions(store, "asset/file/clean")).items]
    return [
        *answers,
        await queries.counts(store),
        await queries.uncaptured(store),
        await queries.unaccounted(store),
        await queries.unaccounted(store, namespace="jobs"),
        await queries.models_of_each(store, [*versions, "version/file/raw/1"]),
        [entry and (entry.seq, entry.key) for entry in [await queries.event(store, seq) for seq in (0, 1, 7, 2**62)]],
    ]


async def told_by(url: str) -> list[object]:
    async with open_store(url) as store:
        return await told(store)


def test_sqlite_tells_what_memory_tells(tmp_path: Path) -> None:
    expected = asyncio.run(told_by("memory:"))
    assert asyncio.run(told_by(f"sqlite:///{tmp_path}/whence.db")) == expected
    assert any(answer.folds for answer in expected if hasattr(answer, "folds")), "or there was nothing to agree on"


def test_neo4j_tells_what_memory_tells(neo4j_store: Endpoint) -> None:
    async def run() -> list[object]:
        async with store_of(neo4j_store) as store:
            return await told(store)

    assert asyncio.run(run()) == asyncio.run(told_by("memory:"))
