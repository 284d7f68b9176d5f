"""`verify` compares a graph with what its log gives, and names what differs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from whence.errors import StoreUnavailable
from whence.ingest import verify
from whence.ingest.differences import Difference, FieldDifference
from whence.ingest.verify import SHOWN_DIFFERENCES
from whence.merge.state import Changes
from whence.model.graph import Edge
from whence.model.kinds import EdgeType, Evidence
from whence.store.memory import MemoryStore
from whence.store.sqlite.store import SqliteStore
from whence.testing import dataset, run_event
from whence.testing.events import run_id
from whence.testing.harness import put

pytestmark = pytest.mark.anyio

RUN = f"run/{run_id('r3')}"
VERSION = f"version/file/t4/run:{run_id('r3')}"
BODIES = [
    run_event(
        f"r{number}",
        time=f"2026-01-01T00:00:{number:02d}Z",
        inputs=[dataset(f"t{number}", documentation={"description": "x"})],
        outputs=[f"t{number + 1}"],
    )
    for number in range(30)
]


async def _told() -> MemoryStore:
    store = MemoryStore()
    await put(store, *BODIES)
    return store


def _edges(*edges: Edge, removed: tuple[tuple[str, str, str, str], ...] = ()) -> Changes:
    return Changes({}, [], [], {}, list(edges), list(removed), [])


async def test_a_graph_that_is_what_its_log_gives_is_equal() -> None:
    found = await verify(await _told(), MemoryStore())
    assert (found.equal, found.events, found.digest, found.differences) == (True, 30, found.replayed, ())
    assert len(found.digest) == 64


async def test_a_node_that_differs_is_named_with_its_values() -> None:
    store = await _told()
    node = (await store.get([RUN]))[RUN]
    detail = msgspec.structs.replace(node.detail, ended_at=None)
    facets = {"custom": msgspec.Raw(b'{"a":1}')}
    spoilt = msgspec.structs.replace(node, name="spoilt", detail=detail, facets=facets)
    store.apply(Changes({}, [], [], {RUN: spoilt}, [], [], []))
    found = await verify(store, MemoryStore())
    assert (found.equal, found.digest == found.replayed) == (False, False)
    assert found.differences == (
        Difference(
            RUN,
            "node",
            fields=(
                FieldDifference("detail.endedAt", None, "2026-01-01T00:00:03Z"),
                FieldDifference("facets.custom", {"a": 1}, None),
                FieldDifference("name", "spoilt", "train"),
            ),
        ),
    )


async def test_edges_that_differ_are_named() -> None:
    store = await _told()
    made = Edge(EdgeType.GENERATED_BY, VERSION, RUN, 0)
    store.apply(_edges(made))
    found = await verify(store, MemoryStore())
    assert [(each.id, each.kind, each.only) for each in found.differences] == [(made.id, "edge", None)]
    assert [(field.name, field.graph) for field in found.differences[0].fields] == [("at", "1970-01-01T00:00:00Z")]


async def test_what_only_one_side_has_is_named() -> None:
    store = await _told()
    stray = Edge(EdgeType.DERIVED_FROM, VERSION, "version/file/t9/run:" + run_id("r8"), 0, Evidence.ASSERTED)
    lost = (EdgeType.GENERATED_BY.value, VERSION, RUN, "")
    store.apply(_edges(stray, removed=(lost,)))
    found = await verify(store, MemoryStore())
    assert [(each.id, each.only, each.fields) for each in found.differences] == [
        (stray.id, "graph", ()),
        (f"GENERATED_BY {VERSION} {RUN}", "replayed", ()),
    ]


async def test_the_first_twenty_are_named_nodes_before_edges() -> None:
    """Of 30 nodes and 60 edges that are gone, the nodes of the least uids."""
    store = await _told()
    runs = sorted(f"run/{run_id(f'r{number}')}" for number in range(30))
    store.apply(Changes({}, [], [], dict.fromkeys(runs), [], [], []))
    found = await verify(store, MemoryStore())
    assert [each.id for each in found.differences] == runs[:SHOWN_DIFFERENCES]
    assert {(each.kind, each.only) for each in found.differences} == {("node", "replayed")}


async def test_events_that_come_in_meanwhile_are_an_error_and_no_difference() -> None:
    class Busy(MemoryStore):
        async def find(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
            await put(self, run_event("late"))
            return await super().find(*arguments, **named)  # type: ignore[arg-type]

    store = Busy()
    await put(store, *BODIES)
    with pytest.raises(StoreUnavailable, match="Events came in"):
        await verify(store, MemoryStore())


@pytest.mark.parametrize("damage", ["DELETE FROM edges", "DELETE FROM facets"])
async def test_a_damaged_file_differs(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "whence.db"
    async with SqliteStore(path, "sqlite:") as store:
        await store.migrate()
        await put(store, *BODIES)
    with sqlite3.connect(path) as file:
        file.execute(damage)
    file.close()
    async with SqliteStore(path, "sqlite:", read_only=True) as spoilt:
        found = await verify(spoilt, MemoryStore())
    assert not found.equal
    assert len(found.differences) == SHOWN_DIFFERENCES
