"""Two graphs by their lines: which nodes and edges differ, and in what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final, Literal

import msgspec

from whence.ingest.digest import GraphLines

Side = Literal["graph", "replayed"]
Element = Literal["node", "edge"]

_PARTS: Final = frozenset({"detail", "facets"})
"""Members of a node that are compared one by one."""


class FieldDifference(msgspec.Struct, frozen=True):
    """One value that is not the same: `name` is its path, with dots (`detail.state`); None where a side has none."""

    name: str
    graph: Any
    replayed: Any


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node or edge that is not the same on both sides."""

    id: str
    """uid of a node, id of an edge."""
    kind: Element
    only: Side | None = None
    """The side that has it, when the other has not."""
    fields: tuple[FieldDifference, ...] = ()


def differences(graph: GraphLines, replayed: GraphLines, most: int) -> list[Difference]:
    """The first differences: nodes by uid, then edges by id, `most` of them together. Holds no more than that many in memory."""
    nodes = _first(graph.nodes, replayed.nodes, most, "node")
    return nodes + _first(graph.edges, replayed.edges, most - len(nodes), "edge")


def _first(graph: Iterable[bytes], replayed: Iterable[bytes], most: int, kind: Element) -> list[Difference]:
    found: dict[str, dict[Side, dict[str, Any]]] = {}
    for side, line in _unmatched(iter(graph), iter(replayed)) if most > 0 else ():
        element = msgspec.json.decode(line)
        if element["id"] not in found and len(found) == most:
            greatest = max(found)
            if element["id"] > greatest:
                continue
            del found[greatest]
        found.setdefault(element["id"], {})[side] = element
    return [_difference(id_, kind, sides) for id_, sides in sorted(found.items())]


def _unmatched(graph: Iterator[bytes], replayed: Iterator[bytes]) -> Iterator[tuple[Side, bytes]]:
    """Lines that only one of two sorted readings has."""
    here, there = next(graph, None), next(replayed, None)
    while here is not None and there is not None:
        if here == there:
            here, there = next(graph, None), next(replayed, None)
        elif here < there:
            yield "graph", here
            here = next(graph, None)
        else:
            yield "replayed", there
            there = next(replayed, None)
    for line in chain((here,) if here is not None else (), graph):
        yield "graph", line
    for line in chain((there,) if there is not None else (), replayed):
        yield "replayed", line


def _difference(id_: str, kind: Element, sides: dict[Side, dict[str, Any]]) -> Difference:
    if len(sides) == 1:
        (only,) = sides
        return Difference(id_, kind, only)
    return Difference(id_, kind, fields=tuple(_fields("", sides["graph"], sides["replayed"])))


def _fields(path: str, graph: dict[str, Any], replayed: dict[str, Any]) -> Iterator[FieldDifference]:
    for name in sorted(graph.keys() | replayed.keys()):
        here, there = graph.get(name), replayed.get(name)
        if here == there:
            continue
        if not path and name in _PARTS:
            yield from _fields(f"{name}.", graph[name], replayed[name])
        else:
            yield FieldDifference(path + name, here, there)
