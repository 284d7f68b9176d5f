"""What does the log hold? Accepted events, and refused ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whence.errors import BadRequest
from whence.model.answers import LogEntry, LogFilter, Page, RejectedEntry
from whence.model.kinds import ASSET_KINDS
from whence.queries.complete import whole
from whence.queries.gaps import gaps
from whence.queries.pages import MOST, check_first
from whence.queries.resolve import resolve_one
from whence.queries.same import group
from whence.queries.walked import log_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.store.port import LogPage, Store

MOST_SEQ: Final = 2**63 - 1
"""Positions are signed 64-bit integers in every store."""


async def events(
    store: Store,
    touching: str | None = None,
    since: int | None = None,
    until: int | None = None,
    first: int = 50,
    after: str | None = None,
) -> Page[LogEntry]:
    """Accepted events, newest first: all, or those that speak of what a REF means (an asset: under any of its names).

    `since` and `until` by eventTime, [since, until) ns UTC. Raises NotFound, Ambiguous, and BadRequest for a cursor that is none.
    """
    check_first(first)
    if since is not None and until is not None and until < since:
        raise BadRequest("until is before since.", hint="Times are [since, until).")
    names = await _names(store, touching)
    pages = [
        await store.events(LogFilter(touching=name, since=since, until=until), first=first, after=after)
        for name in names
    ]
    newest = sorted({entry.seq: entry for page in pages for entry in page.entries}.values(), key=lambda e: -e.seq)
    kept = tuple(newest[:first])
    total = sum(page.total for page in pages)
    return Page(
        items=kept,
        cursors=tuple(str(entry.seq) for entry in kept),
        has_next=len(newest) > first or any(page.has_next for page in pages),
        total=min(total, MOST),
        total_exact=len(pages) == 1 and pages[0].total_exact,
        position=pages[0].state.position,
        completeness=whole(
            gaps((), (), await log_now(store)), remarks=() if total else (_none(touching, since, until),)
        ),
    )


async def event(store: Store, seq: int) -> LogEntry | None:
    """The accepted event at this position of the log, from 1; None where there is none (yet)."""
    if not 1 <= seq <= MOST_SEQ:
        return None
    page = await store.events(LogFilter(seqs=(seq,)), first=1)
    return next(iter(page.entries), None)


async def _names(store: Store, touching: str | None) -> Sequence[str | None]:
    if touching is None:
        return (None,)
    node = await resolve_one(store, touching)
    return group(node) if node.kind in ASSET_KINDS else (node.uid,)


def _none(touching: str | None, since: int | None, until: int | None) -> str:
    when = " in that time" if since is not None or until is not None else ""
    return f"No event{when} speaks of it." if touching is not None else f"No event has been accepted{when}."


async def rejected(store: Store, first: int = 50, after: str | None = None) -> Page[RejectedEntry]:
    """Refused events with their reasons, newest first, without those accepted since. Raises BadRequest for a cursor that is none."""
    check_first(first)
    page = await store.events(LogFilter(), first=first, after=after, rejected=True)
    return Page(
        items=page.rejected,
        cursors=tuple(entry.id for entry in page.rejected),
        has_next=page.has_next,
        total=page.total,
        total_exact=page.total_exact,
        position=page.state.position,
        completeness=whole((), remarks=() if page.total else ("No event is refused.",)),
    )


async def log_state(store: Store) -> LogPage:
    """The state of the log alone."""
    return await store.events(LogFilter(bodies=False), first=1)
