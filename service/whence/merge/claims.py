"""What an attempt wrote, read and says, from its record, its groups and its descendants: before any read is bound (rules 7-10, 12, 15, 19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from whence.merge import attempts as att
from whence.merge.attempts import AttemptRef
from whence.merge.below import first_and_last_row, is_read
from whence.merge.groups import Groups
from whence.merge.mentions import first_of, seqs_of
from whence.merge.overlay import Overlay
from whence.merge.records import Attempt, MentionFold, MentionKey, Row, Times
from whence.merge.timelines import TOMBSTONE, WRITE
from whence.model import uid
from whence.model.facts import Explicit, Lifecycle, Role
from whence.model.kinds import EdgeType, RunState

_INPUT: Final = Role.INPUT
_COMPLETE: Final = RunState.COMPLETE


class Written(msgspec.Struct):
    """One version that an attempt wrote in a group, and what its mentions say of it."""

    version: str
    mentions: list[MentionFold] = []

    @property
    def first(self) -> int:
        return first_of(self.mentions)

    @property
    def appends(self) -> bool:
        return True in [fold.what.append for fold in self.mentions]

    @property
    def seqs(self) -> tuple[int, ...]:
        return seqs_of(self.mentions)


class GroupClaim(msgspec.Struct):
    """What one attempt did with one group."""

    members: tuple[str, ...]
    outputs: list[MentionFold] = []
    inputs: list[MentionFold] = []
    named: dict[str, list[MentionFold]] = {}
    """Version uid -> the inputs that name it; those in `nameless` describe the latest-named (rules 8, 15)."""
    nameless: list[MentionFold] = []
    written: list[Written] = []
    """Versions of its own; with `delegated`, the one that its nameless mentions describe."""
    lifecycle: Lifecycle | None = None
    """What counts, and only of a COMPLETE attempt."""
    renamed_from: str | None = None
    explicit: tuple[str, ...] | None = None
    """Source assets, when the group is a target of explicit lineage (rule 20)."""
    appends: bool = False
    """Whether versions that it appended count (rule 10)."""
    appended: list[Written] = []
    """Those of `written` that went on from the state below (rule 10)."""
    delegated: Row | None = None
    """The descendants' newest row, when they wrote what the attempt mentions without a name (rule 9a)."""
    ceiling: Row | None = None
    """The descendants' first row: its own read binds strictly below (rule 9a)."""
    silent_read: bool = False
    """A descendant mentions the group as input, so a nameless, digestless input adds no USED (rule 9a)."""


class AttemptClaim(msgspec.Struct):
    """One attempt with all its groups; `groups` is keyed by the least name of each."""

    ref: AttemptRef
    uid: str
    attempt: Attempt
    state: RunState
    complete: bool
    began: int
    ended: int | None
    pins: tuple[tuple[EdgeType, str], ...]
    """Commit and environment."""
    groups: dict[str, GroupClaim]


def claim(overlay: Overlay, groups: Groups, ref: AttemptRef, attempt: Attempt) -> AttemptClaim:
    """Everything an attempt claims."""
    state = att.state(attempt)
    claimed = AttemptClaim(
        ref=ref,
        uid=att.attempt_uid(ref.run_id, attempt),
        attempt=attempt,
        state=state,
        complete=state is _COMPLETE,
        began=att.start(attempt),
        ended=att.end(attempt),
        pins=att.pins(attempt),
        groups=_group(groups, attempt),
    )
    parent = overlay.has_children(ref.run_id)
    for group in claimed.groups.values():
        if group.inputs:
            _settle_named(group)
        if claimed.complete and group.outputs:
            _settle_lifecycle(group)
        if parent:
            _defer_to_descendants(overlay, ref, group)
        if group.outputs:
            _settle_written(claimed, group)
    return claimed


def _group(groups: Groups, attempt: Attempt) -> dict[str, GroupClaim]:
    found: dict[str, GroupClaim] = {}

    for fold in attempt.mentions:
        what = fold.what
        group = _found(found, groups, what.asset)
        (group.inputs if what.role is _INPUT else group.outputs).append(fold)
    for explicit, times in _explicit(attempt):
        target = _found(found, groups, explicit.target)
        target.explicit = tuple(sorted({*(target.explicit or ()), *explicit.sources}))
        if not target.outputs:
            target.outputs.append(implied(Role.OUTPUT, explicit.target, times))
        for source in explicit.sources:
            group = _found(found, groups, source)
            if not group.inputs:
                group.inputs.append(implied(Role.INPUT, source, times))
    return found


def _found(found: dict[str, GroupClaim], groups: Groups, asset: str) -> GroupClaim:
    members = groups.of(asset)
    group = found.get(members[0])
    if group is None:
        group = found[members[0]] = GroupClaim(members)
    return group


def _explicit(attempt: Attempt) -> Iterable[tuple[Explicit, Times]]:
    """Targets of explicit lineage, and when it was said."""
    value = att.latest_said(attempt, "job.lineage", "lineage")
    entries = value.said.lineage if value is not None and value.said is not None else None
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
    if len(named) < 2:
        return named
    given = {fold.what.version for fold in named if fold.times.later_than_start}
    return [fold for fold in named if fold.what.version in given] or named


def _settle_named(group: GroupClaim) -> None:
    for fold in group.inputs:
        what = fold.what
        if what.version is None:
            group.nameless.append(fold)
        else:
            group.named.setdefault(uid.version_of(what.asset, what.version), []).append(fold)


def _settle_lifecycle(group: GroupClaim) -> None:
    """Of a COMPLETE attempt only."""
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
    if group.lifecycle is not None and group.lifecycle.state == "DROP":
        return
    named = _names(group.outputs)
    nameless = [fold for fold in group.outputs if fold.what.version is None]
    written: dict[str, Written] = {}
    for fold in named:
        version = uid.version_of(fold.what.asset, fold.what.version or "")
        written.setdefault(version, Written(version)).mentions.append(fold)
    if named:
        newest = named[0] if len(named) == 1 else max(named, key=lambda fold: (fold.times.last, fold.what.asset))
        written[uid.version_of(newest.what.asset, newest.what.version or "")].mentions += nameless
    elif group.delegated is not None:
        written[group.delegated.version] = Written(group.delegated.version, nameless)
    else:
        for fold in nameless:
            version = uid.stand_in(fold.what.asset, claimed.uid)
            written.setdefault(version, Written(version)).mentions.append(fold)
    group.written = [written[version] for version in sorted(written)]
    if group.appends:
        group.appended = [each for each in group.written if each.appends]


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
            for written in group.written:
                rows.append(Row(uid.asset_of(written.version), claimed.ended, WRITE, written.version, claimed.uid))
    return rows


def assets_of(claimed: AttemptClaim) -> set[str]:
    """Every asset that the attempt speaks of: if one joins a group, the attempt is claimed anew."""
    found = set()
    for group in claimed.groups.values():
        for fold in (*group.inputs, *group.outputs):
            what = fold.what
            found.add(what.asset)
            if what.lifecycle is not None and what.lifecycle.previous is not None:
                found.add(what.lifecycle.previous)
            if what.derivation is not None:
                found.add(what.derivation.base.asset)
        if group.explicit:
            found.update(group.explicit)
    return found


def successors_of(claimed: AttemptClaim) -> list[tuple[str, str]]:
    """Stand-ins that are no version of their own, and what answers for them (rules 9, 9a)."""
    pairs = []
    for group in claimed.groups.values():
        if not group.written:
            continue
        real = {w.version for w in group.written}
        newest = _newest_written(group.written)
        for asset in {fold.what.asset for fold in group.outputs}:
            stand_in = uid.stand_in(asset, claimed.uid)
            if stand_in not in real:
                pairs.append((stand_in, newest.version))
    return pairs


def _newest_written(written: Sequence[Written]) -> Written:
    if len(written) == 1:
        return written[0]
    return max(written, key=lambda w: (max(fold.times.last for fold in w.mentions), w.version))


def read_instant(claimed: AttemptClaim, inputs: Sequence[MentionFold]) -> int:
    """Rule 19: the first non-terminal event that names the group as input, at most the attempt's end; else its start."""
    opens = [time for fold in inputs if (time := fold.times.open) is not None]
    if not opens:
        return claimed.began
    return min(opens) if claimed.ended is None else min(*opens, claimed.ended)
