"""A scenario: events of real tools in a file, and what whence must say of them in another, written from the rules by hand (docs/scenarios.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from whence import queries
from whence.ingest import graph_lines
from whence.model import uid as uids
from whence.store import Store

HERE: Final = Path(__file__).parent
FOLDERS: Final = sorted(path.parent for path in HERE.glob("*/expect.json"))
ASKED: Final = {"provenance", "impact", "modelsUsing", "resolve"}
KEYS: Final = {"why", "words", "edges", "none", "nodes", "absent", "answeredBy", "questions"}


@dataclass(frozen=True)
class Scenario:
    """`bodies`: one event each, as it came; `expected`: expect.json with its words put in."""

    name: str
    bodies: tuple[bytes, ...]
    expected: dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """Nodes and edges as their lines of the digest say, nodes with the members of `detail` beside the others."""

    lines: tuple[bytes, ...]
    nodes: dict[str, dict[str, Any]]
    edges: tuple[dict[str, Any], ...]


def load(folder: Path) -> Scenario:
    text = (folder / "expect.json").read_text(encoding="utf-8")
    expected = json.loads(text)
    for word, meaning in expected["words"].items():
        text = text.replace(f"{{{word}}}", meaning)
    return Scenario(folder.name, tuple((folder / "events.ndjson").read_bytes().splitlines()), json.loads(text))


async def graph_of(store: Store) -> Graph:
    async with graph_lines(store) as found:
        lines = tuple(found)
    elements = [json.loads(line) for line in lines]
    nodes = {each["id"]: {**each, **each["detail"]} for each in elements if "kind" in each}
    return Graph(lines, nodes, tuple(each for each in elements if "type" in each))


def told(edge: dict[str, Any]) -> str:
    """An edge as a line: its ends, role or relation, and the evidence unless RECORDED. Ids without percent-encoding, for people."""
    words = [edge["source"], edge["type"], edge["target"], edge["role"] or edge["relation"] or ""]
    evidence = "" if edge["evidence"] == "RECORDED" else edge["evidence"]
    return unquote(" ".join(filter(None, (*words, evidence))))


def check_graph(expected: dict[str, Any], graph: Graph) -> None:
    """Of the types that `edges` speaks of, these edges and no others; of those in `none`, none; each node with these values; none that is `absent`."""
    wanted = set(expected["edges"])
    types = {line.split(" ")[1] for line in wanted} | set(expected.get("none", ()))
    found = {told(edge) for edge in graph.edges if edge["type"] in types}
    assert found == wanted, f"not found: {sorted(wanted - found)}; not expected: {sorted(found - wanted)}"
    nodes = {unquote(id_): node for id_, node in graph.nodes.items()}
    for id_, values in expected.get("nodes", {}).items():
        has = _readable({name: nodes[id_].get(name) for name in values})
        assert has == values, f"{id_} has {has}"
    there = set(expected.get("absent", ())) & nodes.keys()
    assert not there, there


def _readable(value: Any) -> Any:
    """Without percent-encoding, as the expectations are written."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return unquote(value) if isinstance(value, str) else value


async def check_questions(expected: dict[str, Any], store: Store, ids: Iterable[str]) -> None:
    """`ids` of all nodes, to find those that the expectations spell without percent-encoding."""
    encoded = {unquote(id_): id_ for id_ in ids}
    for old, new in expected.get("answeredBy", {}).items():
        uid = _encoded(old)
        assert unquote((await store.get([uid]))[uid].uid) == new
    for question in expected.get("questions", ()):
        assert question["ask"] in ASKED
        ref = encoded.get(question["of"], question["of"])
        await _QUESTIONS[question["ask"]](store, ref, question)


def _encoded(uid: str) -> str:
    """A stand-in `version/{namespace}/{name}/run:{attempt}` in its encoded form; namespaces are `scheme://authority`."""
    whole, _, attempt = uid.partition("/run:")
    scheme, rest = whole.removeprefix("version/").split("://", 1)
    authority, name = rest.split("/", 1)
    return uids.stand_in(uids.asset(f"{scheme}://{authority}", name), f"run/{attempt}")


async def _walk(store: Store, ref: str, question: dict[str, Any]) -> None:
    if question["ask"] == "impact":
        subgraph = (await queries.impact(store, ref)).subgraph
    else:
        subgraph = await queries.provenance(store, ref)
    passed = {unquote(node.uid) for node in subgraph.nodes}
    assert set(question.get("has", ())) <= passed, question
    assert passed.isdisjoint(question.get("hasNot", ())), question
    if "gaps" in question:
        assert [gap.kind.value for gap in subgraph.completeness.gaps] == question["gaps"], question


async def _models_using(store: Store, ref: str, question: dict[str, Any]) -> None:
    uses = (await queries.models_using(store, ref)).items
    assert {unquote(use.version.uid): [how.value for how in use.how] for use in uses} == question["is"], question


async def _resolve(store: Store, ref: str, question: dict[str, Any]) -> None:
    assert unquote((await queries.resolve_one(store, ref)).uid) == question["is"], question


_QUESTIONS: Final = {"provenance": _walk, "impact": _walk, "modelsUsing": _models_using, "resolve": _resolve}
