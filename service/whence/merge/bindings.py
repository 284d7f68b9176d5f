"""Reads -> versions: what each attempt used, and what it derived from (rules 15 to 19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from whence.merge.claims import AttemptClaim, GroupClaim, read_instant
from whence.merge.groups import Groups
from whence.merge.overlay import Overlay
from whence.merge.records import MentionFold, ReadIndex, Row
from whence.merge.state import Scan
from whence.merge.timelines import DIGEST_ROW, ROW, digest_key, newest, newest_with_digest, rows_until
from whence.model import uid
from whence.model.graph import Digest
from whence.model.kinds import Evidence

_RECORDED, _ASSERTED = Evidence.RECORDED, Evidence.ASSERTED


class Bound(msgspec.Struct):
    """One version that a group's input mentions mean, with the mentions that mean it."""

    version: str
    evidence: Evidence
    mentions: list[MentionFold]
    digests: tuple[Digest, ...] = ()
    """What the version gains by it: its digests when only this read knows it, or INFERRED contents (rule 16)."""
    minted: bool = False
    """No row stands behind it: it lives by being read (`~`, `{alg}:{value}`)."""
    named: bool = False


class Cluster(msgspec.Struct):
    """Mentions that share a strong digest are one thing (rule 16)."""

    digests: set[Digest]
    mentions: list[MentionFold]


def bind(overlay: Overlay, groups: Groups, claimed: AttemptClaim, group: GroupClaim) -> list[Bound]:
    """What an attempt read of one group."""
    if group.named:
        return [_bound_by_name(version, group.named[version]) for version in sorted(group.named)]
    if not group.inputs:
        return []
    instant = read_instant(claimed, group.inputs)
    clusters = cluster(group.inputs)
    if clusters:
        return [_bound_by_digest(overlay, groups, claimed, group, c, instant) for c in clusters]
    if group.silent_read:
        return []
    return [_bound_by_time(overlay, claimed, group, group.inputs, instant)]


def read_index(claimed: AttemptClaim, group: GroupClaim) -> list[ReadIndex]:
    """Where the group's reads look, so that a late row or digest finds them (rule 27). Named reads look nowhere."""
    if not group.inputs or group.named:
        return []
    asset, instant = group.inputs[0].what.asset, read_instant(claimed, group.inputs)
    if group.ceiling is not None:
        instant = min(instant, group.ceiling.time)
    digests = {digest_text(d) for c in cluster(group.inputs) for d in c.digests}
    return [ReadIndex(asset, instant, ""), *(ReadIndex(asset, instant, digest) for digest in sorted(digests))]


def looked_up(overlay: Overlay, claimed: AttemptClaim) -> Iterator[Scan]:
    """The rows that binding its reads will look at."""
    for group in claimed.groups.values():
        if not group.inputs or group.named:
            continue
        instant = read_instant(claimed, group.inputs)
        digests = sorted({digest_text(d) for c in cluster(group.inputs) for d in c.digests})
        for asset in group.members:
            if overlay.is_new(asset):
                continue
            yield rows_until(ROW, asset, instant)
            for digest in digests:
                yield rows_until(DIGEST_ROW, digest_key(asset, digest), instant)


def cluster(mentions: Sequence[MentionFold]) -> list[Cluster]:
    """Mentions with strong digests, united where they share one; ordered by their least digest."""
    clusters: list[Cluster] = []
    for fold in mentions:
        strong = {digest for digest in fold.what.digests if digest.strong}
        if not strong:
            continue
        merged = Cluster(set(strong), [fold])
        apart = []
        for other in clusters:
            if other.digests & merged.digests:
                merged.digests |= other.digests
                merged.mentions += other.mentions
            else:
                apart.append(other)
        clusters = [*apart, merged]
    return sorted(clusters, key=lambda c: min(c.digests))


def digest_text(digest: Digest) -> str:
    return f"{digest.algorithm}:{digest.value}"


def by_time(
    overlay: Overlay, members: Sequence[str], asset: str, instant: int, *, without: str | None, below: Row | None = None
) -> tuple[str, bool]:
    """(version, minted) of the newest row at or before the instant; a tombstone or no row gives the unversioned state (rule 17)."""
    row = newest(overlay, members, instant, without=without, below=below)
    return (row.version, False) if row is not None and row.version else (uid.unversioned(asset), True)


def _bound_by_name(version: str, mentions: list[MentionFold]) -> Bound:
    asserted = False not in [fold.what.asserted for fold in mentions]
    return Bound(version, _ASSERTED if asserted else _RECORDED, mentions, named=True)


def _bound_by_time(
    overlay: Overlay, claimed: AttemptClaim, group: GroupClaim, mentions: list[MentionFold], instant: int
) -> Bound:
    asset = min(fold.what.asset for fold in mentions)
    version, minted = by_time(overlay, group.members, asset, instant, without=claimed.uid, below=limit(claimed, group))
    return Bound(version, Evidence.INFERRED, mentions, minted=minted)


def _bound_by_digest(
    overlay: Overlay, groups: Groups, claimed: AttemptClaim, group: GroupClaim, found: Cluster, instant: int
) -> Bound:
    texts = sorted(digest_text(digest) for digest in found.digests)
    below = limit(claimed, group)
    row = newest_with_digest(overlay, group.members, texts, instant, without=claimed.uid, below=below)
    asserted = all(fold.what.asserted for fold in found.mentions)
    evidence = Evidence.ASSERTED if asserted else Evidence.RECORDED
    if row is not None:
        return Bound(row.version, evidence, found.mentions)
    latest_row = newest(overlay, group.members, instant, without=claimed.uid, below=below)
    if latest_row is not None and latest_row.version:
        algorithms = {digest.algorithm for digest in found.digests}
        if not algorithms & _known_algorithms(overlay, groups, latest_row.version):
            gained = tuple(Digest(d.algorithm, d.value, d.strength, Evidence.INFERRED) for d in sorted(found.digests))
            return Bound(latest_row.version, Evidence.INFERRED, found.mentions, gained)
    asset = min(fold.what.asset for fold in found.mentions)
    first = preferred(found.digests)
    gained = tuple(sorted({d for fold in found.mentions for d in fold.what.digests}))
    return Bound(uid.digest_version(asset, first.algorithm, first.value), evidence, found.mentions, gained, minted=True)


def limit(claimed: AttemptClaim, group: GroupClaim | None) -> Row | None:
    """What a read binds strictly below: the descendants' first row (9a), an append's own row (19); the lower of the two."""
    if group is None:
        return None
    own: Row | None = None
    if group.appended and claimed.ended is not None:
        own = min(Row("", claimed.ended, 2, written.version, claimed.uid) for written in group.appended)
    limits = [row for row in (group.ceiling, own) if row is not None]
    return min(limits, key=lambda row: (row.time, row.rank, row.version), default=None)


def _known_algorithms(overlay: Overlay, groups: Groups, version: str) -> set[str]:
    """Algorithms of the digests that a version's state has by itself, not by inference."""
    records = (overlay.version(twin) for twin in groups.twins(version))
    return {
        count.digest.algorithm
        for record in records
        if record is not None
        for count in record.digests
        if count.digest.strong and (count.recorded or count.asserted)
    }


ALGORITHMS = ("sha256", "sha512", "blake3", "dir-sha256", "dvc-md5-dir", "md5", "git-blob", "delta-fileset-sha256")
"""Strong algorithms in order of preference (rule 22); docs/naming.md defines each."""


def preferred(digests: set[Digest]) -> Digest:
    """The first in rule 22's order; those that are not listed after them, by name."""
    return min(digests, key=lambda d: (_PREFERENCE.get(d.algorithm, len(ALGORITHMS)), d.algorithm, d.value))


_PREFERENCE = {algorithm: place for place, algorithm in enumerate(ALGORITHMS)}
