"""What is said of each version: by whom it is described, from when it is mentioned, and what is pooled over a state (rules 5, 8, 14, 15, 16, 22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from spec.mentions import Heard, Share, latest_named
from spec.names import Names, State
from spec.reads import Read
from spec.timelines import Timelines, is_drop
from spec.written import WRITE, Key, Written
from whence.model import uid
from whence.model.graph import Alias, Digest
from whence.model.kinds import Evidence, RunState, Strength, strongest


def is_unknown(version: str) -> bool:
    """The `~` of an asset is no state: it shows the facets of who read it, and has no bytes, parents or registry aliases."""
    return uid.parse_version(version).is_unversioned


@dataclass
class Told:
    """By version: the mentions that describe it, those whose digests it only has by inference, and when it is mentioned at all."""

    described: dict[str, list[Heard]] = field(default_factory=dict)
    lent: dict[str, list[Heard]] = field(default_factory=dict)
    mentioned: dict[str, list[int]] = field(default_factory=dict)
    aliased: list[tuple[str, str | None, Alias]] = field(default_factory=list)
    """Moves of registry aliases: the asset, and the version that the facet names, else the mention's own (docs/facets.md)."""
    followed: list[tuple[str, str]] = field(default_factory=list)
    """Versions and their recorded parents."""
    bases: set[str] = field(default_factory=set)
    """Versions that a modelDerivation names as base."""

    def mention(self, version: str, time: int) -> None:
        self.mentioned.setdefault(version, []).append(time)

    def move(self, heard: Heard) -> None:
        """Notes the move of a registry alias, which is said of the asset: also by a mention that describes no version."""
        mention = heard.mention
        if mention.alias is not None:
            version = mention.alias_version or mention.version
            named = None if version is None else uid.version_of(mention.asset, version)
            self.aliased.append((mention.asset, named, mention.alias))

    def describe(self, version: str, heard: Heard) -> None:
        """What the mention says is said of the version; so are its recorded parents (rule 20a)."""
        self.described.setdefault(version, []).append(heard)
        if is_unknown(version):
            return
        for parent in heard.mention.parents:
            if parent.version is not None:
                named = uid.version_of(parent.asset, parent.version)
                self.followed.append((version, named))
                self.mention(named, heard.time)


def told_by_name(
    subjects: Iterable[Heard], declared: Iterable[Heard], shares: Mapping[Key, Share], made: Mapping[Key, Written]
) -> Told:
    """What is said without looking at any timeline: by writers, by DatasetEvents, and by reads that name the version.

    `subjects` are the mentions of DatasetEvents, `declared` those of JobEvents.
    """
    told = Told()
    for heard in declared:
        told.move(heard)
    for heard in (*subjects, *(heard for share in shares.values() for heard in (*share.inputs, *share.outputs))):
        told.move(heard)
        if heard.mention.alias is not None and heard.mention.alias_version is not None:
            told.mention(uid.version_of(heard.mention.asset, heard.mention.alias_version), heard.time)
    for subject in subjects:
        if subject.named and not is_drop(subject):
            told.describe(subject.named, subject)
            told.mention(subject.named, subject.time)
    for each in made.values():
        for version, described in each.described.items():
            for heard in described:
                told.describe(version, heard)
                told.mention(version, heard.time)
    for share in shares.values():
        latest = latest_named(share.inputs)
        for heard in share.inputs if latest else ():
            named = heard.named or (latest.named if latest else None)
            assert named is not None
            told.describe(named, heard)
    return told


def add_reads(told: Told, reads: Iterable[Read]) -> None:
    """What the reads add that were bound by bytes or by time (rules 16, 17)."""
    for each in reads:
        for use in each.uses:
            told.mention(use.version, use.heard.time)
        for version, heard in each.describes:
            if not any(heard is known for known in told.described.get(version, ())):
                told.describe(version, heard)
        for version, heard in each.lends:
            told.lent.setdefault(version, []).append(heard)


def strong_by_state(told: Told, names: Names) -> dict[State, frozenset[Digest]]:
    """Rule 16 looks digests up pooled over the state, and not at inferred ones."""
    found: dict[State, frozenset[Digest]] = {}
    for version, described in told.described.items():
        state = names.state(version)
        for heard in described:
            found[state] = found.get(state, frozenset()) | heard.strong
    return found


@dataclass(frozen=True)
class Pool:
    """Rule 5: what the names of one state have in common. `times` (rule 14), ns UTC: the earliest row, which is pooled, else each one's earliest mention."""

    times: Mapping[str, int]
    digests: tuple[Digest, ...]
    written: bool
    failed: bool

    @property
    def versions(self) -> list[str]:
        return sorted(self.times)

    @property
    def conflict(self) -> bool:
        """Rule 22: two values of one algorithm. Strong digests only (docs/design.md, Decisions)."""
        strong = [digest.algorithm for digest in self.digests if digest.strong]
        return len(strong) != len(set(strong))


def pools(told: Told, made: Mapping[Key, Written], lines: Timelines, names: Names) -> dict[State, Pool]:
    found: dict[State, list[str]] = {}
    for version in sorted(told.mentioned):
        found.setdefault(names.state(version), []).append(version)
    return {state: _pool(state, versions, told, made, lines) for state, versions in found.items()}


def _pool(state: State, versions: list[str], told: Told, made: Mapping[Key, Written], lines: Timelines) -> Pool:
    rows = lines.by_state.get(state, ())
    writers = [
        each.attempt.state for each in made.values() if not each.of_descendant and each.described.keys() & set(versions)
    ]
    return Pool(
        times={version: rows[0].time if rows else min(told.mentioned[version]) for version in versions},
        digests=()
        if is_unknown(versions[0])
        else _pooled(
            [(heard, Evidence.RECORDED) for version in versions for heard in told.described.get(version, ())]
            + [(heard, Evidence.INFERRED) for version in versions for heard in told.lent.get(version, ())]
        ),
        written=any(row.rank == WRITE for row in rows),
        failed=bool({RunState.FAIL, RunState.ABORT} & set(writers)) and RunState.COMPLETE not in writers,
    )


def _pooled(heard: Iterable[tuple[Heard, Evidence]]) -> tuple[Digest, ...]:
    """One of each value and strength; RECORDED beats INFERRED. Only strong ones are lent by inference."""
    kept: dict[tuple[str, str, Strength], Digest] = {}
    for each, evidence in heard:
        for digest in each.mention.digests if evidence is Evidence.RECORDED else each.strong:
            name = (digest.algorithm, digest.value, digest.strength)
            before = kept.get(name)
            kept[name] = Digest(*name, strongest(before.evidence, evidence) if before else evidence)
    return tuple(sorted(kept.values()))
