"""Rules 2, 4, 5, 9a, 10, 20, 20a, 21: the edges of runs, versions and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from spec.mentions import Heard
from spec.names import Names, State
from spec.reads import Read, Reader, reader
from spec.runs import Attempt
from spec.timelines import Timelines, is_drop
from spec.told import Pool, Told
from spec.written import TOMBSTONE, Key, Written
from whence.model import uid
from whence.model.facts import Explicit, Reference, Said
from whence.model.graph import Edge
from whence.model.kinds import EdgeType, Evidence, strongest


@dataclass
class Edges:
    """Rule 21: merged edges have the least `at` and the strongest evidence."""

    by_key: dict[tuple[str, str, str, str], Edge] = field(default_factory=dict)

    def add(self, edge: Edge) -> None:
        before = self.by_key.get(edge.key)
        if before is None:
            self.by_key[edge.key] = edge
            return
        at = None if edge.at is None or before.at is None else min(edge.at, before.at)
        self.by_key[edge.key] = Edge(
            edge.type,
            edge.source,
            edge.target,
            at,
            strongest(edge.evidence, before.evidence),
            edge.role,
            edge.subset,
            edge.relation,
            edge.run,
        )

    def of(self, *types: EdgeType) -> list[Edge]:
        return [edge for edge in self.by_key.values() if edge.type in types]


def commit_of(attempt: Attempt) -> str | None:
    """`whence_codeState` wins over `sourceCodeLocation`."""
    for name in ("whence_codeState", "job.sourceCodeLocation"):
        said = attempt.said.get(name, Said())
        if said.repository is not None and said.sha is not None:
            return uid.commit(said.repository, said.sha)
    return None


def environment_of(attempt: Attempt) -> str | None:
    return attempt.said.get("whence_environmentPin", Said()).environment


def pins(attempt: Attempt) -> list[tuple[EdgeType, str]]:
    found = ((EdgeType.AT_COMMIT, commit_of(attempt)), (EdgeType.IN_ENVIRONMENT, environment_of(attempt)))
    return [(kind, target) for kind, target in found if target is not None]


def draw_attempts(edges: Edges, attempts: Mapping[str, Attempt], parent_of: Mapping[str, str]) -> None:
    """Rules 1, 2, 21: `at` is the attempt's start."""
    for attempt in attempts.values():
        targets = [(EdgeType.INSTANCE_OF, attempt.job), *pins(attempt)]
        if attempt.uid in parent_of:
            targets.append((EdgeType.CHILD_OF, parent_of[attempt.uid]))
        if attempt.before is not None:
            targets.append((EdgeType.RESTART_OF, attempt.before))
        for kind, target in targets:
            edges.add(Edge(kind, attempt.uid, target, attempt.started))


def draw_reads(edges: Edges, reads: Mapping[Key, Read]) -> None:
    """Rules 15 to 17, 21: USED, at the earliest mention."""
    for (attempt, _), each in reads.items():
        for use in each.uses:
            mention = use.heard.mention
            edges.add(
                Edge(
                    EdgeType.USED,
                    attempt,
                    use.version,
                    use.heard.time,
                    use.evidence,
                    role=mention.input_role,
                    subset=mention.subset,
                )
            )


@dataclass(frozen=True)
class Drawing:
    """What the edges of outputs are derived from. Targets that nothing else mentions are told to `told`."""

    edges: Edges
    told: Told
    made: Mapping[Key, Written]
    reads: Mapping[Key, Read]
    lines: Timelines
    names: Names

    def reader(self, attempt: Attempt, group: frozenset[str], naming: Iterable[Heard]) -> Reader:
        return reader(attempt, group, naming, self.made, self.lines, self.names, {})

    def unknown(self, asset: str, mentioned: int) -> str:
        """The asset's `~`, which is mentioned so."""
        version = uid.unversioned(asset)
        self.told.mention(version, mentioned)
        return version

    def derive(
        self, version: str, at: int, target: str, evidence: Evidence, relation: str | None, run: str | None
    ) -> None:
        if version != target:  # a version does not explain itself
            self.edges.add(Edge(EdgeType.DERIVED_FROM, version, target, at, evidence, relation=relation, run=run))


def draw_outputs(drawing: Drawing) -> None:
    """Rules 9a, 10, 20, 20a."""
    for made in drawing.made.values():
        for version in made.described:
            _draw_maker(drawing, made, version)
            _draw_explicit(drawing, made, version)
            _draw_append(drawing, made, version)
            _draw_rename(drawing, made, version)
            _draw_base(drawing, made, version)


def _draw_maker(drawing: Drawing, made: Written, version: str) -> None:
    """Rule 20: WRITTEN_BY, with the run's commit and environment, where the group is a target; else GENERATED_BY."""
    attempt, at = made.attempt, made.at(version)
    if made.share.sources is None:
        drawing.edges.add(Edge(EdgeType.GENERATED_BY, version, attempt.uid, at))
        return
    drawing.edges.add(Edge(EdgeType.WRITTEN_BY, version, attempt.uid, at))
    for kind, target in pins(attempt):
        drawing.edges.add(Edge(kind, version, target, at))


def _draw_explicit(drawing: Drawing, made: Written, version: str) -> None:
    """Rule 20: DERIVED_FROM whatever the attempt read of each stated source."""
    attempt = made.attempt
    for source in sorted(made.share.sources or ()):
        read = drawing.reads.get((attempt.uid, drawing.names.group(source)), Read())
        for use in read.uses:
            drawing.derive(version, made.at(version), use.version, use.evidence, None, attempt.uid)


def _draw_append(drawing: Drawing, made: Written, version: str) -> None:
    """Rule 10: DERIVED_FROM {APPENDED} the row just below its own. Without a state below there is no edge."""
    attempt = made.attempt
    for own in (row for row in made.appends if row.version == version):
        below = drawing.lines.newest(made.share.group, own.time, reader=attempt.uid, below=own)
        if below is not None and below.rank != TOMBSTONE:
            drawing.derive(version, own.time, below.version, Evidence.INFERRED, "APPENDED", attempt.uid)


def _draw_rename(drawing: Drawing, made: Written, version: str) -> None:
    """Rule 10: DERIVED_FROM {RENAMED} the newest of the previous name; INFERRED to its `~` when nothing of it is known.

    A name of the same thing is no previous one.
    """
    attempt, lifecycle = made.attempt, made.share.lifecycle
    if not made.writes or lifecycle is None or lifecycle.previous is None or lifecycle.previous in made.share.group:
        return
    end = made.at(version)
    row = drawing.lines.newest(drawing.names.group(lifecycle.previous), end, reader=attempt.uid)
    saying = [heard.time for heard in made.share.outputs if heard.mention.lifecycle == lifecycle]
    if row is None or row.rank == TOMBSTONE:
        target, evidence = drawing.unknown(lifecycle.previous, min(saying)), Evidence.INFERRED
    else:
        target, evidence = row.version, Evidence.RECORDED
    drawing.derive(version, end, target, evidence, "RENAMED", attempt.uid)


def _draw_base(drawing: Drawing, made: Written, version: str) -> None:
    """Rule 20a: DERIVED_FROM {relation} the base, named, else what the attempt read of it, else its newest state by time."""
    attempt = made.attempt
    for heard in made.described[version]:
        derivation = heard.mention.derivation
        if derivation is None:
            continue
        base = derivation.base
        for target, evidence in _bases(drawing, attempt, base, heard):
            drawing.derive(version, made.at(version), target, evidence, derivation.relation, attempt.uid)


def _bases(drawing: Drawing, attempt: Attempt, base: Reference, heard: Heard) -> list[tuple[str, Evidence]]:
    if base.version is not None:
        named = uid.version_of(base.asset, base.version)
        drawing.told.mention(named, heard.time)
        drawing.told.bases.add(named)
        return [(named, Evidence.RECORDED)]
    group = drawing.names.group(base.asset)
    read = drawing.reads.get((attempt.uid, group), Read())
    if read.uses:
        return [(use.version, use.evidence) for use in read.uses]
    newest = drawing.reader(attempt, group, [heard]).at_instant()
    return [(newest or drawing.unknown(base.asset, heard.time), Evidence.INFERRED)]


def draw_subjects(drawing: Drawing, subjects: Iterable[Heard]) -> None:
    """Rule 25: `lineage` of a DatasetEvent, for the version that it names, binds by time and is INFERRED. The latest facet wins whole."""
    latest: dict[str, Heard] = {}
    for heard in sorted(subjects, key=lambda heard: heard.later):
        if heard.named and not is_drop(heard) and "lineage" in heard.mention.facets:
            latest[heard.named] = heard
    for version, heard in latest.items():
        entries: tuple[Explicit, ...] = heard.mention.lineage or ()
        for source in sorted({source for entry in entries for source in entry.sources}):
            row = drawing.lines.newest(drawing.names.group(source), heard.time)
            is_known = row is not None and row.rank != TOMBSTONE
            target = row.version if row is not None and is_known else drawing.unknown(source, heard.time)
            drawing.derive(version, heard.time, target, Evidence.INFERRED, None, None)


def draw_versions(edges: Edges, told: Told, pools: Mapping[State, Pool]) -> None:
    """Rules 5, 20a, 21: VERSION_OF, PREVIOUS, SAME_STATE, at the time of the version (SAME_STATE: the later of the two)."""
    for pool in pools.values():
        first = pool.versions[0]
        for version in pool.versions:
            edges.add(Edge(EdgeType.VERSION_OF, version, uid.asset_of(version), pool.times[version]))
            if version != first:
                at = max(pool.times[version], pool.times[first])
                edges.add(Edge(EdgeType.SAME_STATE, version, first, at))
                edges.add(Edge(EdgeType.SAME_STATE, first, version, at))
            for parent in {named for follower, named in told.followed if follower == version and named != version}:
                edges.add(Edge(EdgeType.PREVIOUS, version, parent, pool.times[version]))


def draw_names(edges: Edges, names: Names) -> None:
    """Rule 4: SAME_AS has no `at`."""
    for one, other in names.links:
        edges.add(Edge(EdgeType.SAME_AS, one, other, None))
