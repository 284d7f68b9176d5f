"""Contributions to one version, pooled into its record and taken out again (rules 5, 14, 26).

Entries: `by`: key = version uid, rank 0 for who made it, 1 for who only speaks of it, uid = run id or asset uid, extra = which part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Final, Literal

import msgspec

from whence.merge.collect import earlier, few, joined, least
from whence.merge.fold import latest, same_texts
from whence.merge.overlay import Overlay
from whence.merge.records import Contribution, DigestCount, Sight, VersionRecord
from whence.merge.state import Entry, Scan
from whence.model.graph import Digest
from whence.model.kinds import Evidence

BY: Final = "by"
Part = Literal["claims", "bound", "subject", "drawn"]


def contribute(
    overlay: Overlay, version: str, owner: str, part: Part, old: Contribution | None, new: Contribution | None
) -> tuple[VersionRecord | None, VersionRecord | None]:
    """Replace what one owner says of a version by something else. Returns the version's record before and after."""
    was, now = None if old is None else _rank(part, old), None if new is None else _rank(part, new)
    if was != now:
        if was is not None:
            overlay.remove(Entry(BY, version, 0, was, owner, part))
        if now is not None:
            overlay.add(Entry(BY, version, 0, now, owner, part))
    record = overlay.version(version)
    if old is None and new is not None:
        after: VersionRecord | None = _first(new) if record is None else _plus(record, new)
    elif record is not None and old is not None and new is not None and grows(old, new):
        after = _plus(_minus(record, old), new)
    else:
        after = _anew(overlay, version, (owner, part), new)
    overlay.set(version, after)
    return record, after


def grows(old: Contribution, new: Contribution) -> bool:
    """Whether `new` says at least what `old` said of everything that counting can't undo."""
    return (
        new.mentioned <= old.mentioned
        and not_later(new.began, old.began)
        and (new.sighted == old.sighted or old.sighted is None or earlier_than(new.sighted, old.sighted))
        and set(old.parents) <= set(new.parents)
        and (
            old.pins == new.pins or {edge.key: edge.at for edge in old.pins} == {edge.key: edge.at for edge in new.pins}
        )
        and all(name in new.facets and new.facets[name].stamp >= value.stamp for name, value in old.facets.items())
    )


def not_later(new: int | None, old: int | None) -> bool:
    return old is None or (new is not None and new <= old)


def earlier_than(new: Sight | None, old: Sight) -> bool:
    return new is not None and new[0] < old[0]


def _rank(part: Part, said: Contribution) -> int:
    """Runs that wrote the version and DatasetEvents that name it come first: only they draw edges from it."""
    return 0 if said.began is not None or part == "subject" else 1


def makers(overlay: Overlay, version: str) -> set[str]:
    """Run ids and asset uids that may draw edges from the version."""
    return {entry.uid for entry in takewhile(lambda entry: entry.rank == 0, _entries(overlay, version))}


def speakers(overlay: Overlay, version: str) -> set[str]:
    """Run ids and asset uids that contribute to the version."""
    return {entry.uid for entry in _entries(overlay, version)}


def _entries(overlay: Overlay, version: str) -> Iterable[Entry]:
    """Nobody known to the store speaks of a version that it has no record of."""
    return overlay.ask(spoken_by(version), of=version)


def spoken_by(version: str) -> Scan:
    return Scan(BY, version)


def _anew(overlay: Overlay, version: str, changed: tuple[str, Part], new: Contribution | None) -> VersionRecord | None:
    record: VersionRecord | None = None
    for entry in _entries(overlay, version):
        found = new if (entry.uid, entry.extra) == changed else _contribution(overlay, version, entry)
        if found is not None:
            record = _first(found) if record is None else _plus(record, found)
    return record


def _contribution(overlay: Overlay, version: str, entry: Entry) -> Contribution | None:
    if entry.extra == "subject":
        told = overlay.told(entry.uid, version)
        return told.said if told else None
    if entry.extra == "drawn":
        drawn = overlay.drawn(entry.uid)
        return drawn.bound.get(version) if drawn else None
    derived = overlay.derived(entry.uid)
    if derived is None:
        return None
    return (derived.claims if entry.extra == "claims" else derived.bound).get(version)


def _first(c: Contribution) -> VersionRecord:
    return VersionRecord(
        contributors=1,
        mentioned=c.mentioned,
        digests=_count((), c.digests, 1),
        facets=c.facets,
        writers_complete=c.complete,
        writers_failed=c.failed,
        writers_open=c.open,
        began=c.began,
        sighted=c.sighted,
        bases=int(c.base),
        parents=c.parents,
        pins=c.pins,
        seqs=_first_two(c.seqs) if c.digests else (),
    )


def _plus(r: VersionRecord, c: Contribution) -> VersionRecord:
    return VersionRecord(
        contributors=r.contributors + 1,
        mentioned=min(r.mentioned, c.mentioned),
        digests=_count(r.digests, c.digests, 1),
        facets=latest(r.facets, c.facets),
        writers_complete=r.writers_complete + c.complete,
        writers_failed=r.writers_failed + c.failed,
        writers_open=r.writers_open + c.open,
        began=r.began if c.began is None else least(r.began, c.began),
        sighted=r.sighted if c.sighted is None else earlier(r.sighted, c.sighted),
        bases=r.bases + c.base,
        parents=r.parents if not c.parents else tuple(sorted({*r.parents, *c.parents})),
        pins=r.pins if not c.pins else joined(r.pins, c.pins),
        seqs=_first_two(few(r.seqs, c.seqs)) if c.digests else r.seqs,
    )


def _minus(r: VersionRecord, c: Contribution) -> VersionRecord:
    """Take away what can be counted; the rest stands because what follows says it again."""
    return msgspec.structs.replace(
        r,
        contributors=r.contributors - 1,
        digests=_count(r.digests, c.digests, -1),
        writers_complete=r.writers_complete - c.complete,
        writers_failed=r.writers_failed - c.failed,
        writers_open=r.writers_open - c.open,
        bases=r.bases - c.base,
    )


def _first_two(seqs: tuple[int, ...]) -> tuple[int, ...]:
    return seqs[:2]


def _count(have: tuple[DigestCount, ...], digests: tuple[Digest, ...], by: int) -> tuple[DigestCount, ...]:
    if not digests:
        return have
    counts = {count.digest: count for count in have}
    for digest in digests:
        bare = Digest(digest.algorithm, digest.value, digest.strength)
        old = counts.get(bare) or DigestCount(bare)
        new = DigestCount(
            bare,
            old.recorded + by * (digest.evidence is Evidence.RECORDED),
            old.asserted + by * (digest.evidence is Evidence.ASSERTED),
            old.inferred + by * (digest.evidence is Evidence.INFERRED),
        )
        if new.evidence is None:
            counts.pop(bare, None)
        else:
            counts[bare] = new
    return tuple(counts[digest] for digest in sorted(counts))


def shows_more(was: VersionRecord, now: VersionRecord) -> bool:
    """Whether anything that is drawn of the version differs: one reader more, or a facet said again, changes nothing."""
    return (
        was.mentioned != now.mentioned
        or was.seqs != now.seqs
        or (was.digests is not now.digests and _shown(was.digests) != _shown(now.digests))
        or (was.writers_complete > 0) != (now.writers_complete > 0)
        or (was.writers_failed > 0) != (now.writers_failed > 0)
        or (was.bases > 0) != (now.bases > 0)
        or was.parents != now.parents
        or was.pins != now.pins
        or not same_texts(was.facets, now.facets)
    )


def _shown(digests: tuple[DigestCount, ...]) -> list[tuple[Digest, Evidence | None]]:
    return [(count.digest, count.evidence) for count in digests]
