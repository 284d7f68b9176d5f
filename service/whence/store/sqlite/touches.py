"""Which events speak of which nodes, kept so that a put changes few pages.

What a put adds lies together, one row an event, in `touches_lately`: some ten nodes an event would be as many pages in `touches`, which is ordered by node.
A few hundred events are sorted in at once.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

LATELY: Final = 512
"""So many events, at most, wait to be sorted in (and those of one put more); a question reads through them."""

_ADD: Final = "INSERT INTO touches_lately (seq, nodes) VALUES (?, ?)"
_WAITING: Final = "SELECT coalesce(max(place), 0) FROM touches_lately"
_SORT_IN: Final = """
INSERT OR IGNORE INTO touches (node, seq)
SELECT nodes.value, lately.seq FROM touches_lately AS lately, json_each(lately.nodes) AS nodes ORDER BY 1, 2"""
_CLEAR: Final = "DELETE FROM touches_lately"

TOUCHING: Final = """
SELECT t.seq FROM json_each(?) AS asked JOIN ids AS i ON i.uid = asked.value JOIN touches AS t ON t.node = i.id
UNION ALL
SELECT lately.seq FROM touches_lately AS lately, json_each(lately.nodes) AS near
WHERE near.value IN (SELECT i.id FROM json_each(?) AS asked JOIN ids AS i ON i.uid = asked.value)"""
"""(JSON array of uids, the same again) -> seq of each event that speaks of one of them, perhaps several times."""


def add(connection: sqlite3.Connection, touches: Iterable[tuple[str, int]], ids: Mapping[str, int]) -> None:
    """Note (uid, seq); `ids` has the numbers of the uids."""
    nodes: dict[int, list[int]] = defaultdict(list)
    for uid, seq in touches:
        nodes[seq].append(ids[uid])
    if not nodes:
        return
    connection.executemany(
        _ADD, [(seq, msgspec.json.encode(numbers).decode()) for seq, numbers in sorted(nodes.items())]
    )
    (waiting,) = connection.execute(_WAITING).fetchone()
    if waiting >= LATELY:
        connection.execute(_SORT_IN)
        connection.execute(_CLEAR)
