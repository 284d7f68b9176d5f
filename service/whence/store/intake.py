"""What a batch does to the log, before any rule of the graph: positions, repeats, the chain of hashes. Pure, the same on every store."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from whence.errors import TooCostly, WhenceError
from whence.merge.state import Logged
from whence.model import uid
from whence.model.answers import LogEntry, Position, RejectedEntry
from whence.model.graph import Edge
from whence.model.instant import NS
from whence.model.kinds import Bucket
from whence.store.port import Buckets, Incoming, Receipt, Refused

COUNT_LIMIT = 10_000
"""Lists say exactly how long they are up to here, then "at least"."""
MAX_BUCKETS = 10_000

_HOUR = 3600 * NS
_WIDTHS = {Bucket.HOUR: _HOUR, Bucket.DAY: 24 * _HOUR, Bucket.WEEK: 7 * 24 * _HOUR}
_FIRST_MONDAY = 4 * 24 * _HOUR
"""1970-01-05."""


class Admission(NamedTuple):
    """What a batch adds to the log, and the position that it leads to."""

    receipts: list[Receipt]
    entries: list[LogEntry]
    heads: list[str]
    """h(seq) after each of `entries`."""
    rejected: list[RejectedEntry]
    refused_again: list[RejectedEntry]
    """Refused events that were tried again in vain, each with its own id and the new reason; what is kept of them else stays."""
    became: dict[str, int]
    """The position of each refused event that was tried again and is in the log now, by its id."""
    logged: list[Logged]
    position: Position


def next_head(head: str, key: str) -> str:
    """h(n) = hex SHA-256 of the lower-case hex text h(n-1) followed by key(n); h(0) is 64 zeros (semantics page, Answers)."""
    return hashlib.sha256(f"{head}{key}".encode()).hexdigest()


def admit(
    batch: Sequence[Incoming | Refused], before: Position, seqs: Mapping[str, int], last_rejected: int
) -> Admission:
    """Give each event its place. `seqs` has the positions of those keys of the batch that the log holds already."""
    known = dict(seqs)
    seq, head = before.seq, before.head_hash
    result = Admission([], [], [], [], [], {}, [], before)
    for item in batch:
        if isinstance(item, Refused):
            if item.replay_of is None:
                last_rejected += 1
                result.rejected.append(_rejected_entry(str(last_rejected), item))
            else:
                result.refused_again.append(_rejected_entry(item.replay_of, item))
            result.receipts.append(Receipt(0, rejected_id=item.replay_of or str(last_rejected)))
            continue
        if item.facts.key in known:
            result.receipts.append(Receipt(known[item.facts.key], duplicate=True))
        else:
            seq, head = seq + 1, next_head(head, item.facts.key)
            known[item.facts.key] = seq
            result.entries.append(_log_entry(seq, item))
            result.heads.append(head)
            result.logged.append(Logged(seq, item.facts))
            result.receipts.append(Receipt(seq))
        if item.replay_of is not None:
            result.became.setdefault(item.replay_of, known[item.facts.key])
    return result._replace(position=Position(seq, head))


def _log_entry(seq: int, item: Incoming) -> LogEntry:
    facts = item.facts
    return LogEntry(
        seq=seq,
        key=facts.key,
        time=facts.time,
        event_time=facts.time_text,
        received_at=item.received_at,
        producer=facts.producer,
        event_type=facts.run.event_type.value if facts.run else None,
        run=uid.run(facts.run.run_id) if facts.run else None,
        job=facts.job.uid if facts.job else None,
        body=item.body,
        sender=item.sender,
    )


def _rejected_entry(rejected_id: str, item: Refused) -> RejectedEntry:
    return RejectedEntry(
        id=rejected_id,
        received_at=item.received_at,
        code=item.code,
        reason=item.reason,
        retriable=item.retriable,
        body=item.body,
        sender=item.sender,
    )


def dangling(edge: Edge) -> WhenceError:
    """A defect of the merge, stopped before it is stored."""
    return WhenceError(f"the edge {edge.id} has an end that is no node")


def bucket_starts(buckets: Buckets) -> range:
    """Where each bucket begins, ns UTC. Raises TooCostly for more than MAX_BUCKETS of them."""
    width = _WIDTHS[buckets.width]
    origin = _FIRST_MONDAY if buckets.width is Bucket.WEEK else 0
    first = (buckets.since - origin) // width * width + origin
    starts = range(first, max(buckets.until, first), width)
    if len(starts) > MAX_BUCKETS:
        raise TooCostly(
            f"{len(starts)} buckets of one {buckets.width.value.lower()} are more than {MAX_BUCKETS}",
            hint="Ask for wider buckets or a shorter time.",
        )
    return starts
