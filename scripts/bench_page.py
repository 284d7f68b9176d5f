"""The page in a real browser: from a click to the picture, frames of the map, memory, and what is sent to the browser."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import page_suite
from bench_process import MeasuringError, service, sqlite_url
from bench_rows import Must, Row
from build_ui import BUILT
from page_suite import Given

_STATIC: Final = BUILT.parents[1]
_LAYOUT: Final = "page: layout of 60 cards"
_SCRIPTS: Final = "page: scripts loaded at first, compressed"
_ALL_SCRIPTS: Final = "page: scripts of all views, compressed"
_STYLES: Final = "page: styles, compressed"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a store for Focus and one for the map, of about so many nodes, and outputs of pipelines to start from."""

    focus_store: Path
    focus_nodes: int
    map_store: Path
    map_nodes: int
    roots: Sequence[str]

    @property
    def names(self) -> Mapping[str, str]:
        """Names of rows by those of figures (ui/browser/bench)."""
        focus, plot = f"page: {self.focus_nodes:,} nodes, Focus", f"page: {self.map_nodes:,} nodes, Map"
        return {
            "layout": _LAYOUT,
            "focus": f"{focus}, click to picture",
            "neighbour": f"{focus}, to a neighbour",
            "neighbour by mouse": f"{focus}, to a neighbour, by mouse",
            "paint": f"{plot}, click to first paint",
            "pan": f"{plot}, pan, frame p95",
            "zoom": f"{plot}, zoom, frame p95",
            "memory": f"{plot}, more memory",
        }


def rows(of: Looked, rounds: int, seconds: float, folder: Path, say: Callable[[str], None]) -> list[Row]:
    """All rows of the page. Raises UnavailableError without a browser or without the page, MeasuringError when it went wrong."""
    say("the page")
    file = folder / "figures.json"
    with ExitStack() as stack:
        stores = {of.focus_store, of.map_store}  # one of them in a quick run, and a store has one service
        ports = {store: stack.enter_context(service(sqlite_url(store))).port for store in stores}
        urls = {"large": f"http://127.0.0.1:{ports[of.focus_store]}", "map": f"http://127.0.0.1:{ports[of.map_store]}"}
        more = {"output": str(file), "roots": " ".join(of.roots), "rounds": str(rounds), "seconds": str(seconds)}
        report = page_suite.run(["bench"], Given(urls, more), folder / "report.json")
    if not report["success"]:
        raise MeasuringError("the page could not be measured: see above")
    figures: dict[str, list[float]] = json.loads(file.read_text("utf-8"))
    unit = {"memory": "MiB"}
    measured = [
        Row(name, unit.get(key, "ms"), tuple(figures[key])) for key, name in of.names.items() if figures.get(key)
    ]
    sent = sizes(_STATIC)
    return [
        *measured,
        Row(_SCRIPTS, "KiB", (sent.first,)),
        Row(_ALL_SCRIPTS, "KiB", (sent.scripts,)),
        Row(_STYLES, "KiB", (sent.styles,)),
    ]


def requirements(rows: Sequence[Row], of: Looked) -> list[Must]:
    """What is required of each of them."""
    limits = {
        "layout": 16.0,
        "focus": 1000.0,
        "neighbour": 150.0,
        "neighbour by mouse": 150.0,
        "paint": 1500.0,
        "pan": 34.0,
        "zoom": 34.0,
        "memory": 300.0,
    }
    by_name = {of.names[key]: limit for key, limit in limits.items()} | {
        _SCRIPTS: 60.0,
        _ALL_SCRIPTS: 60.0,
        _STYLES: 12.0,
    }
    return [Must(row.name, row.unit, by_name[row.name], row.median) for row in rows if row.name in by_name]


@dataclass(frozen=True, slots=True)
class Sizes:
    """KiB after gzip: of the scripts that the page loads at first, of all that its views may load, and of all styles."""

    first: float
    scripts: float
    styles: float


def sizes(static: Path) -> Sizes:
    """What is sent for the page; GraphiQL is a page of its own."""
    page = (static / "app" / "index.html").read_text("utf-8")
    assets = static / "assets"
    at_first = set(re.findall(r"/static/assets/([\w.-]+\.(?:js|css))", page))
    found = set(at_first)
    todo = list(found)
    while todo:
        new = set(_named_in(assets / todo.pop())) - found
        found |= new
        todo += new
    return Sizes(
        _compressed(assets, at_first, ".js"), _compressed(assets, found, ".js"), _compressed(assets, found, ".css")
    )


def _named_in(script: Path) -> Iterator[str]:
    """Scripts and styles that a script loads, at once or later."""
    if script.suffix != ".js":
        return
    for name in re.findall(r"""["'`](?:\./|assets/)([\w.-]+\.(?:js|css))["'`]""", script.read_text("utf-8")):
        if (script.parent / name).is_file():
            yield name


def _compressed(assets: Path, names: set[str], suffix: str) -> float:
    return sum(len(gzip.compress((assets / name).read_bytes(), 9)) for name in names if name.endswith(suffix)) / 1024
