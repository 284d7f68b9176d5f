"""Provenance and impact as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from whence.cli.closing import close_answer, counted
from whence.cli.graph_view import GraphView
from whence.cli.labels import label
from whence.cli.names import Names
from whence.cli.output import console, visible
from whence.cli.tree import Painter, grow

_COUNTED: Final = {
    "DATASET_VERSION": "dataset version",
    "MODEL_VERSION": "model version",
    "ARTIFACT_VERSION": "artifact version",
    "RUN": "run",
    "COMMIT": "commit",
    "ENVIRONMENT": "environment",
}


def print_provenance(answer: dict[str, Any]) -> None:
    """The tree from what was asked about to its sources, then counts and completeness."""
    out = console()
    _paint(out, answer, upstream=True)
    out.print()
    out.print(Text(_counts(Counter(node["kind"] for node in answer["nodes"]))))
    _print_environments(out, answer)
    close_answer(out, answer["completeness"])


def print_impact(answer: dict[str, Any]) -> None:
    """Who must act first, the tree of all that depends on it, then counts and completeness."""
    out = console()
    graph = answer["subgraph"]
    known_as = Names(node["id"] for node in graph["nodes"])
    groups = (
        ("Serving now", answer["servingNow"], "red"),
        ("Models to retrain", answer["modelsToRetrain"], "magenta"),
        ("Copies of the same bytes", answer["copies"], "cyan"),
    )
    for title, nodes, style in groups:
        if nodes:
            out.print(Text(f"{title} ({len(nodes)})", f"bold {style}"))
            for node in nodes:
                out.print(Text("  ").append_text(label(node, known_as)), soft_wrap=True)
            out.print()
    if answer["owners"]:
        out.print(Text.assemble(("Owners  ", "bold"), visible(", ".join(answer["owners"]))))
        out.print()
    _paint(out, graph, upstream=False)
    out.print()
    out.print(Text(_total(answer)))
    close_answer(out, graph["completeness"])


def _paint(out: Console, graph: dict[str, Any], *, upstream: bool) -> None:
    view = GraphView(graph, upstream=upstream)
    Painter(out, view, Names(view.nodes)).paint(grow(view))


def _counts(kinds: Counter[str]) -> str:
    return f"{kinds_told(kinds)}."


def _total(answer: dict[str, Any]) -> str:
    if not answer["total"]:
        return "Nothing depends on it."
    told = kinds_told(answer["countsByKind"])
    return f"{counted(answer['total'], 'thing')} {'depends' if answer['total'] == 1 else 'depend'} on it: {told}."


def kinds_told(kinds: Mapping[str, int]) -> str:
    """`2 dataset versions, 1 run`."""
    return ", ".join(counted(kinds[kind], noun) for kind, noun in _COUNTED.items() if kinds.get(kind))


def _print_environments(out: Console, answer: dict[str, Any]) -> None:
    for node in answer["nodes"]:
        if node["kind"] == "ENVIRONMENT":
            out.print(label(node, Names()))
