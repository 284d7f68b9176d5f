"""A run's record -> everything it leads to: rows, reads, contributions, edges (rules 2, 8, 10, 12, 20, 20a, 21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Protocol, TypeVar

import msgspec

from whence.merge import attempts as att
from whence.merge import claims as cl
from whence.merge.attempts import AttemptRef
from whence.merge.bindings import Bound, bind, by_time, limit, read_index
from whence.merge.claims import AttemptClaim, GroupClaim, Written
from whence.merge.collect import Contributions, Edges
from whence.merge.groups import Groups
from whence.merge.mentions import digests_of, facets_of, first_of, parents_of, seqs_of
from whence.merge.overlay import Overlay
from whence.merge.records import Contribution, MentionFold, ReadIndex, Row, RunDerived, RunRecord, Sight
from whence.merge.timelines import WRITE
from whence.model import uid
from whence.model.facts import Derivation
from whence.model.graph import Edge
from whence.model.kinds import EdgeType, Evidence, RunState

_INSTANCE_OF, _CHILD_OF, _USED = EdgeType.INSTANCE_OF, EdgeType.CHILD_OF, EdgeType.USED
_RECORDED, _ASSERTED, _INFERRED = Evidence.RECORDED, Evidence.ASSERTED, Evidence.INFERRED
_RUNNING: Final = RunState.RUNNING
T = TypeVar("T", str, tuple[str, str], Row, ReadIndex)


def claim_attempts(overlay: Overlay, groups: Groups, record: RunRecord) -> list[AttemptClaim]:
    """What each attempt claims, without looking at other runs' rows (its descendants' apart)."""
    run_id = record.run_id
    return [cl.claim(overlay, groups, AttemptRef(run_id, n), attempt) for n, attempt in enumerate(record.attempts)]


def derive(groups: Groups, claimed: list[AttemptClaim], above: tuple[str, ...], before: RunDerived) -> RunDerived:
    """First half: what the run's claims lead to. Edges and bound contributions stay as before until its reads are bound again."""
    contributions = Contributions()
    rows: list[Row] = []
    reads: list[ReadIndex] = []
    successors: list[tuple[str, str]] = []
    parents: set[str] = set()
    assets: set[str] = set()
    for attempt in claimed:
        rows += cl.rows_of(attempt)
        successors += cl.successors_of(attempt)
        assets |= cl.assets_of(attempt)
        named = attempt.attempt.parent
        if named:
            parents.add(f"{named[0]} {named[1] or ''}")
        for group in attempt.groups.values():
            reads += _reads(attempt, group)
            _claim_written(attempt, group, contributions)
            _claim_named_inputs(groups, group, contributions)
            _claim_references(group, contributions)
    return RunDerived(
        attempts=tuple([attempt.uid for attempt in claimed]),
        rows=_ordered(rows),
        reads=_ordered(reads),
        claims=contributions.found,
        edges=before.edges,
        bound=before.bound,
        parents=_ordered(parents),
        assets=_ordered(assets),
        above=above,
        successors=_ordered(successors),
    )


def _ordered(found: Collection[T]) -> tuple[T, ...]:
    """Sorted and free of repeats; mostly there is one or none."""
    return tuple(sorted(set(found))) if len(found) > 1 else tuple(found)


def bind_run(overlay: Overlay, groups: Groups, claimed: list[AttemptClaim], derived: RunDerived) -> RunDerived:
    """Second half: bind its reads against the timelines as they now are, and draw its edges."""
    edges, contributions = Edges(), Contributions()
    for place, attempt in enumerate(claimed):
        _run_edges(overlay, claimed, place, edges)
        read = {key: bind(overlay, groups, attempt, group) for key, group in attempt.groups.items() if group.inputs}
        for bounds in read.values():
            for bound in bounds:
                _used(attempt, bound, edges, contributions)
        for group in attempt.groups.values():
            for written in group.written:
                _made(overlay, groups, attempt, group, written, read, edges, contributions)
    return msgspec.structs.replace(derived, edges=edges.sorted(), bound=contributions.found)


# -- contributions -----------------------------------------------------------------------------------------------------


def _claim_written(attempt: AttemptClaim, group: GroupClaim, into: Contributions) -> None:
    running = attempt.state is _RUNNING
    for written in group.written:
        own = group.delegated is None
        into.add(
            written.version,
            Contribution(
                mentioned=written.first,
                digests=digests_of(written.mentions),
                facets=facets_of(written.mentions),
                began=attempt.began,
                sighted=_sight(attempt, written) if own and running else None,
                parents=parents_of(written.mentions),
                pins=_pins(attempt, written) if group.explicit is not None else (),
                seqs=written.seqs,
                complete=int(own and attempt.complete),
                failed=int(own and not attempt.complete and not running),
                open=int(own and running),
            ),
        )


def _sight(attempt: AttemptClaim, written: Written) -> Sight | None:
    """What a running attempt shows of its output between START and end, unless it says that it is a batch (rule 12)."""
    mids = [fold.times.mid for fold in written.mentions if fold.times.mid is not None]
    if not mids or att.processing_type(attempt.attempt) == "BATCH":
        return None
    return min(mids), attempt.uid


def _claim_named_inputs(groups: Groups, group: GroupClaim, into: Contributions) -> None:
    named = group.named
    if not named:
        return
    newest = _latest_named(named) if group.nameless else None
    own = {groups.state(written.version) for written in group.written} if group.written else ()
    for version, mentions in named.items():
        described = [*mentions, *group.nameless] if version == newest else mentions
        first = first_of(mentions)
        into.add(
            version,
            Contribution(
                mentioned=first,
                digests=digests_of(described),
                facets=facets_of(described),
                parents=parents_of(described),
                sighted=None if own and groups.state(version) in own else (first, ""),
                seqs=seqs_of(described),
            ),
        )


def _latest_named(named: dict[str, list[MentionFold]]) -> str:
    return max(named, key=lambda version: (max(fold.times.last for fold in named[version]), version))


def _claim_references(group: GroupClaim, into: Contributions) -> None:
    """Versions that others name as base or parent, or give an alias, exist by being named (rule 20a)."""
    for fold in (*group.outputs, *group.inputs):
        if fold.what.alias_version is not None:
            aliased = uid.version_of(fold.what.asset, fold.what.alias_version)
            into.add(aliased, Contribution(mentioned=fold.times.first.time, seqs=fold.times.seqs))
    if group.named:
        _claim_parents(group.inputs, into)
    for written in group.written:
        _claim_parents(written.mentions, into)
    for written in group.written:
        for fold in written.mentions:
            base = fold.what.derivation.base if fold.what.derivation else None
            if base is not None and base.version is not None:
                said = Contribution(mentioned=fold.times.first.time, base=True, seqs=fold.times.seqs)
                into.add(uid.version_of(base.asset, base.version), said)


def _claim_parents(mentions: Iterable[MentionFold], into: Contributions) -> None:
    """Parents that the mentions of a version name (rule 20a)."""
    for fold in mentions:
        for parent in parents_of((fold,)) if fold.what.parents else ():
            into.add(parent, Contribution(mentioned=fold.times.first.time, seqs=fold.times.seqs))


def _reads(attempt: AttemptClaim, group: GroupClaim) -> list[ReadIndex]:
    """Where its reads look, and what else hangs on a timeline: the row below an append, the newest of what was renamed, a nameless base."""
    reads = read_index(attempt, group)
    if attempt.ended is not None and attempt.complete:
        if group.appended:
            reads.append(ReadIndex(group.members[0], attempt.ended, ""))
        if group.renamed_from is not None:
            reads.append(ReadIndex(group.renamed_from, attempt.ended, ""))
    for fold in group.outputs:
        base = fold.what.derivation.base if fold.what.derivation else None
        if base is not None and base.version is None:
            reads.append(ReadIndex(base.asset, _base_instant(attempt, fold), ""))
    return reads


def _base_instant(attempt: AttemptClaim, fold: MentionFold) -> int:
    return cl.read_instant(attempt, (fold,))


# -- edges -------------------------------------------------------------------------------------------------------------


def _run_edges(overlay: Overlay, claimed: list[AttemptClaim], place: int, edges: Edges) -> None:
    attempt = claimed[place]
    folded = attempt.attempt
    targets = [(_INSTANCE_OF, folded.job), *attempt.pins]
    if place:
        targets.append((EdgeType.RESTART_OF, claimed[place - 1].uid))
    if folded.parent is not None:
        named = folded.parent[0]
        above = overlay.run(named)
        if above is None:
            targets.append((_CHILD_OF, uid.run(named)))
        elif not att.on_cycle(overlay, attempt.ref):
            parent = above.attempts[att.parent_place(above, attempt.began)]
            targets.append((_CHILD_OF, att.attempt_uid(named, parent)))
    seqs = folded.events.seqs
    for kind, target in targets:
        edges.add(Edge(kind, attempt.uid, target, attempt.began, event_seqs=seqs))


def _pins(attempt: AttemptClaim, written: Written) -> tuple[Edge, ...]:
    at = _write_time(attempt, written)
    return tuple(
        Edge(type_, written.version, target, at, event_seqs=attempt.attempt.events.seqs)
        for type_, target in attempt.pins
    )


def _write_time(attempt: AttemptClaim, written: Written) -> int:
    """The write's end, else its earliest mention (rule 21)."""
    return attempt.ended if attempt.complete and attempt.ended is not None else written.first


def _used(attempt: AttemptClaim, bound: Bound, edges: Edges, into: Contributions) -> None:
    for fold in bound.mentions:
        own = _ASSERTED if fold.what.asserted else _RECORDED
        evidence = _INFERRED if bound.evidence is _INFERRED else own
        edges.add(
            Edge(
                _USED,
                attempt.uid,
                bound.version,
                fold.times.first.time,
                evidence,
                role=fold.what.input_role,
                subset=fold.what.subset,
                event_seqs=fold.times.seqs,
            )
        )
    if bound.minted or bound.digests:
        into.add(
            bound.version,
            Contribution(
                mentioned=first_of(bound.mentions),
                digests=bound.digests,
                facets=facets_of(bound.mentions) if bound.minted else {},
                parents=parents_of(bound.mentions) if bound.minted and bound.digests else (),
                seqs=seqs_of(bound.mentions),
            ),
        )
        if bound.minted and bound.digests:
            _claim_parents(bound.mentions, into)


def _made(
    overlay: Overlay,
    groups: Groups,
    attempt: AttemptClaim,
    group: GroupClaim,
    written: Written,
    read: dict[str, list[Bound]],
    edges: Edges,
    into: Contributions,
) -> None:
    at, seqs = _write_time(attempt, written), written.seqs
    made = EdgeType.GENERATED_BY if group.explicit is None else EdgeType.WRITTEN_BY
    edges.add(Edge(made, written.version, attempt.uid, at, event_seqs=seqs))

    def derived(target: str, evidence: Evidence, relation: str | None, *, mentions: int | None = None) -> None:
        if target == written.version:
            return
        edges.add(
            Edge(
                EdgeType.DERIVED_FROM,
                written.version,
                target,
                at,
                evidence,
                relation=relation,
                run=attempt.uid,
                event_seqs=seqs,
            )
        )
        if mentions is not None:
            into.add(target, Contribution(mentioned=mentions, seqs=seqs))

    for source in group.explicit or ():
        for bound in read.get(groups.key(source), ()):
            derived(bound.version, bound.evidence, None)
    if attempt.complete and attempt.ended is not None and group.delegated is None:
        if written in group.appended:
            own = Row("", attempt.ended, WRITE, written.version, attempt.uid)
            target, minted = by_time(
                overlay, group.members, group.members[0], attempt.ended, without=attempt.uid, below=own
            )
            if not minted:
                derived(target, Evidence.INFERRED, "APPENDED")
        if group.renamed_from is not None:
            members = groups.of(group.renamed_from)
            target, minted = by_time(overlay, members, group.renamed_from, attempt.ended, without=attempt.uid)
            said = min(fold.times.first.time for fold in group.outputs if fold.what.lifecycle == group.lifecycle)
            evidence, mentions = (Evidence.INFERRED, said) if minted else (Evidence.RECORDED, None)
            derived(target, evidence, "RENAMED", mentions=mentions)
    for fold in written.mentions:
        if fold.what.derivation is not None:
            _from_base(overlay, groups, attempt, fold, fold.what.derivation, read, derived)


class _Derive(Protocol):
    def __call__(self, target: str, evidence: Evidence, relation: str | None, *, mentions: int | None = None) -> None:
        """`mentions`: when the attempt first speaks of a target that nothing else stands behind, ns UTC."""


def _from_base(
    overlay: Overlay,
    groups: Groups,
    attempt: AttemptClaim,
    fold: MentionFold,
    derivation: Derivation,
    read: dict[str, list[Bound]],
    derived: _Derive,
) -> None:
    """`whence_modelDerivation`: the base by name, or read as an input of the attempt would be (rule 20a)."""
    base = derivation.base
    if base.version is not None:
        derived(uid.version_of(base.asset, base.version), Evidence.RECORDED, derivation.relation)
        return
    group = groups.key(base.asset)
    bounds = read.get(group, ())
    for bound in bounds:
        derived(bound.version, bound.evidence, derivation.relation)
    if not bounds:
        instant, below = _base_instant(attempt, fold), limit(attempt, attempt.groups.get(group))
        members = groups.of(base.asset)
        target, minted = by_time(overlay, members, base.asset, instant, without=attempt.uid, below=below)
        derived(target, Evidence.INFERRED, derivation.relation, mentions=fold.times.first.time if minted else None)
