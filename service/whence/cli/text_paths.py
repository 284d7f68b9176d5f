"""Models, data and paths as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text

from whence.cli import names
from whence.cli.closing import close_answer, close_page
from whence.cli.labels import label
from whence.cli.names import Names
from whence.cli.output import console, visible
from whence.cli.tables import print_with_details

_FORWARD = {
    "USED": "used",
    "GENERATED_BY": "made by",
    "DERIVED_FROM": "derived from",
    "SAME_BYTES": "same bytes as",
    "SAME_STATE": "same version as",
    "AT_COMMIT": "at",
    "IN_ENVIRONMENT": "in",
}


def print_models(page: dict[str, Any]) -> None:
    """One row for each way in which a model version used it, with the path and the events that prove it."""
    out = console()
    rows = []
    uses = [edge["node"] for edge in page["edges"]]
    known_as = Names(_ids(uses))
    for use in uses:
        first = True
        for how, via in zip(use["how"], use["via"], strict=True):
            model = known_as.asset(use["version"]["id"]) if first else ""
            rows.append(
                (
                    Text(model, "bold magenta"),
                    names.version(use["version"]) if first else "",
                    Text(how, "green"),
                    _proof(via, known_as),
                )
            )
            first = False
    if rows:
        print_with_details(out, ("model", "version", "how", "proof"), rows)
    close_page(out, page, "model version")


def print_data(page: dict[str, Any]) -> None:
    """One row for each dataset version that a model version came from."""
    out = console()
    uses = [edge["node"] for edge in page["edges"]]
    known_as = Names(_ids(uses))
    rows = [
        (
            Text(known_as.asset(use["version"]["id"]), "bold cyan"),
            names.version(use["version"]),
            Text(use["role"] or "no role", "green" if use["role"] else "dim"),
            str(use["distance"]),
            _proof(use["via"], known_as),
        )
        for use in uses
    ]
    if rows:
        print_with_details(out, ("dataset", "version", "role", "distance", "proof"), rows, right=("distance",))
    close_page(out, page, "dataset version")


def print_path(answer: dict[str, Any]) -> None:
    """The chain from the dependent to what it depends on, a step a line."""
    out = console()
    path = answer["path"]
    if path:
        known_as = Names(node["id"] for node in path["nodes"])
        for number, node in enumerate(path["nodes"]):
            text = Text("  " * number)
            if number:
                text.append(f"{_joint(path, number - 1)} ", "italic")
            out.print(text.append_text(label(node, known_as)), soft_wrap=True)
        out.print()
        out.print(_events(path))
    else:
        out.print(Text("No path." if answer["completeness"]["complete"] else "No path found so far.", "bold"))
    close_answer(out, answer["completeness"])


def _proof(path: Mapping[str, Any], known_as: Names) -> Text:
    """The path after its first node, then the events: `train → data/train.csv → split → data/clean.csv = raw.csv (same bytes)`."""
    told = Text()
    for edge, node in zip(path["edges"], path["nodes"][1:], strict=True):
        if node["kind"] == "CONTENT" and edge["type"] == "HAS_CONTENT":
            continue
        same = edge["type"] == "CONTENT_OF"
        told.append(" = " if same else " → " if told else "").append(_step(node, known_as))
        told.append(" (same bytes)" if same else "")
    return told.append("\n").append_text(_events(path))


def _step(node: Mapping[str, Any], known_as: Names) -> str:
    kind = str(node["kind"])
    if kind.endswith("_VERSION"):
        return f"{known_as.asset(node['id'])} {names.version(node)}"
    return names.job(node) if kind in {"RUN", "JOB"} else visible(str(node["name"]))


def _events(path: Mapping[str, Any]) -> Text:
    seqs = sorted({seq for edge in path["edges"] for seq in edge["eventSeqs"]})
    return Text(f"event{'s' if len(seqs) != 1 else ''} {' '.join(map(str, seqs))}" if seqs else "no event", "dim")


def _joint(path: Mapping[str, Any], number: int) -> str:
    """The words between node `number` and the next: backwards where the edge points the other way."""
    edge = path["edges"][number]
    if edge["type"] in {"HAS_CONTENT", "CONTENT_OF"}:
        return "same bytes:"
    words = _FORWARD.get(edge["type"], edge["type"].lower().replace("_", " "))
    return f"{words} {edge['role']}" if edge["role"] else words


def _ids(uses: Iterable[Mapping[str, Any]]) -> list[str]:
    ids = []
    for use in uses:
        paths = use["via"] if isinstance(use["via"], list) else [use["via"]]
        ids += [node["id"] for path in paths for node in path["nodes"]] + [use["version"]["id"]]
    return ids
