"""A version's pooled state -> its node, its edges, its sighting row, its place among the holders of its bytes (rules 5, 12, 14, 21, 22).

Entries: `holder`: key = content uid, time = Version.time, uid = version that has it; `version-of`: key = asset uid, uid = its version.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

import msgspec

from whence.merge.aliases import aliases_of, aliases_on
from whence.merge.bindings import digest_text
from whence.merge.collect import Edges, few, least
from whence.merge.groups import Groups
from whence.merge.nodes import content_node, version_node
from whence.merge.overlay import Overlay, placed_key
from whence.merge.records import DigestCount, Placed, Row, VersionRecord
from whence.merge.state import Entry
from whence.merge.timelines import SIGHTING, WRITE, digest_row, first_row, row_entries, rows_of, rows_of_version
from whence.model import uid
from whence.model.graph import Digest, Edge
from whence.model.kinds import EdgeType, Evidence, strongest

HOLDER: Final = "holder"
VERSIONS: Final = "version-of"

EMPTY: Final = frozenset(
    {
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "dir-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "dvc-md5-dir:d751713988987e9331980363e24189ce",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "git-blob:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    }
)
"""Digests of empty input, which join nothing (rule 22)."""


class State(msgspec.Struct, frozen=True):
    """What is pooled over the same version under all names of its asset (rule 5)."""

    twins: tuple[str, ...]
    """uids of the versions that there are, sorted."""
    digests: tuple[Digest, ...]
    conflict: bool
    failed: bool
    written: bool
    began: int | None


def expect(overlay: Overlay, groups: Groups, versions: Iterable[str]) -> None:
    """Fetch together what placing these versions will ask for."""
    twins = sorted({twin for version in versions for twin in groups.twins(version)})
    overlay.load(key for twin in twins for key in (twin, placed_key(twin)))
    known = [twin for twin in twins if not overlay.is_new(twin)]
    aliased = [twin for twin in known if (asset := overlay.asset(uid.asset_of(twin))) is not None and asset.aliased]
    overlay.expect([*map(rows_of, known), *map(aliases_on, aliased)])


def state_of(overlay: Overlay, groups: Groups, version: str) -> State:
    twins: list[str] = []
    records: list[VersionRecord] = []
    complete, failed = 0, 0
    began: int | None = None
    for twin in groups.twins(version):
        record = overlay.version(twin)
        if record is not None:
            twins.append(twin)
            records.append(record)
            complete += record.writers_complete
            failed += record.writers_failed
            began = least(began, record.began)
    digests = _pooled(records)
    return State(
        twins=tuple(twins),
        digests=digests,
        conflict=_conflict(digests),
        failed=complete == 0 and failed > 0,
        written=complete > 0,
        began=began,
    )


def first_time(overlay: Overlay, state: State) -> int | None:
    """The earliest row of the state: then it is its Version.time, else a version's earliest mention is (rule 14)."""
    times = [row.time for twin in state.twins for row in islice(overlay.ask(rows_of(twin), of=twin), 1)]
    return min(times, default=None)


class Pooled:
    """States with their first times, looked up once for all twins; good while no version's record and no row changes."""

    def __init__(self, overlay: Overlay, groups: Groups) -> None:
        self._overlay = overlay
        self._groups = groups
        self._shared: dict[str, tuple[State, int | None]] = {}

    def of(self, version: str) -> tuple[State, int | None]:
        """(the version's state, its `first_time`)"""
        known = self._shared.get(version)
        if known is None:
            state = state_of(self._overlay, self._groups, version)
            known = state, first_time(self._overlay, state)
            if len(state.twins) > 1:
                self._shared.update(dict.fromkeys(state.twins, known))
        return known


def sighting(overlay: Overlay, groups: Groups, version: str) -> tuple[Row | None, Row | None]:
    """(the sighting row that the version has, the one it should have): at most one for a state, before any write (rule 12)."""
    placed = overlay.placed(version)
    had = placed.rows[0] if placed and placed.rows else None
    candidates = [
        (record.sighted[0], twin, record.sighted[1])
        for twin in groups.twins(version)
        if (record := overlay.version(twin)) is not None and record.sighted is not None
    ]
    first = min(candidates, default=None)
    if first is None or first[1] != version:
        return had, None
    writes = [row.time for twin in groups.twins(version) if (row := first_row(overlay, twin, WRITE)) is not None]
    if writes and min(writes) <= first[0]:
        return had, None
    return had, Row(uid.asset_of(version), first[0], SIGHTING, version, first[2])


def reindex(overlay: Overlay, groups: Groups, version: str) -> set[str]:
    """Keep the rows of a version findable by its state's own digests; the digests that came or went."""
    had, has = indexed(overlay, version), set()
    if overlay.version(version) is not None:
        records = (overlay.version(twin) for twin in groups.twins(version))
        has = {digest for record in records for digest in own_digests(record)}
    if had != has:
        for row in rows_of_version(overlay, version):
            for digest in has - had:
                overlay.add(digest_row(row, digest))
            for digest in had - has:
                overlay.remove(digest_row(row, digest))
        placed = overlay.placed(version) or Placed()
        overlay.set(placed_key(version), msgspec.structs.replace(placed, indexed=tuple(sorted(has))))
    return had ^ has


def indexed(overlay: Overlay, version: str) -> set[str]:
    """The digests that the version's rows are found by."""
    placed = overlay.placed(version) if version else None
    return set(placed.indexed) if placed else set()


def put_row(overlay: Overlay, row: Row) -> None:
    for entry in row_entries(row):
        overlay.add(entry)
    for digest in indexed(overlay, row.version):
        overlay.add(digest_row(row, digest))


def drop_row(overlay: Overlay, row: Row) -> None:
    for entry in row_entries(row):
        overlay.remove(entry)
    for digest in indexed(overlay, row.version):
        overlay.remove(digest_row(row, digest))


def own_digests(record: VersionRecord | None) -> set[str]:
    """Strong digests that the version has by itself, not by inference."""
    if record is None or not record.digests:
        return set()
    return {digest_text(c.digest) for c in record.digests if c.digest.strong and (c.recorded or c.asserted)}


def place(overlay: Overlay, groups: Groups, states: Pooled, version: str) -> set[str]:
    """Draw a version anew. Returns the contents whose holders changed by it."""
    record = overlay.version(version)
    before = overlay.placed(version) or Placed()
    if record is None:
        overlay.replace_edges(before.edges, ())
        overlay.replace_edges(before.origin, ())
        touched = _hold(overlay, version, before, ())
        overlay.drop_node(version)
        overlay.set(placed_key(version), Placed(classes=before.classes))
        return touched
    state, pooled = states.of(version)
    at = record.mentioned if pooled is None else pooled
    node = version_node(
        version,
        record,
        at,
        groups.asset_type(uid.asset_of(version)),
        state.digests,
        aliases_of(overlay, groups, version),
        written=state.written,
        failed=state.failed,
        conflict=state.conflict,
    )
    overlay.put_node(node, record.facets)
    size = getattr(node.detail, "bytes", None)
    contents = (
        [] if size == 0 or not state.digests else [d for d in state.digests if d.strong and digest_text(d) not in EMPTY]
    )
    edges = _edges(overlay, version, record, state, at, contents, pooled=pooled)
    overlay.replace_edges(before.edges, edges)
    now = tuple((uid.content(d.algorithm, d.value), at, d.evidence.value) for d in contents)
    touched = _hold(overlay, version, before, now)
    if state.conflict != before.conflict:
        touched |= {content for content, _, _ in now}
    if (edges, now, state.conflict) != (before.edges, before.contents, before.conflict):
        placed = msgspec.structs.replace(before, edges=edges, contents=now, conflict=state.conflict)
        overlay.set(placed_key(version), placed)
    return touched


def keep_sighting(overlay: Overlay, version: str, row: Row | None) -> None:
    """Remember the sighting row that the version has."""
    placed = overlay.placed(version) or Placed()
    overlay.set(placed_key(version), msgspec.structs.replace(placed, rows=(row,) if row else ()))


def show_content(overlay: Overlay, content: str) -> None:
    """A content has a node as long as some version has it."""
    first = overlay.first(HOLDER, content)
    if first is None:
        overlay.drop_node(content)
    else:
        overlay.put_node(content_node(content, first.time))


def _hold(overlay: Overlay, version: str, before: Placed, contents: tuple[tuple[str, int, str], ...]) -> set[str]:
    if before.contents == contents:
        return set()
    had, has = set(before.contents), set(contents)
    for content, time, evidence in had - has:
        overlay.remove(Entry(HOLDER, content, time, 0, version, evidence))
    for content, time, evidence in has - had:
        overlay.add(Entry(HOLDER, content, time, 0, version, evidence))
    return {content for content, _, _ in had ^ has}


def _edges(
    overlay: Overlay,
    version: str,
    record: VersionRecord,
    state: State,
    at: int,
    contents: list[Digest],
    *,
    pooled: int | None,
) -> tuple[Edge, ...]:
    edges = Edges()
    edges.add(Edge(EdgeType.VERSION_OF, version, uid.asset_of(version), at, event_seqs=record.seqs))
    first = state.twins[0]
    for twin in state.twins[1:] if version == first else ():
        other = overlay.version(twin) if pooled is None else None
        later = at if other is None else max(at, other.mentioned)
        edges.add(Edge(EdgeType.SAME_STATE, first, twin, later))
        edges.add(Edge(EdgeType.SAME_STATE, twin, first, later))
    for parent in record.parents:
        if parent != version:
            edges.add(Edge(EdgeType.PREVIOUS, version, parent, at))
    for pin in record.pins:
        edges.add(pin)
    for digest in contents:
        content = uid.content(digest.algorithm, digest.value)
        seqs = few(record.seqs)
        edges.add(Edge(EdgeType.HAS_CONTENT, version, content, at, digest.evidence, event_seqs=seqs))
        if not state.conflict:
            edges.add(Edge(EdgeType.CONTENT_OF, content, version, at, digest.evidence, event_seqs=seqs))
    return edges.sorted()


def _pooled(records: list[VersionRecord]) -> tuple[Digest, ...]:
    found: dict[tuple[str, str, str], Digest] = {}
    for record in records:
        for count in record.digests:
            d, evidence = count.digest, _evidence(count)
            key = (d.algorithm, d.value, d.strength.value)
            old = found.get(key)
            best = evidence if old is None else strongest(old.evidence, evidence)
            found[key] = Digest(d.algorithm, d.value, d.strength, best)
    return tuple([found[key] for key in sorted(found)]) if found else ()


def _evidence(count: DigestCount) -> Evidence:
    return count.evidence or Evidence.INFERRED


def _conflict(digests: tuple[Digest, ...]) -> bool:
    """Two values of one strong algorithm (rule 22)."""
    values: dict[str, str] = {}
    for digest in digests:
        if digest.strong and values.setdefault(digest.algorithm, digest.value) != digest.value:
            return True
    return False
