"""Timelines have moved: keep sightings and digests findable, and find the reads that look at what moved (rules 12, 16, 27)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from whence.merge import timelines as tl
from whence.merge import versions
from whence.merge.state import MIN_TIME, Scan
from whence.merge.subjects import subject_rows
from whence.merge.work import Work


def move_rows(work: Work) -> None:
    """DatasetEvents and sightings make rows too; then every read that a changed row or digest may mean is to be bound again."""
    _subjects(work)
    work.expected = work.to_sight | work.to_index | work.to_place
    versions.expect(work.overlay, work.groups, work.expected)
    _sight(work)
    _index(work)
    _find_readers(work)


def _subjects(work: Work) -> None:
    for (asset, version), (had, has) in work.told.items():
        work.contribute(asset, "subject", {} if had is None else {version: had}, {version: has})
    for asset, (before, now) in work.assets.items():
        if now.drops:
            work.swap_rows(subject_rows(asset, before), subject_rows(asset, now))


def _sight(work: Work) -> None:
    for version in sorted({twin for v in work.to_sight for twin in work.groups.twins(v)}):
        had, has = versions.sighting(work.overlay, work.groups, version)
        if had != has:
            work.swap_rows((had,) if had else (), (has,) if has else ())
            versions.keep_sighting(work.overlay, version, has)


def _index(work: Work) -> None:
    """Which digests a version has decides what reads by digest and by time may mean (rule 16)."""
    for version in sorted({twin for v in work.to_index for twin in work.groups.twins(v)}):
        changed = versions.reindex(work.overlay, work.groups, version)
        for row in tl.rows_of_version(work.overlay, version) if changed else ():
            work.rows_changed[row.asset].add(row.time)
            work.note_digests(row, changed)


def _find_readers(work: Work) -> None:
    """Reads whose instant lies in [t, next row] of a changed row, and reads by a changed digest from t on."""
    windows: dict[str, set[int]] = defaultdict(set)
    for asset, times in work.rows_changed.items():
        windows[work.groups.key(asset)] |= times
    work.overlay.expect(_expected(work, windows))
    for key, times in windows.items():
        members, reach = work.groups.of(key), MIN_TIME
        for time in sorted(times):
            if time < reach:
                continue
            if not tl.read_from(work.overlay, members, time):
                break
            reach = tl.next_settled(work.overlay, members, time)
            work.to_bind |= tl.readers(work.overlay, members, time, reach)
    for (asset, digest), time in work.digests_changed.items():
        work.to_bind |= tl.digest_readers(work.overlay, work.groups.of(asset), digest, time)


def _expected(work: Work, windows: Mapping[str, set[int]]) -> Iterator[Scan]:
    """What finding readers asks of assets that the store knows."""
    for key, times in windows.items():
        for asset in work.groups.of(key) if times else ():
            if not work.overlay.is_new(asset):
                yield tl.reads_from(asset, min(times))
                yield tl.rows_after(asset, min(times))
    for (name, digest), time in work.digests_changed.items():
        for asset in work.groups.of(name):
            if not work.overlay.is_new(asset):
                yield tl.digest_reads_from(asset, digest, time)
