"""The log again: replay what was refused, copy a log into a fresh store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import NotJson, WhenceError
from whence.facts import read
from whence.ingest.decode import documents
from whence.ingest.prepare import Accepted, Outcome, Refusal
from whence.model.answers import IngestFailure, IngestResult, LogEntry, LogFilter, RejectedEntry
from whence.store.port import Incoming, LogPage, Refused, Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from whence.ingest.lane import Ingest

PAGE: Final = 200


def summarise(outcomes: Sequence[Outcome]) -> IngestResult:
    """Count outcomes. `last_seq` is the greatest position of any event among them, 0 when none was accepted."""
    accepted = [each for each in outcomes if isinstance(each, Accepted)]
    return IngestResult(
        received=len(outcomes),
        accepted=sum(not each.duplicate for each in accepted),
        duplicates=sum(each.duplicate for each in accepted),
        last_seq=max((each.seq for each in accepted), default=0),
        failures=tuple(
            IngestFailure(each.index, each.code, each.reason, each.retriable)
            for each in outcomes
            if isinstance(each, Refusal)
        ),
    )


async def replay_rejected(ingest: Ingest, ids: Sequence[str]) -> list[Outcome]:
    """Offer refused events again, by id; the index of an outcome is that of its id. What is accepted leaves the list of the refused, what fails
    again stays there once, with the new reason.

    A refused body that holds several events has one outcome: its first failure, else its last acceptance.
    """
    page = await ingest.store.events(LogFilter(), first=max(len(ids), 1), rejected=True, rejected_ids=ids)
    kept = {entry.id: entry for entry in page.rejected}
    return [await _again(ingest, index, kept.get(each)) for index, each in enumerate(ids)]


async def _again(ingest: Ingest, index: int, entry: RejectedEntry | None) -> Outcome:
    if entry is None:
        return Refusal(
            index, "NOT_FOUND", "No rejected event has this id.", False, status=404, hint="See: whence rejected list"
        )
    outcome = await _all_of(ingest, entry)
    return msgspec.structs.replace(outcome, index=index) if isinstance(outcome, Refusal) else outcome


async def _all_of(ingest: Ingest, entry: RejectedEntry) -> Outcome:
    """The last of its events goes after all others are in the log: that one takes the whole body off the list."""
    try:
        bodies, _ = documents(entry.body)
        if not bodies:
            raise NotJson("The body holds no event.")
    except WhenceError as error:
        return await ingest.refuse(entry.body, error, entry.sender, replay_of=entry.id)
    before = await ingest.submit(bodies[:-1], entry.sender, keep=False) if len(bodies) > 1 else []
    failed = next((each for each in before if isinstance(each, Refusal)), None)
    if failed is None:
        return (await ingest.submit(bodies[-1:], entry.sender, replay_of=entry.id))[0]
    why = (failed.code, failed.reason, failed.retriable)
    await ingest.keep(Refused(entry.body, *why, time.time_ns(), entry.sender, replay_of=entry.id))
    return failed


async def log_entries(store: Store, *, after: int = 0, bodies: bool = True) -> AsyncIterator[list[LogEntry]]:
    """The log behind position `after` in order of seq, by pages; with or without the bytes of its events."""
    seen = after
    while True:
        page = await store.events(LogFilter(after_seq=seen, ascending=True, bodies=bodies), first=PAGE)
        if page.entries:
            yield list(page.entries)
            seen = page.entries[-1].seq
        if not page.entries or not page.has_next:
            return


async def refused_pages(store: Store) -> AsyncIterator[LogPage]:
    """All events that were ever refused, also those accepted since, oldest first. Their ids are dense, so pages are asked for by id."""
    start = 1
    while True:
        ids = [str(number) for number in range(start, start + PAGE)]
        page = await store.events(LogFilter(ascending=True), first=PAGE, rejected_ids=ids)
        if page.rejected:
            yield page
        if len(page.rejected) < PAGE:
            return
        start += PAGE


async def copy_log(source: Store, target: Store, *, refused: bool = True) -> int:
    """Build `target`, an empty store, from the log of `source`: the same events at the same positions. Returns how many there were.

    This is `rebuild`: facts are read again from the bytes, so a changed reading of events takes effect.
    """
    events = 0
    async for entries in log_entries(source):
        await target.put([incoming(each) for each in entries])
        events += len(entries)
    if refused:
        async for page in refused_pages(source):
            await target.put([refused_again(each) for each in page.rejected])
            await target.put(await replays(source, page.became))
    return events


def incoming(entry: LogEntry) -> Incoming:
    """An event of a log on its way into another: its facts are read again."""
    return Incoming(entry.body, read(entry.body), entry.received_at, entry.sender)


def refused_again(entry: RejectedEntry) -> Refused:
    """A refused event of a log on its way into another."""
    return Refused(entry.body, entry.code, entry.reason, entry.retriable, entry.received_at, entry.sender)


async def replays(source: Store, became: Mapping[str, int]) -> list[Incoming]:
    """The events that refused ones became: put again they are repeats, and mark what they were a replay of."""
    page = await source.events(LogFilter(seqs=tuple(became.values())), first=len(became)) if became else None
    entries = {entry.seq: entry for entry in page.entries} if page else {}
    return [
        Incoming(entries[seq].body, read(entries[seq].body), entries[seq].received_at, replay_of=rejected_id)
        for rejected_id, seq in became.items()
    ]
