"""What an attempt wrote, read and says, from its record, its groups and its descendants: before any read is bound (rules 7-10, 12, 15, 19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from whence.merge import attempts as att
from whence.merge.attempts import AttemptRef
from whence.merge.below import explicit_lineage, first_and_last_row, has_children, is_read
from whence.merge.fold import latest
from whence.merge.groups import Groups
from whence.merge.overlay import Overlay
from whence.merge.records import Attempt, Facets, MentionFold, MentionKey, Row, Times
from whence.merge.timelines import TOMBSTONE, WRITE
from whence.model import uid
from whence.model.facts import Explicit, Lifecycle, Reference, Role
from whence.model.graph import Digest
from whence.model.kinds import RunState


@dataclass(slots=True)
class Written:
    """One version that an attempt wrote in a group, and what its mentions say of it."""

    version: str
    mentions: list[MentionFold] = field(default_factory=list)

    @property
    def first(self) -> int:
        return min(fold.times.first.time for fold in self.mentions)

    @property
    def appends(self) -> bool:
        return any(fold.what.append for fold in self.mentions)

    @property
    def digests(self) -> tuple[Digest, ...]:
        return digests_of(self.mentions)

    @property
    def seqs(self) -> tuple[int, ...]:
        return seqs_of(self.mentions)

    @property
    def facets(self) -> Facets:
        return all_facets(self.mentions)


@dataclass(slots=True)
class GroupClaim:
    """What one attempt did with one group."""

    members: tuple[str, ...]
    outputs: list[MentionFold] = field(default_factory=list)
    inputs: list[MentionFold] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    """Versions of its own; with `delegated`, the one that its nameless mentions describe."""
    lifecycle: Lifecycle | None = None
    """What counts, and only of a COMPLETE attempt."""
    renamed_from: str | None = None
    explicit: tuple[str, ...] | None = None
    """Source assets, when the group is a target of explicit lineage (rule 20)."""
    appends: bool = False
    """Whether versions that it appended count (rule 10)."""
    delegated: Row | None = None
    """The descendants' newest row, when they wrote what the attempt mentions without a name (rule 9a)."""
    ceiling: Row | None = None
    """The descendants' first row: its own read binds strictly below (rule 9a)."""
    silent_read: bool = False
    """A descendant mentions the group as input, so a nameless, digestless input adds no USED (rule 9a)."""

    @property
    def appended(self) -> list[Written]:
        """Those of `written` that went on from the state below (rule 10)."""
        return [written for written in self.written if written.appends] if self.appends else []


@dataclass(slots=True)
class AttemptClaim:
    """One attempt with all its groups; `groups` is keyed by the least name of each."""

    ref: AttemptRef
    uid: str
    attempt: Attempt
    state: RunState
    began: int
    ended: int | None
    groups: dict[str, GroupClaim]

    @property
    def complete(self) -> bool:
        return self.state is RunState.COMPLETE


def claim(overlay: Overlay, groups: Groups, ref: AttemptRef, attempt: Attempt) -> AttemptClaim:
    """Everything an attempt claims."""
    claimed = AttemptClaim(
        ref=ref,
        uid=att.attempt_uid(ref.run_id, attempt),
        attempt=attempt,
        state=att.state(attempt),
        began=att.start(attempt),
        ended=att.end(attempt),
        groups=_group(groups, attempt),
    )
    parent = has_children(overlay, ref.run_id)
    for group in claimed.groups.values():
        _settle_lifecycle(claimed, group)
        if parent:
            _defer_to_descendants(overlay, ref, group)
        _settle_written(claimed, group)
    return claimed


def _group(groups: Groups, attempt: Attempt) -> dict[str, GroupClaim]:
    found: dict[str, GroupClaim] = {}

    def of(asset: str) -> GroupClaim:
        members = groups.of(asset)
        if members[0] not in found:
            found[members[0]] = GroupClaim(members)
        return found[members[0]]

    for fold in attempt.mentions:
        group = of(fold.what.asset)
        (group.inputs if fold.what.role is Role.INPUT else group.outputs).append(fold)
    for explicit, times in _explicit(attempt):
        target = of(explicit.target)
        target.explicit = tuple(sorted({*(target.explicit or ()), *explicit.sources}))
        if not target.outputs:
            target.outputs.append(implied(Role.OUTPUT, explicit.target, times))
        for source in explicit.sources:
            group = of(source)
            if not group.inputs:
                group.inputs.append(implied(Role.INPUT, source, times))
    return found


def _explicit(attempt: Attempt) -> Iterable[tuple[Explicit, Times]]:
    """Targets of explicit lineage, and when it was said."""
    entries = explicit_lineage(attempt)
    value = att.latest_said(attempt, "job.lineage", "lineage")
    if not entries or value is None:
        return ()
    stamp, phase = value.stamp, value.phase
    times = Times(
        stamp,
        stamp,
        start=stamp.time if phase == 0 else None,
        mid=stamp.time if phase == 1 else None,
        end=stamp.time if phase > 1 else None,
    )
    return [(explicit, times) for explicit in entries]


def implied(role: Role, asset: str, times: Times) -> MentionFold:
    """A nameless mention that another facet implies."""
    what = MentionKey(role, asset, None, (), None, None, None, False, None, False, None, (), None, None)
    return MentionFold(what, times, {})


def _names(outputs: Sequence[MentionFold]) -> list[MentionFold]:
    """The mentions that name what was written: names from START alone count only if no other event gives one (rule 7)."""
    named = [fold for fold in outputs if fold.what.version is not None]
    given = {fold.what.version for fold in named if fold.times.later_than_start}
    return [fold for fold in named if fold.what.version in given] or named


def _settle_lifecycle(claimed: AttemptClaim, group: GroupClaim) -> None:
    if not claimed.complete:
        return
    changes = [fold for fold in group.outputs if fold.what.lifecycle is not None]
    if changes:
        newest = max(changes, key=lambda fold: (fold.times.last, fold.what.asset))
        group.lifecycle = newest.what.lifecycle
        if group.lifecycle is not None and group.lifecycle.state == "RENAME":
            previous = group.lifecycle.previous
            group.renamed_from = None if previous in group.members else previous
    group.appends = True


def _defer_to_descendants(overlay: Overlay, ref: AttemptRef, group: GroupClaim) -> None:
    group.silent_read = bool(group.inputs) and is_read(overlay, ref, group.members)
    if not group.outputs or _names(group.outputs):
        return
    rows = first_and_last_row(overlay, ref, group.members)
    if rows is not None:
        group.ceiling, group.delegated = rows
        group.appends, group.renamed_from, group.lifecycle = False, None, None


def _settle_written(claimed: AttemptClaim, group: GroupClaim) -> None:
    if not group.outputs or (group.lifecycle is not None and group.lifecycle.state == "DROP"):
        return
    named = _names(group.outputs)
    nameless = [fold for fold in group.outputs if fold.what.version is None]
    written: dict[str, Written] = {}
    for fold in named:
        version = uid.version_of(fold.what.asset, fold.what.version or "")
        written.setdefault(version, Written(version)).mentions.append(fold)
    if named:
        newest = max(named, key=lambda fold: (fold.times.last, fold.what.asset))
        written[uid.version_of(newest.what.asset, newest.what.version or "")].mentions += nameless
    elif group.delegated is not None:
        written[group.delegated.version] = Written(group.delegated.version, nameless)
    else:
        for fold in nameless:
            version = uid.stand_in(fold.what.asset, claimed.uid)
            written.setdefault(version, Written(version)).mentions.append(fold)
    group.written = [written[version] for version in sorted(written)]


def rows_of(claimed: AttemptClaim) -> list[Row]:
    """The rows that the attempt makes: only a COMPLETE one makes any, at its end (rules 10, 11, 13)."""
    if not claimed.complete or claimed.ended is None:
        return []
    rows = []
    for group in claimed.groups.values():
        if group.lifecycle is not None and group.lifecycle.state == "DROP":
            assets = sorted({fold.what.asset for fold in group.outputs})
            rows += [Row(asset, claimed.ended, TOMBSTONE, "", claimed.uid) for asset in assets]
        if group.renamed_from is not None:
            rows.append(Row(group.renamed_from, claimed.ended, TOMBSTONE, "", claimed.uid))
        if group.delegated is None:
            rows += [Row(uid.asset_of(w.version), claimed.ended, WRITE, w.version, claimed.uid) for w in group.written]
    return rows


def assets_of(claimed: AttemptClaim) -> set[str]:
    """Every asset that the attempt speaks of: if one joins a group, the attempt is claimed anew."""
    found = set()
    for group in claimed.groups.values():
        for fold in (*group.inputs, *group.outputs):
            lifecycle, derivation = fold.what.lifecycle, fold.what.derivation
            found |= {fold.what.asset, lifecycle.previous if lifecycle else None}
            found.add(derivation.base.asset if derivation else None)
        found |= set(group.explicit or ())
    return {asset for asset in found if asset is not None}


def successors_of(claimed: AttemptClaim) -> list[tuple[str, str]]:
    """Stand-ins that are no version of their own, and what answers for them (rules 9, 9a)."""
    pairs = []
    for group in claimed.groups.values():
        if not group.written:
            continue
        real = {w.version for w in group.written}
        newest = max(group.written, key=lambda w: (max(fold.times.last for fold in w.mentions), w.version))
        for asset in {fold.what.asset for fold in group.outputs}:
            stand_in = uid.stand_in(asset, claimed.uid)
            if stand_in not in real:
                pairs.append((stand_in, newest.version))
    return pairs


def read_instant(claimed: AttemptClaim, inputs: Sequence[MentionFold]) -> int:
    """Rule 19: the first non-terminal event that names the group as input, at most the attempt's end; else its start."""
    opens = [time for fold in inputs if (time := fold.times.open) is not None]
    if not opens:
        return claimed.began
    return min(opens) if claimed.ended is None else min(*opens, claimed.ended)


def named_inputs(group: GroupClaim) -> dict[str, list[MentionFold]]:
    """Version uid -> the input mentions that name it; nameless ones describe the latest-named (rules 8, 15)."""
    named: dict[str, list[MentionFold]] = defaultdict(list)
    naming = [fold for fold in group.inputs if fold.what.version is not None]
    for fold in naming:
        named[uid.version_of(fold.what.asset, fold.what.version or "")].append(fold)
    return named


def all_facets(mentions: Iterable[MentionFold]) -> Facets:
    facets: Facets = {}
    for fold in mentions:
        facets = latest(facets, fold.facets)
    return facets


def digests_of(mentions: Iterable[MentionFold]) -> tuple[Digest, ...]:
    found = {digest for fold in mentions for digest in fold.what.digests}
    return tuple(sorted(found)) if found else ()


def seqs_of(mentions: Iterable[MentionFold]) -> tuple[int, ...]:
    return tuple(sorted({seq for fold in mentions for seq in fold.times.seqs}))


def parents_of(mentions: Iterable[MentionFold]) -> tuple[str, ...]:
    """uids of the recorded parents that name a version (rule 20a)."""
    named: set[Reference] = {parent for fold in mentions for parent in fold.what.parents}
    return tuple(sorted(uid.version_of(p.asset, p.version) for p in named if p.version is not None))
