"""Commits and environments: nodes that live as long as some attempt points at them (rule 24).

Entries: `pinned`: key = uid of a commit or environment, time = the attempt's start, uid = attempt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from whence.merge import attempts as att
from whence.merge.nodes import commit_node, environment_node
from whence.merge.overlay import Overlay
from whence.merge.state import Entry
from whence.model import uid
from whence.model.facts import Said
from whence.model.graph import Edge
from whence.model.kinds import EdgeType

PINNED: Final = "pinned"

_PINS = frozenset({EdgeType.AT_COMMIT, EdgeType.IN_ENVIRONMENT})


def repin(overlay: Overlay, old: Iterable[Edge], new: Iterable[Edge]) -> None:
    """Follow the change of a run's edges: index what its attempts point at, and show or drop the nodes pointed at."""
    had, has = _entries(old), _entries(new)
    if had == has:
        return
    gone, come = had - has, has - had
    for entry in gone:
        overlay.remove(entry)
    for entry in come:
        overlay.add(entry)
    for target in sorted({entry.key for entry in (*gone, *come)}):
        first = overlay.first(PINNED, target)
        if first is None or first in has or gone:
            _show(overlay, target, first)


def _entries(edges: Iterable[Edge]) -> set[Entry]:
    return {
        Entry(PINNED, edge.target, edge.at or 0, 0, edge.source, "")
        for edge in edges
        if edge.type in _PINS and edge.source.startswith("run/")
    }


def _show(overlay: Overlay, target: str, first: Entry | None) -> None:
    said = _said(overlay, first.uid, target) if first else None
    if first is None or said is None:
        overlay.drop_node(target)
    elif target.startswith("commit/"):
        overlay.put_node(commit_node(said, first.time))
    else:
        overlay.put_node(environment_node(said, first.time))


def _said(overlay: Overlay, attempt_uid: str, target: str) -> Said | None:
    """The words of the attempt that point at the target."""
    record = overlay.run(uid.parse_run(attempt_uid)[0])
    for attempt in record.attempts if record else ():
        if att.attempt_uid(record.run_id if record else "", attempt) == attempt_uid:
            if target.startswith("commit/"):
                return att.code(attempt)
            return att.said(attempt, "whence_environmentPin")
    return None
