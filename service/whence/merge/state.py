"""What the merge reads and what it answers with: the contract between the pure rules and a store.

A store keeps two private things for the merge, both opaque to it: *records* (one value under one key) and *entries* (ordered index rows).
It reads them under its write lock, calls `merge_batch`, and applies the `Changes` in the same transaction as the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from whence.merge.records import Record
from whence.model.facts import Facts
from whence.model.graph import Edge, Node

ALIAS: Final = "alias"
"""The one space of entries that stores read themselves: key = a uid that was replaced, uid = its successor (rule 9)."""

MIN_TIME: Final = -(2**63)
MAX_TIME: Final = 2**63 - 1
LAST: Final = "\U0010ffff"
"""Greater than every uid."""


class Entry(NamedTuple):
    """One row of an ordered index, unique as a whole, ordered as a tuple: within (space, key) by time, rank, uid, extra."""

    space: str
    key: str
    time: int
    rank: int
    uid: str
    extra: str


Place = tuple[int, int, str, str]
"""Where an entry stands among those of its space and key: (time, rank, uid, extra)."""


class Scan(NamedTuple):
    """A question for `Known.scan`."""

    space: str
    key: str
    low: Place | None = None
    high: Place | None = None
    reverse: bool = False


class Known(Protocol):
    """What a store knows, read inside the write transaction. Implementations see the state before the batch; the merge overlays its own changes."""

    def records(self, keys: Sequence[str]) -> dict[str, Record]:
        """The records there are under these keys. Never mutated by the merge, so an adapter may cache them."""

    def scan(
        self,
        space: str,
        key: str,
        *,
        low: Place | None = None,
        high: Place | None = None,
        reverse: bool = False,
    ) -> Iterator[Entry]:
        """Entries of (space, key) with low <= (time, rank, uid, extra) <= high, ascending, or descending when `reverse`; read lazily.

        Strings compare by code point (BINARY collation).
        """

    def expect(self, scans: Sequence[Scan]) -> None:
        """These scans are likely to follow. A store to which each question is a journey may ask them together now; any other does nothing."""

    def run_events(self, run_id: str) -> list[tuple[int, Facts]]:
        """(seq, facts) of every logged event of this normalised run id, read again from the log (rule 27: late START or terminal)."""


class Changes(msgspec.Struct):
    """The difference that a batch makes. Apply removals before additions; all lists are free of repeats and contradictions."""

    records: dict[str, Record | None]
    """None: remove."""
    entries_added: list[Entry]
    entries_removed: list[Entry]
    nodes: dict[str, Node | None]
    """Nodes to insert or replace; None: remove the node. Their facets stand in `facets`, or in the node itself where that has none."""
    edges: list[Edge]
    """Insert, or replace the edge of the same `key`."""
    edges_removed: list[tuple[str, str, str, str]]
    """Keys of edges."""
    touches: list[tuple[str, int]]
    """(uid, seq): this event speaks of that node. The node is written in the same or an earlier change, or never."""
    facets: dict[str, dict[str, str]] = {}
    """Of each node that is put: facet name -> name of its text."""
    texts: dict[str, bytes] = {}
    """Canonical JSON by name (`records.text_name` in hex); to be kept once and for ever. All that `facets` names were here now or earlier."""


class Logged(NamedTuple):
    """One event that the batch adds to the log, at its position."""

    seq: int
    facts: Facts
