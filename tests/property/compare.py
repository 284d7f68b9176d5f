"""A store beside the second opinion, difference by difference, and the delivery that is checked after every put."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from spec import Graph, project

from whence.errors import WhenceError
from whence.model.facts import Facts
from whence.model.graph import Edge, Node
from whence.store import Store
from whence.testing import incoming

from .deliveries import Delivery
from .reduce import reduced
from .stores import Kind, whole_graph


@dataclass
class Counts:
    """How much was compared on one store."""

    streams: int = 0
    events: int = 0
    graphs: int = 0


@dataclass
class Checked:
    """A store while a stream is delivered: what its log holds, and every uid that its graph ever had."""

    log: dict[str, tuple[int, Facts]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def check(kind: Kind, delivery: Delivery, counts: Counts) -> None:
    """After every put the store's graph is the second opinion's of its log, and every uid that it ever had is answered as that says.

    Raises AssertionError with the smallest delivery that shows the difference.
    """
    found = _difference(kind, delivery, counts)
    if found:
        smallest = reduced(delivery, lambda less: _differs(kind, less))
        raise AssertionError(f"{smallest!r} {_difference(kind, smallest, Counts()) or found}")


def _differs(kind: Kind, delivery: Delivery) -> bool:
    """What is no event any more shows nothing."""
    try:
        return bool(_difference(kind, delivery, Counts()))
    except WhenceError:
        return False


def _difference(kind: Kind, delivery: Delivery, counts: Counts) -> str:
    """What differs first, or nothing."""

    async def run(folder: Path) -> str:
        checked = Checked()
        store = await kind.open(folder)
        try:
            await store.migrate()
            for number, batch in enumerate(delivery.puts):
                if kind.keeps and number in delivery.restarts:
                    await store.close()
                    store = await kind.open(folder)
                arriving = [incoming(event.body) for event in batch]
                for each, receipt in zip(arriving, await store.put(arriving), strict=True):
                    known = checked.log.setdefault(each.facts.key, (receipt.seq, each.facts))
                    assert known[0] == receipt.seq
                differences = [each async for each in _differences(store, checked)]
                if differences:
                    return f"after put {number + 1}:\n  " + "\n  ".join(differences)
                counts.graphs += 1
        finally:
            await store.close()
        counts.streams += 1
        counts.events += len(checked.log)
        return ""

    with TemporaryDirectory(prefix="whence-") as folder:
        return asyncio.run(run(Path(folder)))


async def _differences(store: Store, checked: Checked) -> Any:
    expected = project(list(checked.log.values()))
    nodes, edges = await whole_graph(store)
    for each in (*_of_nodes(nodes, expected), *_of_edges(edges, expected)):
        yield each
    checked.seen |= nodes.keys() | expected.successors.keys()
    answered = await store.get(sorted(checked.seen))
    for uid in sorted(checked.seen):
        got = answered[uid].uid if uid in answered else None
        wanted = uid if uid in expected.nodes else expected.successors.get(uid)
        if got != wanted:
            yield f"{uid} is answered by {got}, not by {wanted}"


def _of_nodes(nodes: dict[str, Node], expected: Graph) -> Iterator[str]:
    for uid in sorted(nodes.keys() | expected.nodes.keys()):
        if uid not in nodes or uid not in expected.nodes:
            yield f"{uid}: {_only(uid in nodes)}"
            continue
        got, wanted = _plain(nodes[uid]), _plain(expected.nodes[uid])
        yield from (f"{uid}: {name} is {got[name]!r}, not {wanted[name]!r}" for name in _unequal(got, wanted))


def _of_edges(edges: dict[tuple[str, str, str, str], Edge], expected: Graph) -> Iterator[str]:
    for key in sorted(edges.keys() | expected.edges.keys()):
        name = " ".join(filter(None, (key[0].removeprefix("EdgeType."), *key[1:])))
        if key not in edges or key not in expected.edges:
            yield f"{name}: {_only(key in edges)}"
            continue
        got, wanted = edges[key], expected.edges[key]
        for part in Edge.__struct_fields__:
            if part != "event_seqs" and getattr(got, part) != getattr(wanted, part):
                yield f"{name}: {part} is {getattr(got, part)!r}, not {getattr(wanted, part)!r}"


def _only(in_store: bool) -> str:
    return "only in the store" if in_store else "not in the store"


def _plain(node: Node) -> dict[str, Any]:
    """Everything that a node carries, its detail's fields beside its own."""
    whole: dict[str, Any] = msgspec.to_builtins(
        {name: getattr(node, name) for name in node.__struct_fields__ if name != "facets"}
    )
    facets = {f"facet {name}": bytes(facet).decode() for name, facet in (node.facets or {}).items()}
    return whole | whole.pop("detail") | facets


def _unequal(got: dict[str, Any], wanted: dict[str, Any]) -> Iterable[str]:
    absent = object()
    for name in sorted(got.keys() | wanted.keys()):
        if got.get(name, absent) != wanted.get(name, absent):
            got.setdefault(name, None)
            wanted.setdefault(name, None)
            yield name
