"""Entries that a store knows, with changes laid over them that it does not have yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from whence.merge.state import Entry, Place


def with_pending(
    known: Iterator[Entry],
    added: Collection[Entry] | None,
    removed: Collection[Entry] | None,
    low: Place | None,
    high: Place | None,
    *,
    reverse: bool,
) -> Iterator[Entry]:
    """`known` is in the asked order and within `low` and `high`, which then hold for `added` too; it may have what is added, and lack what is removed."""
    if not added and not removed:
        return known
    kept = (entry for entry in known if entry not in removed) if removed else known
    if not added:
        return kept
    return _merged(kept, within(added, low, high, reverse=reverse), reverse=reverse)


def within(entries: Collection[Entry], low: Place | None, high: Place | None, *, reverse: bool) -> list[Entry]:
    """Those from `low` to `high`, in the asked order."""
    if low is None and high is None:
        return sorted(entries, reverse=reverse)
    return sorted(
        [e for e in entries if (low is None or e[2:] >= low) and (high is None or e[2:] <= high)], reverse=reverse
    )


def _merged(known: Iterator[Entry], pending: list[Entry], *, reverse: bool) -> Iterator[Entry]:
    place, total = 0, len(pending)
    for entry in known:
        while place < total and (pending[place] > entry if reverse else pending[place] < entry):
            yield pending[place]
            place += 1
        if place < total and pending[place] == entry:
            place += 1
        yield entry
    yield from pending[place:]
