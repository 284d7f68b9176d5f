"""Timelines: rows of assets, looked up over their group (rules 11 to 14, 17, 18, 27).

Entries: `row` by asset, `version-row` by version, `digest-row` by asset and digest; each (time, rank, version, writer).
`read` by asset and `digest-read` by asset and digest: (instant, 0, run id).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from whence.merge.overlay import Overlay
from whence.merge.records import ReadIndex, Row
from whence.merge.state import LAST, MAX_TIME, Entry, Scan

TOMBSTONE, SIGHTING, WRITE = 0, 1, 2

ROW, VERSION_ROW, DIGEST_ROW, READ, DIGEST_READ = "row", "version-row", "digest-row", "read", "digest-read"


def row_entries(row: Row) -> list[Entry]:
    """The entries of a row; those by digest are kept by `versions`, because they come and go with digests."""
    entries = [Entry(ROW, row.asset, row.time, row.rank, row.version, row.writer)]
    if row.version:
        entries.append(Entry(VERSION_ROW, row.version, row.time, row.rank, row.asset, row.writer))
    return entries


def digest_row(row: Row, digest: str) -> Entry:
    return Entry(DIGEST_ROW, digest_key(row.asset, digest), row.time, row.rank, row.version, row.writer)


def digest_key(asset: str, digest: str) -> str:
    return f"{asset} {digest}"


def read_entry(read: ReadIndex, run_id: str) -> Entry:
    if read.digest:
        return Entry(DIGEST_READ, digest_key(read.asset, read.digest), read.instant, 0, run_id, "")
    return Entry(READ, read.asset, read.instant, 0, run_id, "")


def rows_of_version(overlay: Overlay, version: str) -> list[Row]:
    """All rows of one version, oldest first."""
    return [Row(e.uid, e.time, e.rank, version, e.extra) for e in _entries_of_version(overlay, version)]


def first_row(overlay: Overlay, version: str, rank: int | None = None) -> Row | None:
    """The earliest row of a version, of one rank when given."""
    for e in _entries_of_version(overlay, version):
        if rank is None or e.rank == rank:
            return Row(e.uid, e.time, e.rank, version, e.extra)
    return None


def _entries_of_version(overlay: Overlay, version: str) -> Iterable[Entry]:
    """A version that the store does not know yet has no row there."""
    return overlay.ask(rows_of(version), of=version)


def newest(
    overlay: Overlay, members: Iterable[str], instant: int, *, without: str | None, below: Row | None = None
) -> Row | None:
    """The newest row of a group at or before `instant` (ns UTC), rows written by attempt `without` left out.

    With `below`, only rows strictly under it in (time, rank, version).
    """
    places = [(asset, ROW, asset) for asset in members]
    return _newest(overlay, places, instant, without, below)


def newest_with_digest(
    overlay: Overlay,
    members: Iterable[str],
    digests: Iterable[str],
    instant: int,
    *,
    without: str,
    below: Row | None = None,
) -> Row | None:
    """The newest row at or before `instant` whose version holds any of the digests (rule 16)."""
    wanted = list(digests)
    places = [(asset, DIGEST_ROW, digest_key(asset, digest)) for asset in members for digest in wanted]
    return _newest(overlay, places, instant, without, below)


def _newest(
    overlay: Overlay, places: Iterable[tuple[str, str, str]], instant: int, without: str | None, below: Row | None
) -> Row | None:
    """Over places (asset, space, key) of entries: each is read back from the instant to the first row that counts."""
    best: Row | None = None
    for asset, space, key in places:
        for e in overlay.ask(rows_until(space, key, instant), of=asset):
            if without is not None and e.extra == without:
                continue
            if below is not None and (e.time, e.rank, e.uid) >= (below.time, below.rank, below.version):
                continue
            row = Row(asset, e.time, e.rank, e.uid, e.extra)
            best = row if best is None or _order(row) > _order(best) else best
            break
    return best


def next_settled(overlay: Overlay, members: Iterable[str], time: int) -> int:
    """The time of the first row strictly after `time` that stays whoever asks: no sighting that is a running attempt's own (rule 27)."""
    times = [
        next(
            (e.time for e in overlay.ask(rows_after(asset, time), of=asset) if e.rank != SIGHTING or not e.extra),
            MAX_TIME,
        )
        for asset in members
    ]
    return min(times, default=MAX_TIME)


def read_from(overlay: Overlay, members: Iterable[str], low: int) -> bool:
    """Whether anybody's read of the group looks at an instant from `low` on."""
    return any(next(overlay.ask(reads_from(asset, low), of=asset), None) is not None for asset in members)


def reads_from(asset: str, low: int) -> Scan:
    """Reads that look at an instant from `low` on."""
    return Scan(READ, asset, low=(low, 0, "", ""))


def digest_reads_from(asset: str, digest: str, low: int) -> Scan:
    """Reads that carry a digest and look at `low` or later."""
    return Scan(DIGEST_READ, digest_key(asset, digest), low=(low, 0, "", ""))


def rows_after(asset: str, instant: int) -> Scan:
    return Scan(ROW, asset, low=(instant + 1, 0, "", ""))


def rows_until(space: str, key: str, instant: int) -> Scan:
    """Rows at or before an instant, newest first."""
    return Scan(space, key, high=(instant, WRITE, LAST, LAST), reverse=True)


def rows_of(version: str) -> Scan:
    return Scan(VERSION_ROW, version)


def readers(overlay: Overlay, members: Iterable[str], low: int, high: int) -> set[str]:
    """Run ids whose reads of the group look at an instant in [low, high]."""
    return {
        e.uid
        for asset in members
        for e in takewhile(lambda entry: entry.time <= high, overlay.ask(reads_from(asset, low), of=asset))
    }


def digest_readers(overlay: Overlay, members: Iterable[str], digest: str, low: int) -> set[str]:
    """Run ids whose reads of the group carry this digest and look at `low` or later."""
    return {e.uid for asset in members for e in overlay.ask(digest_reads_from(asset, digest, low), of=asset)}


def _order(row: Row) -> tuple[int, int, str]:
    return (row.time, row.rank, row.version)


def dropped_at(overlay: Overlay, members: Iterable[str]) -> int | None:
    """When the group was dropped: the time of its newest row, if that is a tombstone."""
    row = newest(overlay, members, MAX_TIME, without=None)
    return row.time if row is not None and row.rank == TOMBSTONE else None
