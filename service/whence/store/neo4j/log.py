"""Pages of the log: the seqs wanted are gathered first, then one page of them is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from whence.model import uid as uids
from whence.model.answers import LogEntry, LogFilter, RejectedEntry, Stat
from whence.model.kinds import Kind, RunState
from whence.store.intake import bucket_starts
from whence.store.log_pages import in_all, page_of
from whence.store.neo4j.aliases import current
from whence.store.neo4j.bodies import NO_BODY, unpack_body
from whence.store.neo4j.keys import key_of, touch_prefix
from whence.store.neo4j.snapshot import Reading
from whence.store.order import age
from whence.store.port import Buckets, LogPage

_MIN, _MAX = -(2**63), 2**63 - 1

TOUCHING: Final = """
UNWIND $prefixes AS prefix
MATCH (t:Touch) WHERE t.k >= prefix AND t.k < prefix + 'g'
UNWIND t.seqs AS seq
RETURN collect(DISTINCT seq)"""
OF_RUN: Final = "MATCH (e:Event {runKey: $key}) WHERE e.run = $run RETURN collect(e.seq)"
BETWEEN: Final = "MATCH (e:Event) WHERE e.time >= $since AND e.time <= $until RETURN collect(e.seq)"
ENTRIES: Final = """
UNWIND $seqs AS seq
MATCH (e:Event {seq: seq})
RETURN e.seq, e.key, e.time, e.eventTime, e.receivedAt, e.producer, e.eventType, e.run, e.job,
  CASE WHEN $bodies THEN e.body ELSE $none END, e.sender"""
LAST_REJECTED: Final = "MATCH (l:Log {name: 'log'}) RETURN l.rejected"
REPLAYED: Final = "MATCH (r:Rejected) WHERE r.became > 0 RETURN collect(r.id)"
"""Few of many: ids are dense, so all others are still refused."""
REJECTED: Final = """
UNWIND $ids AS id
MATCH (r:Rejected {id: id})
RETURN r.id, r.receivedAt, r.code, r.reason, r.retriable, CASE WHEN $bodies THEN r.body ELSE $none END, r.sender, r.became"""
EVENTS_BY_BUCKET: Final = """
MATCH (e:Event) WHERE e.time >= $since AND e.time < $until
RETURN (e.time - $origin) / $width, count(*)"""
NODES_BY_BUCKET: Final = """
UNWIND $kinds AS kind
MATCH (n:Entity {kind: kind}) WHERE n.age > $youngest AND n.age <= $oldest AND n.age < $unknown
RETURN (n.at - $origin) / $width, kind, n.state, count(*)"""


def accepted_page(reading: Reading, wanted: LogFilter, first: int, after: str | None) -> LogPage:
    page, told = page_of(
        reading.state, _wanted_seqs(reading, wanted), ascending=wanted.ascending, first=first, after=after
    )
    rows = reading.rows(ENTRIES, seqs=list(page), bodies=wanted.bodies, none=NO_BODY)
    found = {row[0]: LogEntry(*[*row[:9], unpack_body(row[9]), row[10]]) for row in rows}
    return msgspec.structs.replace(told, entries=tuple(found[seq] for seq in page))


def rejected_page(reading: Reading, wanted: LogFilter, ids: Sequence[str], first: int, after: str | None) -> LogPage:
    among = _numbered(reading, ids) if ids else _still_rejected(reading)
    page, told = page_of(reading.state, among, ascending=wanted.ascending, first=first, after=after)
    asked = {"ids": list(page), "bodies": wanted.bodies, "none": b""}
    found = {row[0]: row for row in reading.rows(REJECTED, **asked)} if page else {}
    rows = [found[number] for number in page]
    return msgspec.structs.replace(
        told,
        rejected=tuple(
            RejectedEntry(str(number), received, code, reason, retriable, body, sender)
            for number, received, code, reason, retriable, body, sender, _ in rows
        ),
        became={str(number): became for number, *_, became in rows if became is not None},
    )


def stats_page(reading: Reading, buckets: Buckets) -> LogPage:
    starts = bucket_starts(buckets)
    found = [Stat(start, 0, {}, {}) for start in starts]
    bounds = {"origin": starts.start, "width": starts.step}
    if starts:
        for number, count in reading.rows(EVENTS_BY_BUCKET, since=buckets.since, until=buckets.until, **bounds):
            found[number] = msgspec.structs.replace(found[number], events=count)
    if starts and buckets.nodes:
        ages = {"youngest": age(buckets.until), "oldest": age(buckets.since), "unknown": age(None)}
        rows = reading.rows(NODES_BY_BUCKET, kinds=[kind.value for kind in Kind], **ages, **bounds)
        for number, kind, run_state, count in rows:
            kinds = found[number].new_by_kind
            kinds[Kind(kind)] = kinds.get(Kind(kind), 0) + count
            if run_state is not None:
                found[number].runs_by_state[RunState(run_state)] = count
    return LogPage(reading.state, stats=tuple(found))


def _numbered(reading: Reading, ids: Iterable[str]) -> list[int]:
    """The numbers of those refused events that there are, ascending."""
    every = range(1, _last_rejected(reading) + 1)
    numbers = {int(each) for each in ids if each.isdecimal() and str(int(each)) == each}
    return [number for number in sorted(numbers) if number in every]


def _still_rejected(reading: Reading) -> Sequence[int]:
    if not reading.state.rejected:
        return range(0)
    every = range(1, _last_rejected(reading) + 1)
    if reading.state.rejected == len(every):
        return every
    replayed = set(reading.collected(REPLAYED))
    return [number for number in every if number not in replayed]


def _last_rejected(reading: Reading) -> int:
    row = reading.row(LAST_REJECTED)
    return row[0] if row else 0


def _wanted_seqs(reading: Reading, wanted: LogFilter) -> Sequence[int]:
    """The positions of all events that the filter means, ascending. Positions are dense, so all of them are a range."""
    sets: list[Collection[int]] = []
    if wanted.touching is not None:
        touched = {wanted.touching, current(reading, wanted.touching)}
        sets.append(set(reading.collected(TOUCHING, prefixes=sorted(map(touch_prefix, touched)))))
    if wanted.run_id is not None:
        run = uids.run(wanted.run_id)
        sets.append(set(reading.collected(OF_RUN, key=key_of(run), run=run)))
    if wanted.seqs:
        sets.append(set(wanted.seqs))
    if wanted.since is not None or wanted.until is not None:
        since = _MIN if wanted.since is None else wanted.since
        until = _MAX if wanted.until is None else wanted.until - 1
        sets.append(set(reading.collected(BETWEEN, since=since, until=until)))
    every = range((wanted.after_seq or 0) + 1, reading.position.seq + 1)
    return in_all(every, sets)
