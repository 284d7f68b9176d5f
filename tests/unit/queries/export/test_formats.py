"""The edges parsed back from each format are the answer's, whatever names are in them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import HOSTILE

REFS = ["file model", "file clean", "sha256:" + "ab" * 32, "commit/https%3A%2F%2Fgit.example.com%2Fo%2Fr/" + "c" * 40]


def answer(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "answer.json").read_text("utf-8"))
    return found


def union(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Nodes and edges of both answers by id, each with the answers that it is in."""
    both = {"provenance": answer(folder)["provenance"], "impact": answer(folder)["impact"]["subgraph"]}
    nodes: dict[str, Any] = {}
    edges: dict[str, Any] = {}
    for name, given in both.items():
        for node, depth in zip(given["nodes"], given["depths"], strict=True):
            nodes.setdefault(node["id"], node | {"depths": {}})["depths"][name] = depth
        for edge in given["edges"]:
            edges.setdefault(edge["id"], edge | {"answers": []})["answers"].append(name)
    return nodes, edges


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="ascii", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


def value(cell: str) -> Any:
    return json.loads(cell) if cell else None


@pytest.mark.parametrize("ref", REFS)
def test_edges_of_csv_are_those_of_the_answer(one, ref: str) -> None:
    folder, _ = one(ref)
    _, edges = union(folder)
    parsed = {
        row["id"]: {
            name: row[name] or None for name in ("id", "type", "source", "target", "at", "evidence", "role", "run")
        }
        | {
            "relation": value(row["relation"]),
            "subset": value(row["subset"]),
            "eventSeqs": [int(seq) for seq in row["eventSeqs"].split()],
            "answers": row["answers"].split(),
        }
        for row in rows(folder / "edges.csv")
    }
    assert parsed == edges
    assert any(edge["subset"] for edge in edges.values()) or ref != "file model"
    assert any(edge["relation"] == "FINE_TUNE" for edge in edges.values())


@pytest.mark.parametrize("ref", REFS)
def test_nodes_of_csv_are_those_of_the_answer(one, ref: str) -> None:
    folder, _ = one(ref)
    nodes, _ = union(folder)
    parsed = {
        row["id"]: {"id": row["id"], "kind": row["kind"], "at": row["at"] or None}
        | {name: value(row[name]) for name in ("name", "tags", "owners", "detail")}
        | {
            "depths": {
                name: int(row[column])
                for name, column in (("provenance", "upstreamDepth"), ("impact", "downstreamDepth"))
                if row[column]
            }
        }
        for row in rows(folder / "nodes.csv")
    }
    assert parsed == nodes


def test_no_cell_is_a_formula_and_no_row_breaks(one) -> None:
    folder, manifest = one("file model")
    for name in ("nodes.csv", "edges.csv", "events.csv"):
        text = (folder / name).read_bytes()
        assert all(0x20 <= byte < 0x7F or byte == 0x0A for byte in text), name
        found = rows(folder / name)
        assert len(found) == manifest["counts"][name.removesuffix(".csv")] == text.count(b"\n") - 1
        assert [cell for row in found for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}] == []
    names = {value(row["name"]) for row in rows(folder / "nodes.csv")}
    assert {f"{name}@~" for name in HOSTILE} <= names


def test_events_of_csv_are_those_of_the_manifest(one) -> None:
    folder, manifest = one("file model")
    files = {each["path"]: each for each in manifest["files"]}
    for row, cited in zip(rows(folder / "events.csv"), manifest["events"], strict=True):
        assert (int(row["seq"]), row["key"], row["file"]) == (cited["seq"], cited["key"], cited["file"])
        assert (row["sha256"], int(row["size"])) == (files[row["file"]]["sha256"], files[row["file"]]["size"])
        event = json.loads((folder / row["file"]).read_bytes())
        assert value(row["producer"]) == event["producer"]
        assert row["eventType"] == event.get("eventType", "")


def test_json_has_a_line_for_each_node_and_edge(one) -> None:
    folder, _ = one("file model")
    text = (folder / "answer.json").read_text("utf-8")
    given = answer(folder)["provenance"]
    for edge in given["edges"]:
        assert f"\n{json.dumps(edge, sort_keys=True, separators=(',', ':'), ensure_ascii=False)}" in text
