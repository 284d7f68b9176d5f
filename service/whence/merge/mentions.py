"""What the mentions of one version say of it together (rules 7, 8, 21)."""

from __future__ import annotations

from collections.abc import Sequence

from whence.merge.fold import latest
from whence.merge.records import Facets, MentionFold
from whence.model import uid
from whence.model.facts import Reference
from whence.model.graph import Digest

Mentions = Sequence[MentionFold]


def first_of(mentions: Mentions) -> int:
    """Time of the earliest, ns UTC."""
    return min([fold.times.first.time for fold in mentions])


def facets_of(mentions: Mentions) -> Facets:
    facets: Facets = {}
    for fold in mentions:
        facets = latest(facets, fold.facets)
    return facets


def digests_of(mentions: Mentions) -> tuple[Digest, ...]:
    found: set[Digest] = set()
    for fold in mentions:
        found.update(fold.what.digests)
    return tuple(sorted(found)) if found else ()


def seqs_of(mentions: Mentions) -> tuple[int, ...]:
    if len(mentions) == 1:
        seqs = mentions[0].times.seqs
        return seqs if len(seqs) == 1 or seqs[0] < seqs[1] else (seqs[1], seqs[0])
    found = [fold.times.first.seq for fold in mentions]
    found += [fold.times.last.seq for fold in mentions]
    return tuple(sorted(set(found)))


def parents_of(mentions: Mentions) -> tuple[str, ...]:
    """uids of the recorded parents that name a version (rule 20a)."""
    named: set[Reference] = set()
    for fold in mentions:
        named.update(fold.what.parents)
    return tuple(sorted([uid.version_of(p.asset, p.version) for p in named if p.version is not None])) if named else ()
