"""One node, with all that is known of it, as text for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from whence.cli import names
from whence.cli.closing import counted
from whence.cli.labels import label
from whence.cli.names import Names, asset_id
from whence.cli.output import console, visible
from whence.cli.text_lists import size

Node = Mapping[str, Any]
Row = tuple[str, Text | str]
_ENV_PARTS: Final = ("python", "image", "accelerator", "lockDigest")


def print_node(node: dict[str, Any]) -> None:
    """A heading, a field a line, then which facets and events there are."""
    out = console()
    known_as = Names([node["id"]])
    out.print(label(node, known_as))
    out.print(Text(visible(node["id"]), "dim"), soft_wrap=True)
    out.print()
    rows = [("since", names.moment(node["at"])), *_rows(node, known_as), *_common(node)]
    for name, value in rows:
        _print_row(out, name, value)
    events = node["events"]
    out.print()
    out.print(
        Text(f"{counted(events['totalCount'] or 0, 'event')} about it, see: whence events {names.shell(node['id'])}"),
        soft_wrap=True,
    )


def _print_row(out: Console, name: str, value: Text | str) -> None:
    text = value if isinstance(value, Text) else Text(value)
    if not text:
        return
    for number, line in enumerate(text.split("\n")):
        out.print(Text(f"{name if number == 0 else '':<13}", "dim").append_text(line), soft_wrap=True)


def _rows(node: Node, known_as: Names) -> list[Row]:
    kind = str(node["kind"])
    if kind.endswith("_VERSION"):
        return _version(node, known_as)
    by_kind: dict[str, Callable[[Node, Names], list[Row]]] = {
        "DATASET": _asset, "MODEL": _asset, "ARTIFACT": _asset, "RUN": _run, "JOB": _job,
        "COMMIT": _commit, "ENVIRONMENT": _environment, "CONTENT": _content,
    }  # fmt: skip
    return by_kind[kind](node, known_as)


def _asset(node: Node, known_as: Names) -> list[Row]:
    return [
        ("namespace", visible(node["namespace"])),
        ("also known as", "\n".join(visible(each) for each in node["sameAs"])),
        ("versions", str(node["versionCount"])),
        ("newest", label(node["latest"], known_as) if node["latest"] else ""),
        ("dropped", names.moment(node["droppedAt"])),
    ]


def _version(node: Node, known_as: Names) -> list[Row]:
    return [
        ("of", label(node["asset"], known_as)),
        ("version", visible(node["version"])),
        ("role", node.get("role") or ""),
        ("size", size(node["bytes"])),
        ("rows", "" if node["rows"] is None else f"{node['rows']:,}"),
        ("digests", "\n".join(f"{each['algorithm']} {visible(each['value'])}" for each in node["digests"])),
        ("note", visible(node["changeNote"] or "")),
        ("made by", _lines(node["generatedBy"], known_as)),
        ("after", _lines(node["parents"], known_as)),
        ("serving in", _lines(node.get("serving") or (), known_as)),
        ("metrics", _metrics(node.get("metrics") or ())),
    ]


def _run(node: Node, known_as: Names) -> list[Row]:
    inputs = [
        Text(f"{use['role'] or 'input'}  ").append_text(label(use["version"], known_as)) for use in node["inputs"]
    ]
    return [
        ("started", names.moment(node["startedAt"])),
        ("ended", names.moment(node["endedAt"])),
        ("error", _paragraphs(node["error"])),
        ("type", visible(", ".join(each for each in (node["processingType"], node["jobType"]) if each))),
        ("within", label(node["parent"], known_as) if node["parent"] else ""),
        ("environment", label(node["environment"], known_as) if node["environment"] else ""),
        ("used", Text("\n").join(inputs)),
        ("made", _lines(node["outputs"], known_as)),
        ("parameters", "\n".join(f"{visible(each['name'])} = {visible(each['value'])}" for each in node["params"])),
        (
            "seeds",
            "\n".join(
                f"{visible(name)} = {visible(str(value))}" for name, value in sorted((node["seeds"] or {}).items())
            ),
        ),
        ("metrics", _metrics(node["metrics"])),
    ]


def _job(node: Node, known_as: Names) -> list[Row]:
    return [
        ("namespace", visible(node["namespace"])),
        ("description", _paragraphs(node["description"])),
        ("runs", str(node["runCount"])),
        ("newest", label(node["latestRun"], known_as) if node["latestRun"] else ""),
        ("should read", _lines(node["declaredInputs"], known_as)),
        ("should write", _lines(node["declaredOutputs"], known_as)),
    ]


def _commit(node: Node, known_as: Names) -> list[Row]:
    return [
        ("repository", visible(node["repository"])),
        ("commit", visible(node["sha"])),
        ("page", visible(node["url"] or "")),
    ]


def _environment(node: Node, known_as: Names) -> list[Row]:
    packages = node["packages"]
    told = [(name, visible(str(node[name] or ""))) for name in _ENV_PARTS]
    return [*told, ("packages", visible(str(packages)) if packages else "")]


def _content(node: Node, known_as: Names) -> list[Row]:
    return [("held by", _lines((edge["node"] for edge in node["holders"]["edges"]), known_as))]


def _common(node: Node) -> list[Row]:
    return [
        ("tags", visible(", ".join(node["tags"]))),
        ("owners", visible(", ".join(node["owners"]))),
        ("facets", visible(", ".join(sorted(node["facets"] or ())))),
    ]


def _lines(nodes: Iterable[Node], known_as: Names) -> Text:
    return Text("\n").join([label(node, known_as) for node in nodes])


def _paragraphs(text: str | None) -> str:
    """A text of several lines, its lines kept."""
    return "\n".join(visible(line) for line in (text or "").splitlines())


def _metrics(metrics: Iterable[Node]) -> str:
    return "\n".join(_metric(each) for each in metrics)


def _metric(metric: Node) -> str:
    step = f"  (step {metric['step']})" if metric["step"] is not None else ""
    dataset = f"  on {Names().asset(metric['dataset'])}" if asset_id(metric["dataset"] or "") else ""
    return f"{visible(metric['name'])} = {visible(metric['text'])}{step}{dataset}"
