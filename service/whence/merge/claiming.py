"""Claim anew the runs that a batch concerns, descendants first, and pool what they say (rules 7 to 10, 9a)."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from whence.merge import attempts as att
from whence.merge import timelines as tl
from whence.merge.below import entries, mentions_data
from whence.merge.overlay import CHILD, Overlay, derived_key
from whence.merge.pool import BY
from whence.merge.records import RunDerived
from whence.merge.runs import claim_attempts, derive
from whence.merge.state import ALIAS, Entry, Scan
from whence.merge.versions import VERSIONS
from whence.merge.work import Work
from whence.model import uid

MENTIONED_BY = "mentioned-by"
"""Entries: key = asset uid, uid = run id that mentions it without contributing to a version of it (`pool`)."""
NOTHING: Final = RunDerived((), (), (), {})


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
        below = overlay.children(run_id)
        if below:
            work.to_bind.update(below)
            if _mentions(work, run_id):
                work.to_claim.update(below)
    for run_id in sorted(work.speaks_now):
        if overlay.children(run_id):
            work.to_claim |= {below for below in att.named_below(overlay, run_id) if _mentions(work, below)}
    for run_id in sorted(work.to_claim):
        _link_parents(work, run_id)
    for run_id in sorted(work.to_claim):
        work.to_claim.update(work.above(run_id))
    _claim_below_first(work)
    work.to_bind |= work.to_claim


def _mentions(work: Work, run_id: str) -> bool:
    return mentions_data(work.overlay.run(run_id))


def _link_parents(work: Work, run_id: str) -> None:
    """Children are found by the run id that they name, whatever attempt it turns out to be."""
    record, before = work.overlay.run(run_id), work.overlay.derived(run_id)
    had, has = set(before.parents) if before else set(), set[str]()
    for attempt in record.attempts if record else ():
        if attempt.parent:
            has.add(f"{attempt.parent[0]} {attempt.parent[1] or ''}")
    if had == has:
        return
    if had or work.overlay.children(run_id):
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
    claimed = work.claimed[run_id] = claim_attempts(work.overlay, work.groups, record)
    had = before or NOTHING
    derived = derive(work.groups, claimed, work.above(run_id), had)
    work.overlay.set(derived_key(run_id), derived)
    work.contribute(run_id, "claims", had.claims, derived.claims)
    work.swap_rows(had.rows, derived.rows)
    was_seen, is_seen = entries(run_id, had), entries(run_id, derived)
    work.swap_entries(was_seen, is_seen)
    work.swap_entries(_found_by(run_id, before) if before else set(), _found_by(run_id, derived))
    return was_seen != is_seen


def _found_by(run_id: str, derived: RunDerived) -> set[Entry]:
    """Entries by which a run is found: its reads, assets that it only mentions, and what answers for its stand-ins."""
    told = {uid.asset_of(version) for version in derived.claims}
    found = {Entry(MENTIONED_BY, asset, 0, 0, run_id, "") for asset in derived.assets if asset not in told}
    for read in derived.reads:
        found.add(tl.read_entry(read, run_id))
    for old, new in derived.successors:
        found.add(Entry(ALIAS, old, 0, 0, new, ""))
    return found
