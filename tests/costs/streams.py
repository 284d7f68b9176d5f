"""Streams that never end: what a pipeline sends again and again, by the number of its run. All in order of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from whence.model import instant
from whence.testing import dataset, dataset_event, run_event
from whence.testing.events import run_id

Stream = Callable[[int], list[bytes]]
_EPOCH: Final = instant.parse("2026-01-01T00:00:00Z")
_SECOND: Final = 10**9


def at(second: float) -> str:
    return instant.format(_EPOCH + round(second * _SECOND))


def ds(word: str, content: int | None = None, **facets: Mapping[str, Any]) -> dict[str, Any]:
    """A dataset by its word; with `content`, the number of its made-up bytes."""
    if content is not None:
        digest = {"algorithm": "sha256", "value": f"{content:064x}", "strength": "CONTENT"}
        facets["whence_contentDigests"] = {"digests": [digest]}
    return dataset(word, **facets)


def ran(
    run: str, second: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), parent: str | None = None, **facets: Any
) -> list[bytes]:
    """A run of one second: START and COMPLETE."""
    of_run = dict(facets)
    if parent:
        of_run["parent"] = {"run": {"runId": run_id(parent)}, "job": {"namespace": "jobs", "name": "dag"}}
    return [
        run_event(run, "START", at(second), inputs=ins, run_facets=of_run),
        run_event(run, "COMPLETE", at(second + 1), inputs=ins, outputs=outs, run_facets=of_run),
    ]


def named(name: str, **more: str) -> dict[str, str]:
    return {"namespace": "file", "name": name, **more}


def also(other: str) -> dict[str, Any]:
    return {"identifiers": [named(other, type="TABLE")]}


def _alias(n: int) -> list[bytes]:
    moved = {"name": "champion", "action": "set", "version": str(n), "at": at(n)}
    return [dataset_event(ds(f"m@{n}", whence_alias=moved), at(n))]


def _explicit(n: int) -> list[bytes]:
    entries = [named("b", type="DATASET", inputs=[named("a", type="DATASET")])]  # type: ignore[arg-type]
    lineage = {"lineage": {"entries": entries}}
    start, end = ran(f"r{n}", 2 * n, ["a", "c"], ["b"], **lineage)
    return [start, end]


def _fine_tune(n: int) -> list[bytes]:
    base = {"base": named("base", version="1"), "relation": "FINE_TUNE"}
    return ran(f"r{n}", 2 * n, [ds("base@1", 3)], [ds(f"m@{n}", 1000 + n, whence_modelDerivation=base)])


def _rename(n: int) -> list[bytes]:
    change = {"lifecycleStateChange": "RENAME", "previousIdentifier": named("t")}
    return [*ran(f"w{n}", 4 * n, (), ["t"]), *ran(f"n{n}", 4 * n + 2, (), [ds("u", lifecycleStateChange=change)])]


def _beat(n: int) -> list[bytes]:
    return [run_event("stream", "RUNNING" if n else "START", at(n), inputs=["a"], outputs=["b"])]


def _parent_that_speaks(n: int) -> list[bytes]:
    first = [] if n else [run_event("dag", "START", at(-1), inputs=["a"], outputs=["z"])]
    return first + ran(f"r{n}", 2 * n, ["a"], ["b"], "dag")


_PINS: Final = {
    "whence_codeState": {"repository": "https://h/o/r", "commit": "c1"},
    "whence_environmentPin": {"python": "3.11"},
}
_APPEND: Final = {"whence_versionInfo": {"append": True}}


def naming(n: int) -> list[bytes]:
    """A run that never ends and writes a new version each time, as a streaming writer of a table format does."""
    return [run_event("stream", "RUNNING" if n else "START", at(n), inputs=["a"], outputs=[f"b@{n}"])]


def rewritten(n: int) -> list[bytes]:
    """One named version with the same bytes, written again by each run: whether it is a copy hangs on every one of them (rule 23)."""
    return ran(f"r{n}", 2 * n, ["a"], [ds("b@1", 7)])


STREAMS: Final[dict[str, Stream]] = {
    "one table from another": lambda n: ran(f"r{n}", 2 * n, ["a"], ["b"]),
    "a table in place": lambda n: ran(f"r{n}", 2 * n, ["a"], ["a"]),
    "named versions": lambda n: ran(f"r{n}", 2 * n, [f"a@{n}"], [f"b@{n}"]),
    "all read one version": lambda n: ran(f"r{n}", 2 * n, ["a@1"], [f"b@{n}"]),
    "all read one version with bytes": lambda n: ran(f"r{n}", 2 * n, [ds("a@1", 7)], [f"b@{n}"]),
    "all write one version": lambda n: ran(f"r{n}", 2 * n, ["a"], ["b@1"]),
    "the same bytes each time": lambda n: ran(f"r{n}", 2 * n, ["a"], [ds("b", 7)]),
    "the same bytes in many places": lambda n: ran(f"r{n}", 2 * n, [ds(f"a{n}", 7)], [f"b{n}"]),
    "copies": lambda n: ran(f"r{n}", 2 * n, [ds("a@1", 7)], [ds(f"b{n}", 7)]),
    "reads by bytes": lambda n: ran(f"r{n}", 2 * n, [ds("a", n // 10)], [ds("b", 10**6 + n // 10)]),
    "a catalogue that reports each version": lambda n: [dataset_event(ds(f"a@{n}", n), at(n))],
    "a catalogue that reports one version": lambda n: [dataset_event(ds("a@1", 1), at(n))],
    "an alias that moves on": _alias,
    "one commit and environment": lambda n: ran(f"r{n}", 2 * n, ["a"], ["b"], **_PINS),
    "appends": lambda n: ran(f"r{n}", 2 * n, ["b"], [ds("b", **_APPEND)]),
    "children of a parent that nobody heard of": lambda n: ran(f"r{n}", 2 * n, ["a"], ["b"], "dag"),
    "children of a parent that speaks of data": _parent_that_speaks,
    "a run that never ends": _beat,
    "versions that are seen and never written": lambda n: ran(f"r{n}", 2 * n, [f"a@{n}", "c"], ["b"]),
    "nameless reads between sightings": lambda n: [*ran(f"s{n}", 4 * n, [f"a@{n}"]), *ran(f"r{n}", 4 * n + 2, ["a"])],
    "a table with two names": lambda n: ran(f"r{n}", 2 * n, ["a"], [ds("bc"[n % 2], symlinks=also("cb"[n % 2]))]),
    "a version under two names": lambda n: ran(f"r{n}", 2 * n, (), [f"b@{n}", ds(f"c@{n}", symlinks=also("b"))]),
    "explicit lineage": _explicit,
    "fine-tunes of one base": _fine_tune,
    "renames": _rename,
}
