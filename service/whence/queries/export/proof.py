"""What proves an answer: the exact bytes of the events that it rests on, and the keys of the whole log up to its position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from whence.model.answers import LogFilter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from whence.queries.export.files import FileDigest, Files
    from whence.store.port import Store

_EVENTS_AT_ONCE: Final = 16
"""An event may have many MiB, and all of these are held at once."""
_KEYS_AT_ONCE: Final = 10_000


class Cited(msgspec.Struct, frozen=True):
    """An event that is cited, without its bytes: those are in `file`. Times in ns UTC."""

    seq: int
    key: str
    time: int
    received_at: int
    producer: str
    event_type: str | None
    run: str | None
    job: str | None
    sender: str | None
    file: FileDigest


async def write_events(store: Store, seqs: Sequence[int], files: Files) -> list[Cited]:
    """Write the bytes of these events as they were received, each to `events/{seq}.json`."""
    cited: list[Cited] = []
    for start in range(0, len(seqs), _EVENTS_AT_ONCE):
        wanted = tuple(seqs[start : start + _EVENTS_AT_ONCE])
        page = await store.events(LogFilter(seqs=wanted, ascending=True), first=len(wanted))
        for entry in page.entries:
            file = await files.write(f"events/{entry.seq}.json", [entry.body])
            told = (entry.seq, entry.key, entry.time, entry.received_at, entry.producer, entry.event_type)
            cited.append(Cited(*told, entry.run, entry.job, entry.sender, file))
    return cited


async def keys_of_the_log(store: Store, last: int) -> AsyncIterator[bytes]:
    """The key of each event from position 1 to `last`, one a line: the head hash follows from them."""
    seen = 0
    while seen < last:
        page = await store.events(
            LogFilter(after_seq=seen, ascending=True, bodies=False), first=min(_KEYS_AT_ONCE, last - seen)
        )
        yield b"".join(entry.key.encode() + b"\n" for entry in page.entries)
        seen = page.entries[-1].seq


async def received_at(store: Store, seq: int) -> int | None:
    """When the event at this position came (ns UTC); None at position 0."""
    page = await store.events(LogFilter(seqs=(seq,), bodies=False), first=1)
    return page.entries[0].received_at if page.entries else None
