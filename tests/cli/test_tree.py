"""whence.cli.graph_view, tree and names: any subgraph is drawn with each node once, and nothing lost however narrow the terminal."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import pytest
from rich.console import Console

from whence.cli.graph_view import GraphView
from whence.cli.names import Names, moment, shortened, version
from whence.cli.tree import Painter, grow


def node(number: int, kind: str = "DATASET_VERSION") -> dict[str, Any]:
    if kind == "RUN":
        return {
            "id": f"run/r{number}",
            "kind": kind,
            "name": f"r{number}",
            "at": None,
            "state": "COMPLETE",
            "job": {"id": f"job/j/job{number}x"},
        }
    return {
        "id": f"version/n/data{number}x/1",
        "kind": kind,
        "name": f"data{number}x",
        "at": None,
        "label": None,
        "digests": [],
    }


def edge(kind: str, source: str, target: str, role: str | None = None, relation: str | None = None) -> dict[str, Any]:
    return {
        "type": kind,
        "source": source,
        "target": target,
        "evidence": "RECORDED",
        "role": role,
        "relation": relation,
    }


def drawn(graph: dict[str, Any], *, upstream: bool = True, width: int = 10_000, frontier: tuple[str, ...] = ()) -> str:
    out = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    view = GraphView(graph | {"completeness": {"frontier": frontier}}, upstream=upstream)
    Painter(out, view, Names(view.nodes)).paint(grow(view))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def random_graph(seed: int, size: int = 30) -> dict[str, Any]:
    """A root that reaches all: runs and versions with cycles, diamonds and hubs."""
    chance = random.Random(seed)
    nodes = [node(0)] + [node(each, chance.choice(["RUN", "DATASET_VERSION"])) for each in range(1, size)]
    edges = []
    for number in range(1, size):
        above = [nodes[chance.randrange(number)]] + [chance.choice(nodes) for _ in range(chance.randrange(3))]
        for other in above:
            kind = {"RUN": "USED"}.get(
                other["kind"], "GENERATED_BY" if nodes[number]["kind"] == "RUN" else "DERIVED_FROM"
            )
            edges.append(edge(kind, other["id"], nodes[number]["id"]))
    return {"roots": [nodes[0]["id"]], "nodes": nodes, "edges": edges}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("width", [44, 80, 10_000])
def test_each_node_stands_once_and_pointers_point_the_right_way(seed: int, width: int) -> None:
    graph = random_graph(seed)
    text = drawn(graph, width=width)
    assert all(len(line) <= width for line in text.splitlines())
    squeezed = re.sub(r"[\s│├└─]", "", text)
    for each in graph["nodes"]:
        label = f"job{each['id'][5:]}xcompleted" if each["kind"] == "RUN" else f"{each['name']}@1"
        assert len(re.findall(rf"{label}(?!\((?:above|below|continuedbelow)\))", squeezed)) == 1, label


@pytest.mark.parametrize("seed", range(5))
def test_above_and_below_are_true(seed: int) -> None:
    lines = drawn(random_graph(seed)).splitlines()
    for number, line in enumerate(lines):
        pointer = re.search(r"((?:data|job)\d+x).*\((above|below)\)", line)
        if pointer:
            where = lines[:number] if pointer[2] == "above" else lines[number + 1 :]
            assert any(pointer[1] in other and not other.endswith(("(above)", "(below)")) for other in where), line


def test_a_chain_deeper_than_the_width_goes_on_in_a_tree_of_its_own() -> None:
    nodes = [node(each) for each in range(1500)]
    edges = [edge("DERIVED_FROM", nodes[each]["id"], nodes[each + 1]["id"]) for each in range(1499)]
    text = drawn({"roots": [nodes[0]["id"]], "nodes": nodes, "edges": edges}, width=80)
    assert len(re.findall(r"\(continued\s+below\)", text)) > 10
    assert max(map(len, text.splitlines())) <= 80
    assert "data1499x" in text


def test_a_derivation_that_a_run_explains_is_a_word_on_what_it_read() -> None:
    made, base, run = node(1, "MODEL_VERSION"), node(2, "MODEL_VERSION"), node(3, "RUN")
    edges = [
        edge("GENERATED_BY", made["id"], run["id"]),
        edge("USED", run["id"], base["id"], role="BASE_MODEL"),
        edge("DERIVED_FROM", made["id"], base["id"], relation="FINE_TUNE"),
    ]
    graph = {"roots": [made["id"]], "nodes": [made, base, run], "edges": edges}
    assert drawn(graph).splitlines()[-1] == "└─ BASE_MODEL (fine-tuned) data2x  @1  model"
    downstream = {**graph, "roots": [base["id"]]}
    assert drawn(downstream, upstream=False).splitlines() == [
        "data2x  @1  model",
        "└─ used as BASE_MODEL by job3x  completed",
        "      made data1x  @1  model",
    ]


def test_content_stands_for_the_same_bytes() -> None:
    one, other = node(1), node(2)
    content = {"id": "content/sha256:aa", "kind": "CONTENT", "name": "aa", "at": None}
    edges = [
        edge("CONTENT_OF", content["id"], one["id"]),
        edge("HAS_CONTENT", one["id"], content["id"]),
        edge("HAS_CONTENT", other["id"], content["id"]),
    ]
    text = drawn({"roots": [one["id"]], "nodes": [one, other, content], "edges": edges}, upstream=False)
    assert text.splitlines() == ["data1x  @1", "└─ same bytes: data2x  @1"]


def test_names_are_relative_to_the_folder_and_told_apart() -> None:
    here, there = "asset/file/%2Fhome%2Fa%2Fx.csv", "asset/s3%3A%2F%2Fb/x.csv"
    assert Names([here], "/home/a").asset(here) == "x.csv"
    assert Names([here], "/home/b").asset(here) == "/home/a/x.csv"
    both = Names([here, there], "/home/a")
    assert (both.asset(here), both.asset(there)) == ("file x.csv", "s3://b x.csv")


@pytest.mark.parametrize(
    ("raw", "digests", "expected"),
    [
        ("3", [], "@3"),
        ("11a110bbef1bcc07ee6b72c48ab5c5b21afbab91", [], "@11a110bb"),
        ("~", [], "unversioned"),
        (
            "run:r1",
            [
                {"algorithm": "md5", "value": "b" * 32, "strong": True},
                {"algorithm": "sha256", "value": "a" * 64, "strong": True},
            ],
            "aaaaaaaa",
        ),
        ("run:r1", [{"algorithm": "etag", "value": "c" * 32, "strong": False}], "by run r1"),
        ("md5:" + "d" * 32, [], "dddddddd"),
    ],
)
def test_a_version_in_short(raw: str, digests: list[dict[str, Any]], expected: str) -> None:
    assert version({"id": f"version/n/x/{raw}", "label": None, "digests": digests}) == expected


def test_long_names_are_marked_and_times_have_whole_seconds() -> None:
    assert shortened("nightly-build-of-the-risk-model") == "nightly-build-of-the-ris…"
    assert moment("2026-01-01T11:05:00.25Z") == moment("2026-01-01T11:05:00Z") == "2026-01-01T11:05:00Z"


def test_where_the_answer_was_cut_is_marked() -> None:
    one, other = node(1), node(2)
    graph = {"roots": [one["id"]], "nodes": [one, other], "edges": [edge("DERIVED_FROM", one["id"], other["id"])]}
    assert drawn(graph, frontier=(other["id"],)).splitlines() == ["data1x  @1", "└─ derived from data2x  @1  … more"]
