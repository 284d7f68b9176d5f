"""Which models used this: the definitions of the semantics page, pure, over one downstream closure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from whence.model.kinds import EdgeType, How, InputRole, Kind
from whence.queries.paths import Tree
from whence.queries.same import equals, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from whence.model.graph import Edge, Node


class Reach(msgspec.Struct, frozen=True):
    """The downstream closure D of what was asked for, and S within it."""

    nodes: Mapping[str, Node]
    asked: frozenset[str]
    """S: the versions asked for, their other names, and versions with equal bytes."""
    reads: Mapping[str, tuple[Edge, ...]]
    """USED edges into D, by run."""
    bases: Mapping[str, tuple[Edge, ...]]
    """DERIVED_FROM edges into D, by version."""
    states: Mapping[str, str]

    def models(self) -> list[str]:
        """The model versions of D, sorted."""
        return sorted(uid for uid, node in self.nodes.items() if node.kind is Kind.MODEL_VERSION)


class Use(msgspec.Struct, frozen=True):
    """One way in which the state `version` used what was asked for: `head` leads from `start` (a name of that state) to `entry` in D."""

    version: str
    how: How
    start: str
    head: tuple[Edge, ...]
    entry: str


def reach(nodes: Iterable[Node], edges: Sequence[Edge], roots: Iterable[str]) -> Reach:
    """Read a downstream closure (edges ordered by key) once."""
    asked = equals(roots, edges)
    reads: defaultdict[str, list[Edge]] = defaultdict(list)
    bases: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.type is EdgeType.USED:
            reads[edge.source].append(edge)
        elif edge.type is EdgeType.DERIVED_FROM:
            bases[edge.source].append(edge)
    return Reach(
        nodes={node.uid: node for node in nodes},
        asked=asked,
        reads={run: tuple(many) for run, many in reads.items()},
        bases={version: tuple(many) for version, many in bases.items()},
        states=state_of(edges),
    )


def trained(down: Reach, made: Mapping[str, Sequence[Edge]]) -> Iterator[Use]:
    """Uses in the making of each model version of D. `made`: its GENERATED_BY and WRITTEN_BY edges.

    Where explicit lineage says what a version came from (WRITTEN_BY), a read of its maker counts only if it is DERIVED_FROM it too. A model
    that no run here made, but that is DERIVED_FROM something in D, counts as well: imported registries know of models without their runs.
    """
    for version in down.models():
        state = down.states.get(version, version)
        bases = down.bases.get(version, ())
        stated = {edge.target for edge in bases}
        makers = made.get(version, ())
        for maker in makers:
            for read in down.reads.get(maker.target, ()):
                if read.target != version and (maker.type is EdgeType.GENERATED_BY or read.target in stated):
                    for how in _hows(down, read):
                        yield Use(state, how, version, (maker, read), read.target)
        for base in bases:
            if _is_model(down, base.target):
                yield Use(state, How.FINE_TUNED_FROM, version, (base,), base.target)
            elif not makers:
                yield Use(state, How.ROLE_UNKNOWN, version, (base,), base.target)


def _hows(down: Reach, read: Edge) -> Iterator[How]:
    asked = read.target in down.asked
    match read.role:
        case InputRole.TRAIN if asked:
            yield How.TRAINED_ON
        case InputRole.TRAIN if down.nodes[read.target].kind is Kind.DATASET_VERSION:
            yield How.TRAINED_ON_DERIVED
        case InputRole.VALIDATION if asked:
            yield How.VALIDATED_ON
        case InputRole.BASE_MODEL if _is_model(down, read.target):
            yield How.FINE_TUNED_FROM
        case None:
            yield How.ROLE_UNKNOWN


def _is_model(down: Reach, uid: str) -> bool:
    return down.nodes[uid].kind is Kind.MODEL_VERSION


def testing_runs(down: Reach) -> list[str]:
    """Runs that used a member of S or D as TEST, sorted."""
    return sorted(run for run, reads in down.reads.items() if any(read.role is InputRole.TEST for read in reads))


def evaluated(
    down: Reach, inputs: Mapping[str, Sequence[Edge]], models: Mapping[str, Node], states: Mapping[str, str]
) -> Iterator[Use]:
    """EVALUATED_ON. `inputs`: all USED edges of the testing runs; `models`: nodes of what they used; `states`: as `state_of` has them.

    A run that gave no model the role MODEL evaluated every model version that it used without a role.
    """
    for run in testing_runs(down):
        read_models = [
            read
            for read in inputs.get(run, ())
            if (node := models.get(read.target)) is not None and node.kind is Kind.MODEL_VERSION
        ]
        subjects = [read for read in read_models if read.role is InputRole.MODEL]
        tests = [read for read in down.reads[run] if read.role is InputRole.TEST]
        for subject in subjects or [read for read in read_models if read.role is None]:
            state = states.get(subject.target, subject.target)
            for test in tests:
                if test.target != subject.target:
                    yield Use(state, How.EVALUATED_ON, subject.target, (subject, test), test.target)


def shortest(uses: Iterable[Use], back: Tree) -> dict[str, dict[How, Use]]:
    """For each state and each How the use with the shortest way to S; ties go to the least name of the state, then to the least edges."""

    def rank(use: Use) -> tuple[int, bool, str, tuple[tuple[str, str, str, str], ...]]:
        hops = len(use.head) + back.distance[use.entry]
        return (hops, use.start != use.version, use.start, tuple(edge.key for edge in use.head))

    best: dict[str, dict[How, Use]] = {}
    for use in uses:
        hows = best.setdefault(use.version, {})
        other = hows.get(use.how)
        if other is None or rank(use) < rank(other):
            hows[use.how] = use
    return best
