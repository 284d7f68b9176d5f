"""What DatasetEvents and names lead to: tombstones, explicit lineage of a named version, SAME_AS (rules 4, 10, 20, 25)."""

from __future__ import annotations

import hashlib

import msgspec

from whence.merge.bindings import by_time
from whence.merge.collect import Contributions, Edges
from whence.merge.groups import Groups
from whence.merge.nodes import asset_node
from whence.merge.overlay import Overlay
from whence.merge.records import AssetRecord, Contribution, Drawn, ReadIndex, Row
from whence.merge.timelines import TOMBSTONE, dropped_at
from whence.model.graph import Edge, Node
from whence.model.kinds import EdgeType, Evidence

_ENCODER = msgspec.json.Encoder(order="deterministic")


def subject_rows(asset: str, record: AssetRecord | None) -> list[Row]:
    """A DatasetEvent that drops the asset is a tombstone at its time (rule 10)."""
    return [Row(asset, time, TOMBSTONE, "", "") for time in record.drops] if record else []


def draw(overlay: Overlay, groups: Groups, asset: str, record: AssetRecord) -> tuple[Drawn, Node]:
    """Everything that an asset's record leads to, against the timelines as they now are, and its node."""
    edges, bound, reads = Edges(), Contributions(), []
    for other in record.same_as:
        if asset < other:
            edges.add(Edge(EdgeType.SAME_AS, asset, other, None))
    for version, (stamp, sources) in record.lineage.items():
        for source in sources:
            reads.append(ReadIndex(source, stamp.time, ""))
            target, minted = by_time(overlay, groups.of(source), source, stamp.time, without=None)
            if target == version:
                continue
            edges.add(
                Edge(EdgeType.DERIVED_FROM, version, target, stamp.time, Evidence.INFERRED, event_seqs=(stamp.seq,))
            )
            if minted:
                bound.add(target, Contribution(mentioned=stamp.time, seqs=(stamp.seq,)))
    members = groups.of(asset)
    dropped = dropped_at(overlay, members)
    node = asset_node(asset, record, members, groups.asset_type(asset), dropped)
    texts = sorted((name, value.text) for name, value in record.facets.items() if not value.deleted)
    shown = hashlib.blake2b(_ENCODER.encode((node, texts)), digest_size=16).digest()
    return Drawn(edges.sorted(), bound.found, tuple(sorted(set(reads))), dropped, shown), node
