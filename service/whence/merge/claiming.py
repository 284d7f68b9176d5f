"""Claim anew the runs that a batch concerns, descendants first, and pool what they say (rules 7 to 10, 9a)."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from whence.merge import attempts as att
from whence.merge import timelines as tl
from whence.merge.below import entries, looking_down, mentions_data
from whence.merge.overlay import CHILD, Overlay, derived_key
from whence.merge.pool import BY
from whence.merge.records import RunDerived
from whence.merge.runs import claim_run
from whence.merge.state import ALIAS, Entry, Scan
from whence.merge.versions import VERSIONS
from whence.merge.work import Work
from whence.model import uid

MENTIONED_BY = "mentioned-by"
"""Entries: key = asset uid, uid = run id that mentions it without contributing to a version of it (`pool`)."""


def mentioned_by(overlay: Overlay, asset: str) -> set[str]:
    """Run ids that speak of an asset: all are claimed anew when it gets another name."""
    found = {entry.uid for entry in overlay.scan(MENTIONED_BY, asset)}
    versions = [entry.uid for entry in overlay.scan(VERSIONS, asset)]
    overlay.expect(Scan(BY, version) for version in versions)
    for version in versions:
        found |= {entry.uid for entry in overlay.scan(BY, version) if entry.extra == "claims"}
    return found


def claim_all(work: Work) -> None:
    """Every run that said something new, its ancestors, and whoever hangs elsewhere by it."""
    overlay = work.overlay
    overlay.expect(Scan(CHILD, run_id) for run_id in sorted(work.to_claim))
    att.load_ancestors(overlay, work.to_claim)
    for run_id in sorted(work.bounds_changed):
        work.to_bind |= set(work.overlay.children(run_id))
        work.to_claim |= {c for c in work.overlay.children(run_id) if _mentions(work, run_id)}
    for run_id in sorted(work.speaks_now):
        work.to_claim |= {below for below in att.named_below(overlay, run_id) if _mentions(work, below)}
    for run_id in sorted(work.to_claim):
        _link_parents(work, run_id)
    for run_id in sorted(work.to_claim):
        work.to_claim |= {above for above in att.ancestors(work.overlay, run_id) if _mentions(work, above)}
    _claim_below_first(work)
    work.to_bind |= work.to_claim


def _mentions(work: Work, run_id: str) -> bool:
    return mentions_data(work.overlay.run(run_id))


def _link_parents(work: Work, run_id: str) -> None:
    """Children are found by the run id that they name, whatever attempt it turns out to be."""
    record, before = work.overlay.run(run_id), work.overlay.derived(run_id)
    had = set(before.parents) if before else set()
    named = [attempt.parent for attempt in record.attempts] if record else []
    has = {f"{parent[0]} {parent[1] or ''}" for parent in named if parent}
    if had != has:
        _hung_elsewhere(work, run_id, {text.partition(" ")[0] for text in had - has})
    for text in had - has:
        parent, _, job = text.partition(" ")
        work.overlay.remove(Entry(CHILD, parent, 0, 0, run_id, job))
        work.named_as_parent.add(parent)
    for text in has - had:
        parent, _, job = text.partition(" ")
        work.overlay.add(Entry(CHILD, parent, 0, 0, run_id, job))
        work.named_as_parent.add(parent)


def _hung_elsewhere(work: Work, run_id: str, lost: set[str]) -> None:
    """Who was above no longer has these descendants; who is below may have come on a cycle or off it."""
    for above in sorted(lost):
        work.to_claim |= {a for a in (above, *att.ancestors(work.overlay, above)) if _mentions(work, a)}
    below = set(att.named_below(work.overlay, run_id))
    work.to_bind |= below
    work.to_claim |= {b for b in below if _mentions(work, b)}


def _claim_below_first(work: Work) -> None:
    """Descendants first, because an ancestor's claims look at their rows (rule 9a)."""
    below = _children_to_claim(work)
    done: set[str] = set()
    for run_id in sorted(work.to_claim):
        stack = [run_id]
        while stack:
            current = stack[-1]
            if current in done:
                stack.pop()
                continue
            first = [child for child in below[current] if child not in done and child not in stack]
            if first:
                stack += first
                continue
            stack.pop()
            done.add(current)
            if _claim(work, current):
                # run ids may name each other though their attempts do not: who looked too early looks again
                again = {a for a in att.ancestors(work.overlay, current) if a in done}
                done -= again
                stack += sorted(again)


def _children_to_claim(work: Work) -> dict[str, list[str]]:
    """Of the runs to claim, those that name another as parent, by that: not all children that a run ever had."""
    below: dict[str, list[str]] = defaultdict(list)
    for run_id in sorted(work.to_claim):
        record = work.overlay.run(run_id)
        for parent in sorted({a.parent[0] for a in record.attempts if a.parent} if record else ()):
            below[parent].append(run_id)
    return below


def _claim(work: Work, run_id: str) -> bool:
    """Claim a run anew; true when what claims above it look at changes."""
    record = work.overlay.run(run_id)
    if record is None:
        return False
    before = work.overlay.derived(run_id)
    work.derived_before.setdefault(run_id, before)
    work.claimed[run_id], derived = claim_run(work.overlay, work.groups, record)
    derived = msgspec.structs.replace(derived, above=looking_down(work.overlay, run_id))
    if before is not None:
        derived = _carry(derived, before)
    work.overlay.set(derived_key(run_id), derived)
    work.contribute(run_id, "claims", before.claims if before else {}, derived.claims)
    work.swap_rows(before.rows if before else (), derived.rows)
    work.swap_entries(
        {tl.read_entry(read, run_id) for read in before.reads} if before else set(),
        {tl.read_entry(read, run_id) for read in derived.reads},
    )
    had, has = entries(run_id, before), entries(run_id, derived)
    work.swap_entries(had, has)
    work.swap_entries(
        _only_mentioned(run_id, before) if before else set(),
        _only_mentioned(run_id, derived),
    )
    work.swap_entries(
        {Entry(ALIAS, old, 0, 0, new, "") for old, new in before.successors} if before else set(),
        {Entry(ALIAS, old, 0, 0, new, "") for old, new in derived.successors},
    )
    return had != has


def _only_mentioned(run_id: str, derived: RunDerived) -> set[Entry]:
    told = {uid.asset_of(version) for version in derived.claims}
    return {Entry(MENTIONED_BY, asset, 0, 0, run_id, "") for asset in derived.assets if asset not in told}


def _carry(derived: RunDerived, before: RunDerived) -> RunDerived:
    """Edges and bound contributions stay until the run is bound again."""
    return msgspec.structs.replace(derived, edges=before.edges, bound=before.bound)
