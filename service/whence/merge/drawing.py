"""Bind reads and draw what changed: runs, assets, versions, bytes (rules 2, 15 to 25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from whence.merge import nodes, origins, versions
from whence.merge import timelines as tl
from whence.merge.assets import teaches
from whence.merge.bindings import looked_up
from whence.merge.overlay import CHILD, derived_key, drawn_key, run_key
from whence.merge.records import AssetRecord, Drawn
from whence.merge.runs import bind_run, claim_attempts
from whence.merge.state import Scan
from whence.merge.subjects import draw
from whence.merge.work import Drawing, Work
from whence.model import uid
from whence.model.kinds import EdgeType

_CHILD_OF: Final = EdgeType.CHILD_OF


def draw_owners(work: Work) -> None:
    """Runs and assets: all edges but those between versions and their bytes."""
    for run_id in sorted(work.bounds_changed):
        work.to_bind |= set(work.overlay.children(run_id))
    concerned = {name for asset in (*work.assets, *work.rows_changed) for name in work.groups.of(asset)}
    concerned |= {owner for owner in work.to_bind if owner.startswith("asset/")}
    _bind_all(work, sorted(work.to_bind - concerned))
    for asset in sorted(concerned):
        _draw(work, asset)
    unheard = [run_id for run_id in sorted(work.named_as_parent) if work.overlay.run(run_id) is None]
    work.overlay.expect(Scan(CHILD, run_id) for run_id in unheard)
    for run_id in unheard:
        _placeholder(work, run_id)


def _bind_all(work: Work, run_ids: Sequence[str]) -> None:
    """Claims first, so that all that the reads will look up can be asked for together."""
    work.overlay.load(key for run_id in run_ids for key in (run_key(run_id), derived_key(run_id)))
    for run_id in run_ids:
        record = work.overlay.run(run_id)
        if record is not None and run_id not in work.claimed:
            work.claimed[run_id] = claim_attempts(work.overlay, work.groups, record)
    claimed = [each for run_id in run_ids for each in work.claimed.get(run_id, ())]
    work.overlay.expect(scan for each in claimed for scan in looked_up(work.overlay, each))
    for run_id in run_ids:
        _bind(work, run_id)


def _bind(work: Work, run_id: str) -> None:
    before, claimed = work.overlay.derived(run_id), work.claimed.get(run_id)
    if before is None or claimed is None:
        return
    derived = bind_run(work.overlay, work.groups, claimed, before)
    work.overlay.set(derived_key(run_id), derived)
    work.contribute(run_id, "bound", before.bound, derived.bound)
    previous = work.derived_before.get(run_id) or before
    work.swap_edges(
        run_id,
        Drawing(before.edges, (previous.claims, previous.bound)),
        Drawing(derived.edges, (derived.claims, derived.bound)),
    )
    parents = {edge.source: edge.target for edge in derived.edges if edge.type is _CHILD_OF}
    for attempt in claimed:
        work.overlay.put_node(nodes.run_node(attempt, parents.get(attempt.uid)), attempt.attempt.facets)
    for gone in set(previous.attempts) - set(derived.attempts):
        work.overlay.drop_node(gone)


def _draw(work: Work, asset: str) -> None:
    record, drawn_before = work.overlay.asset(asset), work.overlay.drawn(asset)
    if record is None:
        return
    before = drawn_before or Drawn()
    if drawn_before is not None and not _to_draw(work, asset, record, before):
        return
    drawn, node = draw(work.overlay, work.groups, asset, record)
    if drawn == before:
        return
    work.overlay.set(drawn_key(asset), drawn)
    if drawn.shown != before.shown:
        work.overlay.put_node(node, record.facets)
    work.swap_entries({tl.read_entry(r, asset) for r in before.reads}, {tl.read_entry(r, asset) for r in drawn.reads})
    work.contribute(asset, "drawn", before.bound, drawn.bound)
    work.swap_edges(asset, Drawing(before.edges, (before.bound,)), Drawing(drawn.edges, (drawn.bound,)))


def _to_draw(work: Work, asset: str, record: AssetRecord, before: Drawn) -> bool:
    """Most events teach an asset nothing that it shows or draws."""
    known = work.assets.get(asset, (record, record))[0]
    group = work.groups.of(asset)
    return (
        len(group) > 1
        or bool(before.reads)
        or teaches(known, record)
        or (
            (asset in work.drops_changed or (asset in work.rows_changed and before.dropped_at is not None))
            and tl.dropped_at(work.overlay, group) != before.dropped_at
        )
    )


def _placeholder(work: Work, run_id: str) -> None:
    """A run that only others speak of has a node as long as they do, of the job that its first child to name one names (rule 2)."""
    if work.overlay.first(CHILD, run_id) is None:
        work.overlay.drop_node(uid.run(run_id))
    else:
        job = next((child.extra for child in work.overlay.scan(CHILD, run_id) if child.extra), None)
        work.overlay.put_node(nodes.unknown_run_node(run_id, job))


def draw_versions(work: Work) -> None:
    """Versions whose pooled state shows something new, and who explains their bytes."""
    contents: set[str] = set()
    concerned = sorted({twin for changed in work.to_place for twin in work.groups.twins(changed)})
    versions.expect(work.overlay, work.groups, work.to_place - work.expected)
    origins.expect(work.overlay, concerned)
    states = versions.Pooled(work.overlay, work.groups)
    for version in concerned:
        if work.overlay.version(version) is None and work.overlay.placed(version) is None:
            continue
        touched = versions.place(work.overlay, work.groups, states, version)
        if touched:
            contents |= touched
            work.to_settle |= {version, *origins.dependents(work.overlay, work.groups.twins(version))}
    work.overlay.expect(Scan(space, content) for content in sorted(contents) for space in origins.LOOKED_UP)
    origins.settle(work.overlay, work.groups, contents, work.to_settle)
    for content in sorted(contents):
        versions.show_content(work.overlay, content)
