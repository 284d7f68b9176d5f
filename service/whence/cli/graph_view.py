"""A subgraph as a person reads it: what stands under what, and which words join them.

Commits and environments are part of a run's line, content stands for "the same bytes", and a derivation that a run explains is a word on what it read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from whence.cli.names import Node

_ROLES: Final = ("TRAIN", "VALIDATION", "TEST", "BASE_MODEL", "MODEL", "CONFIG", "REFERENCE")
_RELATIONS: Final = {
    "FINE_TUNE": "fine-tuned",
    "ADAPTER": "adapted",
    "MERGE": "merged",
    "QUANTIZE": "quantized",
    "DISTILL": "distilled",
    "CONTINUE": "trained on",
    "RENAMED": "renamed",
}
_INLINE: Final = {"AT_COMMIT", "IN_ENVIRONMENT"}
_CONTENT: Final = {"HAS_CONTENT", "CONTENT_OF"}


@dataclass(slots=True)
class Link:
    """What joins a node to one under it: type of edge, roles and relations, and whether it was inferred or asserted."""

    type: str
    child: str
    roles: set[str] = field(default_factory=set)
    relations: set[str] = field(default_factory=set)
    evidence: str = "RECORDED"

    def words(self, *, upstream: bool) -> str:
        """The words before the lower node; empty where the place says enough."""
        roles = ", ".join(sorted(self.roles, key=_ROLES.index))
        relations = ", ".join(sorted(_RELATIONS.get(each, each.lower()) for each in self.relations))
        match self.type:
            case "USED":
                return (
                    roles + (f" ({relations})" if relations else "")
                    if upstream
                    else f"used as {roles} by"
                    if roles
                    else "used by"
                )
            case "GENERATED_BY":
                return "made by" if upstream else "made"
            case "DERIVED_FROM":
                return f"{relations or 'derived'} from" if upstream else f"{relations or 'derived'} into"
            case "SAME_BYTES":
                return "same bytes as"
            case "SAME_STATE":
                return "same version as"
            case "SAME_CONTENT":
                return "same bytes:"
            case "AT_COMMIT":
                return "at commit" if upstream else "run there:"
            case "IN_ENVIRONMENT":
                return "in environment" if upstream else "run in it:"
        return self.type.lower().replace("_", " ")


class GraphView:
    """Answers `under(id)`: the links from a node to those a step further along the walk."""

    def __init__(self, subgraph: dict[str, Any], *, upstream: bool) -> None:
        self.upstream = upstream
        self.nodes: dict[str, Node] = {node["id"]: node for node in subgraph["nodes"]}
        self.roots = [root for root in subgraph["roots"] if root in self.nodes]
        self.frontier = frozenset(subgraph["completeness"]["frontier"])
        """Nodes under which the answer was cut."""
        self._links: dict[str, dict[tuple[str, str], Link]] = defaultdict(dict)
        edges = [edge for edge in subgraph["edges"] if not (upstream and edge["type"] in _INLINE)]
        for edge in edges:
            if edge["type"] not in _CONTENT:
                self._add(edge)
        self._join_holders(edges)
        self._fold_derivations()

    def under(self, node_id: str) -> list[Link]:
        """Links to the nodes under this one, in reading order: makers, inputs by role, then the rest by name."""
        links = self._links.get(node_id, {}).values()
        return sorted(
            links, key=lambda link: (_rank(link), self._when(link), self.nodes[link.child]["name"], link.child)
        )

    def _when(self, link: Link) -> str:
        node = self.nodes[link.child]
        return str(node.get("at") or "") if node["kind"] == "RUN" else ""

    def _add(self, edge: dict[str, Any]) -> None:
        above, below = (edge["source"], edge["target"]) if self.upstream else (edge["target"], edge["source"])
        if above not in self.nodes or below not in self.nodes:
            return
        link = self._links[above].setdefault(
            (edge["type"], below), Link(edge["type"], below, evidence=edge["evidence"])
        )
        if edge["role"]:
            link.roles.add(edge["role"])
        if edge["relation"]:
            link.relations.add(edge["relation"])

    def _join_holders(self, edges: list[dict[str, Any]]) -> None:
        """Put the other holders of some bytes right under the one they were reached from; a content that was asked for keeps its holders."""
        holders: dict[str, list[str]] = defaultdict(list)
        for edge in edges:
            if edge["type"] == "HAS_CONTENT":
                holders[edge["target"]].append(edge["source"])
        for edge in edges:
            if edge["type"] != "CONTENT_OF" or edge["target"] not in self.nodes:
                continue
            for other in holders[edge["source"]]:
                if other != edge["target"] and other in self.nodes:
                    self._links[edge["target"]].setdefault(("SAME_CONTENT", other), Link("SAME_CONTENT", other))
        for root in self.roots:
            for other in holders.get(root, ()):
                self._links[root].setdefault(("SAME_CONTENT", other), Link("SAME_CONTENT", other))

    def _fold_derivations(self) -> None:
        """Where a version derives from what its run read, say so on the read and drop the second branch (upstream), or the shortcut (downstream)."""
        made_by = self._pairs("GENERATED_BY")
        for dependent, source, link in list(self._derivations()):
            used = [found for run in made_by.get(dependent, ()) if (found := self._use(run, source))]
            if not used:
                continue
            for each in used:
                each.relations |= link.relations
            above, below = (dependent, source) if self.upstream else (source, dependent)
            del self._links[above]["DERIVED_FROM", below]

    def _derivations(self) -> list[tuple[str, str, Link]]:
        found = []
        for above, links in self._links.items():
            for (kind, below), link in links.items():
                if kind == "DERIVED_FROM":
                    found.append((above, below, link) if self.upstream else (below, above, link))
        return found

    def _pairs(self, kind: str) -> dict[str, list[str]]:
        """{dependent: what it depends on} over edges of one type."""
        pairs: dict[str, list[str]] = defaultdict(list)
        for above, links in self._links.items():
            for each, below in links:
                if each == kind:
                    dependent, source = (above, below) if self.upstream else (below, above)
                    pairs[dependent].append(source)
        return pairs

    def _use(self, run: str, version: str) -> Link | None:
        above, below = (run, version) if self.upstream else (version, run)
        return self._links.get(above, {}).get(("USED", below))


_TYPE_RANK: Final = {
    "GENERATED_BY": 0,
    "USED": 1,
    "DERIVED_FROM": 2,
    "SAME_BYTES": 3,
    "SAME_CONTENT": 3,
    "SAME_STATE": 4,
}


def _rank(link: Link) -> tuple[int, int]:
    role = min((_ROLES.index(each) for each in link.roles), default=len(_ROLES))
    return _TYPE_RANK.get(link.type, 5), role
