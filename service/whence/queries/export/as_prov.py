"""prov.json: the same graph as PROV-JSON (W3C Member Submission, https://www.w3.org/submissions/prov-json/).

Runs are activities, everything else is an entity. A relation of PROV stands for each edge and carries the edge whole in its `whence:` attributes:

    USED, and AT_COMMIT, IN_ENVIRONMENT of a run   used
    GENERATED_BY                                   wasGeneratedBy
    DERIVED_FROM                                   wasDerivedFrom
    everything else                                wasInfluencedBy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from whence.canonical import canonical
from whence.model import plain
from whence.model.graph import RunDetail
from whence.model.kinds import EdgeType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from whence.model.graph import Edge, Node
    from whence.queries.export.asking import Placed, Stated

NAMESPACE: Final = "https://w3id.org/whence/prov#"
_OF_A_RUN: Final = frozenset({EdgeType.USED, EdgeType.AT_COMMIT, EdgeType.IN_ENVIRONMENT})
_ENDS: Final = {
    "used": ("prov:activity", "prov:entity"),
    "wasGeneratedBy": ("prov:entity", "prov:activity"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
}


def prov_json(nodes: Sequence[Placed], edges: Sequence[Stated]) -> Iterator[bytes]:
    """The text in pieces, a line for each node and edge. A relation is named `_:` and the number of its edge, from 1, in the order of keys."""
    yield b'{"prefix":' + canonical({"whence": NAMESPACE})
    runs = [each.node for each in nodes if each.node.kind is Kind.RUN]
    entities = [each.node for each in nodes if each.node.kind is not Kind.RUN]
    yield from _section("activity", ((_name(node.uid), _activity(node)) for node in runs))
    yield from _section("entity", ((_name(node.uid), _entity(node)) for node in entities))
    numbered = list(enumerate(edges, 1))
    for relation in _ENDS:
        members = ((f"_:{n}", _relation(each, relation)) for n, each in numbered if relation_of(each.edge) == relation)
        yield from _section(relation, members)
    yield b"}\n"


def relation_of(edge: Edge) -> str:
    """The relation of PROV that an edge is told as."""
    if edge.type is EdgeType.GENERATED_BY:
        return "wasGeneratedBy"
    if edge.type is EdgeType.DERIVED_FROM:
        return "wasDerivedFrom"
    return "used" if edge.type in _OF_A_RUN and edge.source.startswith("run/") else "wasInfluencedBy"


def _section(name: str, members: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
    between = b",\n" + canonical(name) + b":{\n"
    for key, value in members:
        yield between + canonical(key) + b":" + canonical(value)
        between = b",\n"
    if not between.endswith(b"{\n"):
        yield b"}"


def _name(uid: str) -> str:
    return f"whence:{uid}"


def _entity(node: Node) -> dict[str, Any]:
    return {"prov:label": node.name, "prov:type": _type(node.kind.value), **_at(node.at)}


def _activity(node: Node) -> dict[str, Any]:
    detail = node.detail
    assert isinstance(detail, RunDetail)
    times = {"prov:startTime": plain.moment(detail.started_at), "prov:endTime": plain.moment(detail.ended_at)}
    return {
        **{name: value for name, value in times.items() if value is not None},
        "prov:label": node.name,
        "prov:type": _type(node.kind.value),
        "whence:state": detail.state.value,
        **_at(node.at),
    }


def _relation(stated: Stated, relation: str) -> dict[str, Any]:
    edge = stated.edge
    source, target = _ENDS[relation]
    given = plain.edge(edge)
    words = {f"whence:{name}": given[name] for name in ("id", "evidence", "role", "relation")}
    if relation in ("used", "wasGeneratedBy"):
        words["prov:time"] = given["at"]
    if relation == "wasDerivedFrom" and edge.run is not None:
        words["prov:activity"] = _name(edge.run)
    if edge.subset is not None:
        words["whence:subset"] = edge.subset
    return {
        source: _name(edge.source),
        target: _name(edge.target),
        "prov:type": _type(edge.type.value),
        "whence:eventSeq": [_integer(seq) for seq in edge.event_seqs],
        "whence:answer": stated.answers,
        **_at(edge.at),
        **{name: value for name, value in words.items() if value is not None},
    }


def _at(at: int | None) -> dict[str, str]:
    """To the nanosecond, as text: readers of xsd:dateTime often stop at microseconds."""
    return {} if at is None else {"whence:at": plain.moment(at) or ""}


def _type(word: str) -> dict[str, str]:
    return {"$": f"whence:{word}", "type": "prov:QUALIFIED_NAME"}


def _integer(value: int) -> dict[str, str]:
    return {"$": str(value), "type": "xsd:long"}
