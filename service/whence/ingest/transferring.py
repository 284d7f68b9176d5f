"""A whole log into another store: events at the same positions, refused ones under the same ids, the graph built anew and compared.

What the target holds already is kept when it is the beginning of the same log, so a transfer that was cut off goes on, and one that is asked for again
brings what came since. One page of the log is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from whence.errors import BadRequest, StoreUnavailable
from whence.ingest.digest import graph_digest
from whence.ingest.lane import BATCH_BYTES
from whence.ingest.replay import PAGE, incoming, log_entries, refused_again, refused_pages, replays
from whence.model.answers import LogEntry, LogFilter, Position, RejectedEntry
from whence.store.intake import next_head
from whence.store.port import PROJECTION, LogState, Refused, check_projection

if TYPE_CHECKING:
    from whence.store.port import LogPage, Store

Kept = TypeVar("Kept", LogEntry, RejectedEntry)
Watch = Callable[[int, int], None]
"""Told how many events the target has, and how many the source had at the start."""

_AGAIN: Final = "What was copied stays. Run the same command again when nothing is sent: it goes on from there."


class Transfer(msgspec.Struct, frozen=True):
    """What the target holds now: so many events, so many that were ever refused, a graph of this digest.

    `equal`: whether the source's graph has the same digest; None when that graph is of another projection, so that it can't have.
    """

    events: int
    rejected: int
    copied: int
    """Events that were not there before."""
    digest: str
    equal: bool | None


async def transfer(source: Store, target: Store, watch: Watch = lambda _there, _all: None) -> Transfer:
    """Bring everything in `source`, which is only read, to `target`, and compare the graphs. Both are migrated.

    Raises BadRequest when the target holds another log, StoreUnavailable when somebody else writes to it, when its graph is of another projection,
    or when events came into the source at the end: then the two can't be compared.
    """
    before = await _state(target)
    check_projection(before.projection)
    await _check_begins_with(source, target, before.position)
    events = await _copy_events(source, target, before.position.seq, watch)
    rejected = await _copy_refused(source, target, events)
    digest = await graph_digest(target)
    at = await _state(source)
    expected = await graph_digest(source) if at.projection == PROJECTION else None
    told = {(state.position, state.rejected) for state in (at, await _state(source), await _state(target))}
    if len(told) > 1:
        raise StoreUnavailable("Events came in while the log was copied.", hint=_AGAIN)
    return Transfer(
        events, rejected, events - before.position.seq, digest, None if expected is None else expected == digest
    )


async def _state(store: Store) -> LogState:
    return (await store.events(LogFilter(bodies=False), first=1)).state


async def _check_begins_with(source: Store, target: Store, there: Position) -> None:
    """Raises BadRequest unless what the target holds is the beginning of the source's log."""
    head = Position()
    if there.seq:
        async for entries in log_entries(source, bodies=False):
            for entry in entries[: there.seq - head.seq]:
                head = Position(entry.seq, next_head(head.head_hash, entry.key))
            if head.seq == there.seq:
                break
    if head != there:
        raise _other_log(target)
    async for page in refused_pages(target):
        same = await _refused_in(source, [each.id for each in page.rejected])
        if [each.body for each in page.rejected] != [each.body for each in same.rejected]:
            raise _other_log(target)


def _other_log(target: Store) -> BadRequest:
    return BadRequest(
        f"{target.url} holds other events than the beginning of this log, and two logs are not mixed.",
        hint="Name an empty store. To add events to a store, send them: whence ingest",
    )


async def _copy_events(source: Store, target: Store, after: int, watch: Watch) -> int:
    """The events that the target then has."""
    everything = (await _state(source)).position.seq
    watch(after, everything)
    async for entries in log_entries(source, after=after):
        for portion in _portions(entries):
            receipts = await target.put([incoming(each) for each in portion])
            if [(each.seq, each.duplicate) for each in receipts] != [(each.seq, False) for each in portion]:
                raise _somebody_writes(target)
            after = portion[-1].seq
            watch(after, everything)
    return after


async def _copy_refused(source: Store, target: Store, events: int) -> int:
    """All that were refused, also those accepted since; how many. What became of one after the first `events` is left for the next time."""
    count = 0
    async for page in refused_pages(source):
        there = await _refused_in(target, [each.id for each in page.rejected])
        known = {each.id: each for each in there.rejected}
        for portion in _portions(page.rejected):
            new = [each for each in portion if known.get(each.id) != each]
            receipts = await target.put([_again(each) if each.id in known else refused_again(each) for each in new])
            if [each.rejected_id for each in receipts] != [each.id for each in new]:
                raise _somebody_writes(target)
        became = {each: seq for each, seq in page.became.items() if each not in there.became and seq <= events}
        await target.put(await replays(source, became))
        count += len(page.rejected)
    return count


def _again(entry: RejectedEntry) -> Refused:
    """A refused event that was tried again in vain since the target heard of it."""
    return msgspec.structs.replace(refused_again(entry), replay_of=entry.id)


async def _refused_in(store: Store, ids: Sequence[str]) -> LogPage:
    return await store.events(LogFilter(ascending=True), first=PAGE, rejected_ids=ids)


def _somebody_writes(target: Store) -> StoreUnavailable:
    return StoreUnavailable(
        f"Somebody else writes to {target.url} while the log is copied into it.",
        hint="Stop what writes there, and name an empty store.",
    )


def _portions(entries: Sequence[Kept]) -> Iterator[list[Kept]]:
    """Cut where a put would hold more than BATCH_BYTES of bodies; each portion has at least one."""
    portion: list[Kept] = []
    size = 0
    for entry in entries:
        if portion and size + len(entry.body) > BATCH_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(entry)
        size += len(entry.body)
    if portion:
        yield portion
