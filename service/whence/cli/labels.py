"""One line of text for each kind of node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.text import Text

from whence.cli import names
from whence.cli.names import Names, Node
from whence.cli.output import visible

_KIND_STYLE: Final = {"DATASET": "cyan", "MODEL": "magenta", "ARTIFACT": "blue"}
_STATE: Final[Mapping[str, tuple[str, str]]] = {
    "COMPLETE": ("completed", "green"),
    "RUNNING": ("running since", "yellow"),
    "FAIL": ("failed", "bold red"),
    "ABORT": ("aborted", "red"),
    "UNKNOWN": ("state unknown", "yellow"),
}


def label(node: Node, known_as: Names) -> Text:
    """A node in one line."""
    kind = str(node["kind"])
    if kind.endswith("_VERSION"):
        return _version(node, known_as)
    match kind:
        case "DATASET" | "MODEL" | "ARTIFACT":
            return Text.assemble(
                (known_as.asset(node["id"]), f"bold {_KIND_STYLE[kind]}"), (f"  {kind.lower()}", "dim")
            )
        case "RUN":
            return run(node)
        case "JOB":
            return Text.assemble((names.job(node), "bold"), ("  job", "dim"))
        case "COMMIT":
            return commit(node)
        case "ENVIRONMENT":
            return Text.assemble("environment ", (_environment(node), "bold"))
        case _:
            return Text(visible(str(node["id"])), "bold")


def _version(node: Node, known_as: Names) -> Text:
    kind = str(node["kind"]).removesuffix("_VERSION")
    text = Text.assemble((known_as.asset(node["id"]), f"bold {_KIND_STYLE.get(kind, '')}"), "  ", names.version(node))
    if kind != "DATASET":
        text.append(f"  {kind.lower()}", "dim")
    for alias in node.get("aliases") or ():
        text.append(f"  {visible(alias)}", "green")
    if node.get("failed"):
        text.append("  only failed runs wrote it", "red")
    if node.get("conflict"):
        text.append("  conflicting digests", "bold red")
    return text


def run(node: Node) -> Text:
    """Job, state, time, commit: `train  completed 2026-11-02T08:30:00Z  commit 11a110bb (dirty)`."""
    word, style = _STATE[node.get("state") or "UNKNOWN"]
    ended = node.get("endedAt") if node.get("state") != "RUNNING" else None
    text = Text.assemble((names.job(node), "bold"), "  ", (word, style))
    when = names.moment(ended or node.get("startedAt"))
    if when:
        text.append(f" {when}")
    if node.get("commit"):
        text.append("  ").append_text(commit(node["commit"]))
    return text


def commit(node: Node) -> Text:
    """`commit 11a110bb`, marked when the work tree differed from it."""
    text = Text.assemble(("commit ", "dim"), visible(node["sha"][: names.SHORT_HEX]))
    return text.append(" (dirty)", "yellow") if node.get("dirty") else text


def _environment(node: Node) -> str:
    parts = (
        f"python {node['python']}" if node.get("python") else "",
        node.get("image") or "",
        node.get("accelerator") or "",
    )
    return visible(", ".join(part for part in parts if part)) or str(node["id"]).partition("/")[2][: names.SHORT_HEX]
