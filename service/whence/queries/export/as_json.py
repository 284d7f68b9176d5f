"""answer.json: both answers as one JSON object, in the words of GraphQL, a line for each node and each edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence.canonical import canonical
from whence.model import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whence.model.answers import Subgraph
    from whence.queries.export.asking import Answer


def answer_json(answer: Answer) -> Iterator[bytes]:
    """The text in pieces. Everything in it is ordered: nodes by (depth, uid), edges by key, members by name."""
    yield b'{"impact":{'
    impact = answer.impact
    for name, value in {
        "copies": [node.uid for node in impact.copies],
        "countsByKind": {kind.value: count for kind, count in impact.counts_by_kind.items()},
        "modelsToRetrain": [node.uid for node in impact.models_to_retrain],
        "owners": list(impact.owners),
        "servingNow": [node.uid for node in impact.serving_now],
    }.items():
        yield _member(name, value)
    yield b'"subgraph":'
    yield from _subgraph(impact.subgraph)
    yield b',"total":%d},\n"provenance":' % impact.total
    yield from _subgraph(answer.provenance)
    yield b"}\n"


def _subgraph(given: Subgraph) -> Iterator[bytes]:
    yield b"{"
    yield _member("completeness", plain.members(given.completeness))
    yield _member("depths", list(given.depths))
    yield b'"edges":['
    yield from _lines(map(plain.edge, given.edges))
    yield b"],"
    yield _member("headHash", given.position.head_hash)
    yield b'"nodes":['
    yield from _lines(map(plain.node, given.nodes))
    yield b"],"
    yield _member("roots", list(given.roots))
    yield b'"seq":%d}' % given.position.seq


def _member(name: str, value: Any) -> bytes:
    return canonical(name) + b":" + canonical(value) + b",\n"


def _lines(values: Iterable[Any]) -> Iterator[bytes]:
    between = b"\n"
    for value in values:
        yield between + canonical(value)
        between = b",\n"
    yield b"\n"
