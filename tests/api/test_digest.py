"""The digest of a graph: recomputed without whence, the same in any order and every store, with every part of the graph in it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
from pathlib import Path

import msgspec
import pytest

from whence.ingest import graph_digest, graph_lines
from whence.ingest.digest import edge_line, node_line
from whence.ingest.sorting import SortedLines
from whence.model.graph import Edge, Node, RunDetail
from whence.model.kinds import EdgeType, Evidence, InputRole, Kind
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.testing.harness import put
from whence.testing.projection_tests import EVENTS

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """What stands in the fenced block of the page that follows this mark."""
    found = re.search(rf"<!-- {name} -->\n```json\n(.*?)```", OPERATIONS, re.DOTALL)
    assert found, name
    return found[1]


def stranger(lines: list[str]) -> str:
    """The digest by the words of the page alone: canonical JSON, nodes then edges, each sorted, LF."""
    elements = [json.loads(line) for line in lines]
    texts = [
        sorted(json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() for each in some)
        for some in ([e for e in elements if "kind" in e], [e for e in elements if "type" in e])
    ]
    return hashlib.sha256(b"".join(text + b"\n" for some in texts for text in some)).hexdigest()


async def digest_of(url: str, *batches: tuple[bytes, ...]) -> str:
    async with open_store(url) as store:
        await store.migrate()
        for batch in batches:
            await put(store, *batch)
        return await graph_digest(store)


def test_the_example_of_the_page_is_recomputed_by_a_stranger() -> None:
    digest = asyncio.run(digest_of("memory:", (block("digest-event").encode(),)))
    lines = block("digest-lines").splitlines()
    assert stranger(random.Random(1).sample(lines, len(lines))) == digest
    assert f"`{digest}`" in OPERATIONS


def test_any_order_and_every_store_give_the_same_digest(tmp_path: Path) -> None:
    backwards = [(body,) for body in reversed(EVENTS)]
    wanted = asyncio.run(digest_of("memory:", EVENTS))
    assert asyncio.run(digest_of("memory:", *backwards)) == wanted
    assert asyncio.run(digest_of(f"sqlite:///{tmp_path / 'whence.db'}", *backwards)) == wanted


def test_all_nodes_and_edges_are_in_it() -> None:
    async def lines() -> tuple[list[bytes], int, int]:
        store = MemoryStore()
        await put(store, *EVENTS)
        async with graph_lines(store) as found:
            return list(found), store._graph.number_of_nodes(), store._graph.number_of_edges()

    found, nodes, edges = asyncio.run(lines())
    assert (sum(b'"kind"' in line for line in found), sum(b'"type"' in line for line in found)) == (nodes, edges)
    assert {EdgeType.USED, EdgeType.GENERATED_BY, EdgeType.RESTART_OF} <= {
        json.loads(line).get("type") for line in found
    }


NODE = Node("run/r", Kind.RUN, "train", 7, RunDetail("r"), ("t",), ("ana",), {"f": msgspec.Raw(b'{"a":1}')})
EDGE = Edge(EdgeType.USED, "run/r", "version/n/a/1", 7, event_seqs=(3, 4))


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "run/s"},
        {"kind": Kind.JOB},
        {"name": "other"},
        {"at": 8},
        {"at": None},
        {"detail": RunDetail("r", parent="run/p")},
        {"tags": ()},
        {"owners": ("bob",)},
        {"facets": {"f": msgspec.Raw(b'{"a":2}')}},
        {"facets": {"g": msgspec.Raw(b'{"a":1}')}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_node_has_another_line_for_every_other_value(change: dict[str, object]) -> None:
    assert node_line(msgspec.structs.replace(NODE, **change)) != node_line(NODE)


@pytest.mark.parametrize(
    "change",
    [
        {"type": EdgeType.DERIVED_FROM},
        {"source": "run/s"},
        {"target": "version/n/a/2"},
        {"at": 8},
        {"evidence": Evidence.INFERRED},
        {"role": InputRole.TRAIN},
        {"subset": '{"x":1}'},
        {"relation": "FINE_TUNE"},
        {"run": "run/r"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edge_has_another_line_for_every_other_value(change: dict[str, object]) -> None:
    assert edge_line(msgspec.structs.replace(EDGE, **change)) != edge_line(EDGE)


def test_every_field_of_nodes_and_edges_was_changed_above() -> None:
    assert set(Node.__struct_fields__) == {"uid", "kind", "name", "at", "detail", "tags", "owners", "facets"}
    told = {"type", "source", "target", "at", "evidence", "role", "subset", "relation", "run"}
    assert set(Edge.__struct_fields__) == {*told, "event_seqs"}


def test_positions_in_the_log_are_not_in_it() -> None:
    assert edge_line(msgspec.structs.replace(EDGE, event_seqs=(9,))) == edge_line(EDGE)


def test_facets_are_in_it_to_the_letter() -> None:
    """Integers beyond 2^53 and numbers with exponents stand there as in the event's canonical form."""
    text = b'{"big":123456789012345678901234567890,"small":1.5e-7,"whole":1e+21}'
    assert text in node_line(msgspec.structs.replace(NODE, facets={"f": msgspec.Raw(text)}))


@pytest.mark.parametrize("part", [1, 40, 10_000])
def test_lines_are_sorted_however_many_fit_into_memory(part: int) -> None:
    lines = [str(number).encode() for number in random.Random(2).sample(range(500), 200)]
    with SortedLines(part) as found:
        found.add(lines)
        assert list(found) == sorted(lines)
        assert list(found) == sorted(lines), "read a second time"
