"""What an answer can't see: gaps by kind, from the nodes and edges that it passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.answers import Gap
from whence.model.graph import Edge, Node, RunDetail, VersionDetail
from whence.model.kinds import EdgeType, Evidence, GapKind
from whence.queries.instants import is_running, is_service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.store.port import LogPage

EXAMPLES = 5

_SENTENCES: dict[GapKind, tuple[str, str]] = {
    GapKind.UNVERSIONED_READ: (
        "{n} state is unknown: it was read when nothing recorded had written it.",
        "{n} states are unknown: they were read when nothing recorded had written them.",
    ),
    GapKind.INFERRED_READ: (
        "{n} read named no version: it was bound by time to the newest one.",
        "{n} reads named no version: each was bound by time to the newest one.",
    ),
    GapKind.CONFLICT: (
        "{n} version was reported with different digests of one algorithm: which bytes it had is unknown.",
        "{n} versions were reported with different digests of one algorithm: which bytes they had is unknown.",
    ),
    GapKind.HISTORY_TRUNCATED: (
        "The source of {n} of these kept only part of its history: what came before is missing.",
        "The sources of {n} of these kept only part of their history: what came before is missing.",
    ),
    GapKind.CAPTURE_INCOMPLETE: (
        "{n} of these says that not everything about it was captured.",
        "{n} of these say that not everything about them was captured.",
    ),
    GapKind.RUN_NOT_ENDED: (
        "{n} run has not ended, or nobody said that it did: it may still read and write.",
        "{n} runs have not ended, or nobody said that they did: they may still read and write.",
    ),
    GapKind.REJECTED_EVENTS: (
        "{n} event was refused and is not in the graph; see: whence rejected list",
        "{n} events were refused and are not in the graph; see: whence rejected list",
    ),
}

_READS = frozenset({EdgeType.USED, EdgeType.DERIVED_FROM})
_INFERRED = Evidence.INFERRED  # looked up once, for it is asked of each edge


def gaps(nodes: Iterable[Node], edges: Iterable[Edge], log: LogPage, adjacent: Iterable[str] = ()) -> tuple[Gap, ...]:
    """Gaps of an answer that passed these nodes and edges, in the order of GapKind.

    `log`: the state of the log with the newest refused events; `adjacent`: unknown states of the assets passed that the walk itself does not reach.
    """
    found: dict[GapKind, list[str]] = {kind: [] for kind in GapKind}
    _note(nodes, found)
    unknown = found[GapKind.UNVERSIONED_READ]
    unknown.extend(set(adjacent).difference(unknown))
    reads = _inferred_reads(edges, frozenset(unknown))
    counts = {kind: len(uids) for kind, uids in found.items()}
    counts[GapKind.INFERRED_READ] = len(reads)
    counts[GapKind.REJECTED_EVENTS] = log.state.rejected
    found[GapKind.INFERRED_READ] = list({version for _, version in reads})
    found[GapKind.REJECTED_EVENTS] = [entry.id for entry in log.rejected]
    return tuple(_gap(kind, counts[kind], found[kind]) for kind in GapKind if counts[kind])


def _note(nodes: Iterable[Node], found: dict[GapKind, list[str]]) -> None:
    """Plain ifs: this runs for each node of every answer."""
    for node in nodes:
        detail = node.detail
        if isinstance(detail, VersionDetail):
            if detail.unversioned:
                found[GapKind.UNVERSIONED_READ].append(node.uid)
            if detail.conflict:
                found[GapKind.CONFLICT].append(node.uid)
        elif isinstance(detail, RunDetail):
            if detail.ended_at is None and is_running(node) and not is_service(node):
                found[GapKind.RUN_NOT_ENDED].append(node.uid)
        else:
            continue
        if detail.history_truncated:
            found[GapKind.HISTORY_TRUNCATED].append(node.uid)
        if detail.capture_missing:
            found[GapKind.CAPTURE_INCOMPLETE].append(node.uid)


def _inferred_reads(edges: Iterable[Edge], unknown: frozenset[str]) -> set[tuple[str, str]]:
    """(reader, version read), each once though a USED and a DERIVED_FROM may tell of it; unknown states are a gap of their own."""
    return {
        (edge.run or edge.source, edge.target)
        for edge in edges
        if edge.evidence is _INFERRED and edge.type in _READS and edge.target not in unknown
    }


def _gap(kind: GapKind, count: int, uids: list[str]) -> Gap:
    one, many = _SENTENCES[kind]
    return Gap(kind, count, tuple(sorted(uids)[:EXAMPLES]), (one if count == 1 else many).format(n=f"{count:,}"))
