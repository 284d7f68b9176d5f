"""Who explains bytes: SAME_BYTES from versions that nothing else explains to the origin of their bytes (rule 23)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import msgspec

from whence.merge.groups import Groups
from whence.merge.overlay import Overlay, placed_key
from whence.merge.pool import makers, speakers, spoken_by
from whence.merge.state import Entry, Scan
from whence.merge.versions import HOLDER, state_of
from whence.model.graph import Edge
from whence.model.kinds import EdgeType, Evidence, strongest, weakest

DEPENDENT = "dependent"
"""Entries: key = version uid, uid = run id (or asset uid) that draws edges to it without contributing to it (`pool`)."""
ORIGINAL = "original"
"""Entries: key = content uid, time = born, uid = version that is an original, extra = Version.time and evidence of its bytes."""
UNEXPLAINED = "unexplained"
"""Entries: key = content uid, time = Version.time, uid = version that nothing explains, extra as above."""


LOOKED_UP = (ORIGINAL, UNEXPLAINED, HOLDER)
"""What settling a content and showing it asks for."""


class Class(IntEnum):
    """How a holder stands; what is no holder stands nowhere."""

    COPY = 1
    ORIGINAL = 2
    UNEXPLAINED = 3


def expect(overlay: Overlay, versions: Iterable[str]) -> None:
    """Of versions with bytes: who speaks of them and who draws edges to them, asked when their holders change."""
    known = [
        v for v in sorted(versions) if not overlay.is_new(v) and (r := overlay.version(v)) is not None and r.digests
    ]
    overlay.expect(scan for version in known for scan in (spoken_by(version), Scan(DEPENDENT, version)))


def dependents(overlay: Overlay, twins: Iterable[str]) -> set[str]:
    """Versions made by runs that draw edges to one of these, the names of one state: their class may hang on what it holds."""
    owners: set[str] = set()
    for version in twins:
        owners |= speakers(overlay, version)
        owners.update(entry.uid for entry in overlay.ask(Scan(DEPENDENT, version), of=version))
    return {made for owner in owners for made in versions_made(overlay, owner)}


def versions_made(overlay: Overlay, owner: str) -> set[str]:
    return {edge.source for edge in drawn_by(overlay, owner) if edge.source.startswith("version/")}


def drawn_by(overlay: Overlay, owner: str) -> tuple[Edge, ...]:
    """Edges of a run, or of the DatasetEvents of an asset."""
    if owner.startswith("asset/"):
        drawn = overlay.drawn(owner)
        return drawn.edges if drawn else ()
    derived = overlay.derived(owner)
    return derived.edges if derived else ()


def settle(overlay: Overlay, groups: Groups, contents: Iterable[str], candidates: set[str]) -> None:
    """Class the candidate versions anew and redraw SAME_BYTES where it changes, content by content."""
    todo: set[str] = set()
    firsts = {content: _firsts(overlay, content) for content in contents}
    for version in sorted(candidates):
        todo |= {twin for twin in groups.twins(version) if overlay.version(twin) is not None} | {version}
    for version in sorted(todo):
        for content in _classify(overlay, groups, version):
            firsts.setdefault(content, (None, None))
    redo = set(todo)
    for content in sorted(firsts):
        if _firsts(overlay, content) != firsts[content]:
            redo |= {entry.uid for entry in overlay.scan(UNEXPLAINED, content)}
    for version in sorted(redo):
        _draw(overlay, groups, version)


def _firsts(overlay: Overlay, content: str) -> tuple[Entry | None, Entry | None]:
    return overlay.first(ORIGINAL, content), overlay.first(UNEXPLAINED, content)


def _classify(overlay: Overlay, groups: Groups, version: str) -> set[str]:
    """Index the version under its class; the contents that it holds or held."""
    placed = overlay.placed(version)
    if placed is None or (not placed.contents and not placed.classes and overlay.version(version) is not None):
        return set()
    began = state_of(overlay, groups, version).began if placed.holdings else None
    wanted = set()
    for content, time, evidence in placed.holdings:
        class_, weight = _class_of(overlay, groups, version, content), f"{time} {evidence}"
        if class_ is Class.ORIGINAL:
            born = time if began is None else min(time, began)
            wanted.add(Entry(ORIGINAL, content, born, 0, version, weight))
        elif class_ is Class.UNEXPLAINED:
            wanted.add(Entry(UNEXPLAINED, content, time, 0, version, weight))
    had = set(map(Entry._make, placed.classes))
    for entry in had - wanted:
        overlay.remove(entry)
    for entry in wanted - had:
        overlay.add(entry)
    if overlay.version(version) is None:
        overlay.set(placed_key(version), None)
    elif had != wanted:
        overlay.set(placed_key(version), msgspec.structs.replace(placed, classes=tuple(sorted(wanted))))
    return {entry.key for entry in had | wanted}


def _class_of(overlay: Overlay, groups: Groups, version: str, content: str) -> Class:
    twins = state_of(overlay, groups, version).twins
    explained, generators = False, set()
    for twin in twins:
        for run_id in makers(overlay, twin):
            for edge in drawn_by(overlay, run_id):
                if edge.source != twin:
                    continue
                if edge.type is EdgeType.DERIVED_FROM:
                    explained = True
                    if edge.target not in twins and _holds(overlay, groups, edge.target, content):
                        return Class.COPY
                elif edge.type is EdgeType.GENERATED_BY:
                    explained = True
                    generators.add((run_id, edge.target))
                elif edge.type is EdgeType.WRITTEN_BY:
                    explained = True
    if generators and all(_used_a_holder(overlay, groups, r, a, twins, content) for r, a in sorted(generators)):
        return Class.COPY
    return Class.ORIGINAL if explained else Class.UNEXPLAINED


def _used_a_holder(
    overlay: Overlay, groups: Groups, run_id: str, attempt: str, twins: tuple[str, ...], content: str
) -> bool:
    return any(
        edge.type is EdgeType.USED
        and edge.source == attempt
        and edge.target not in twins
        and _holds(overlay, groups, edge.target, content)
        for edge in drawn_by(overlay, run_id)
    )


def _holds(overlay: Overlay, groups: Groups, version: str, content: str) -> bool:
    for twin in groups.twins(version):
        placed = overlay.placed(twin)
        if placed is not None and any(c == content for c, _, _ in placed.holdings):
            return True
    return False


def _draw(overlay: Overlay, groups: Groups, version: str) -> None:
    placed = overlay.placed(version)
    if placed is None or not (placed.classes or placed.origin):
        return
    edges: dict[tuple[str, str, str, str], Edge] = {}
    for fields in placed.classes:
        entry = Entry._make(fields)
        if entry.space != UNEXPLAINED:
            continue
        origin = _origin(overlay, groups, version, entry)
        if origin is not None:
            edge = _same_bytes(version, entry, origin)
            old = edges.get(edge.key)
            edges[edge.key] = edge if old is None else _stronger(old, edge)
    drawn = tuple(edge for _, edge in sorted(edges.items()))
    if overlay.replace_edges(placed.origin, drawn):
        overlay.set(placed_key(version), msgspec.structs.replace(placed, origin=drawn))


def _origin(overlay: Overlay, groups: Groups, version: str, own: Entry) -> Entry | None:
    """The first original born at or before v's time, else the first unexplained holder, unless that is v or its twin."""
    original, unexplained = _firsts(overlay, own.key)
    if original is not None and original.time <= own.time:
        return original
    if unexplained is not None and unexplained.uid not in groups.twins(version):
        return unexplained
    return None


def _same_bytes(version: str, own: Entry, origin: Entry) -> Edge:
    """At the later Version.time of the two, with the weaker evidence (rules 21, 23)."""
    (mine, my_evidence), (its, its_evidence) = own.extra.split(" "), origin.extra.split(" ")
    evidence = weakest(Evidence(my_evidence), Evidence(its_evidence))
    return Edge(EdgeType.SAME_BYTES, version, origin.uid, max(int(mine), int(its)), evidence)


def _stronger(a: Edge, b: Edge) -> Edge:
    at = min(a.at, b.at) if a.at is not None and b.at is not None else a.at
    return msgspec.structs.replace(a, at=at, evidence=strongest(a.evidence, b.evidence))
