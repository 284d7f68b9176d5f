"""The log again: replay what was refused, copy a log into a fresh store, compare a graph with what its log gives.

The log is the source of truth and the graph its projection, so a graph is verified by building it once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from whence.errors import WhenceError
from whence.facts import read
from whence.ingest.decode import documents
from whence.ingest.digest import fingerprints, graph_digest
from whence.ingest.prepare import Accepted, Outcome, Refusal
from whence.model.answers import IngestFailure, IngestResult, LogEntry, LogFilter, RejectedEntry
from whence.store.port import Incoming, Refused, Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from whence.ingest.lane import Ingest

PAGE: Final = 200
SHOWN_DIFFERENCES: Final = 20


class Verification(msgspec.Struct, frozen=True):
    """The digest of the graph as it stands and as its log gives it. `differences` are uids and edge ids, sorted, at most 20."""

    digest: str
    replayed: str
    equal: bool
    events: int
    differences: tuple[str, ...] = ()


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
    """Offer refused events again, by id; the index of an outcome is that of its id. What fails again is not kept a second time.

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
    try:
        bodies, _ = documents(entry.body)
    except WhenceError as error:
        return Refusal(index, error.code, error.message, False, status=error.status, hint=error.hint)
    outcomes = await ingest.submit(bodies, entry.sender, keep=False)
    failed = next((each for each in outcomes if isinstance(each, Refusal)), None)
    return msgspec.structs.replace(failed, index=index) if failed is not None else outcomes[-1]


async def log_entries(store: Store) -> AsyncIterator[list[LogEntry]]:
    """The whole log in order of seq, by pages."""
    seen = 0
    while True:
        page = await store.events(LogFilter(after_seq=seen, ascending=True), first=PAGE)
        if page.entries:
            yield list(page.entries)
            seen = page.entries[-1].seq
        if not page.entries or not page.has_next:
            return


async def rejected_entries(store: Store) -> AsyncIterator[list[RejectedEntry]]:
    """All refused events, oldest first, by pages."""
    pages: list[list[RejectedEntry]] = []
    after: str | None = None
    while True:
        page = await store.events(LogFilter(), first=PAGE, after=after, rejected=True)
        if page.rejected:
            pages.append(sorted(page.rejected, key=lambda each: int(each.id)))
            after = page.rejected[-1].id
        if not page.rejected or not page.has_next:
            break
    for entries in sorted(pages, key=lambda each: int(each[0].id)):
        yield entries


async def copy_log(source: Store, target: Store, *, refused: bool = True) -> int:
    """Build `target`, an empty store, from the log of `source`: the same events at the same positions. Returns how many there were.

    This is `rebuild`: facts are read again from the bytes, so a changed reading of events takes effect.
    """
    events = 0
    async for entries in log_entries(source):
        await target.put([Incoming(each.body, read(each.body), each.received_at, each.sender) for each in entries])
        events += len(entries)
    if refused:
        async for kept in rejected_entries(source):
            await target.put(
                [
                    Refused(each.body, each.code, each.reason, each.retriable, each.received_at, each.sender)
                    for each in kept
                ]
            )
    return events


async def verify(store: Store, fresh: Store) -> Verification:
    """Replay the log of `store` into `fresh`, an empty store, and compare the two graphs. Neither store's log is changed otherwise."""
    events = await copy_log(store, fresh, refused=False)
    here, there = await fingerprints(store), await fingerprints(fresh)
    differences = sorted(key for key in here.keys() | there.keys() if here.get(key) != there.get(key))
    digest, replayed = graph_digest(here), graph_digest(there)
    return Verification(digest, replayed, digest == replayed, events, tuple(differences[:SHOWN_DIFFERENCES]))
