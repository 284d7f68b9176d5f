"""Which events speak of which nodes, kept so that a put changes few pages.

What a put adds lies together, one row an event, in `touches_lately`: some ten nodes an event would be as many pages in `touches`, which is ordered by node.
A few hundred events are sorted in at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from whence.store.sqlite.steps import Step

LATELY: Final = 512
"""So many events, at most, wait to be sorted in (and those of one put more); a question reads through them."""

_ADD: Final = "INSERT INTO touches_lately (seq, nodes) VALUES (?, ?)"
_SORT_IN: Final = """
INSERT OR IGNORE INTO touches (node, seq)
SELECT nodes.value, lately.seq FROM touches_lately AS lately, json_each(lately.nodes) AS nodes
WHERE (SELECT max(place) FROM touches_lately) >= ? ORDER BY 1, 2"""
_CLEAR: Final = "DELETE FROM touches_lately WHERE (SELECT max(place) FROM touches_lately) >= ?"

TOUCHING: Final = """
SELECT t.seq FROM json_each(?) AS asked JOIN ids AS i ON i.uid = asked.value JOIN touches AS t ON t.node = i.id
UNION ALL
SELECT lately.seq FROM touches_lately AS lately, json_each(lately.nodes) AS near
WHERE near.value IN (SELECT i.id FROM json_each(?) AS asked JOIN ids AS i ON i.uid = asked.value)"""
"""(JSON array of uids, the same again) -> seq of each event that speaks of one of them, perhaps several times."""


def steps(touches: Iterable[tuple[str, int]], ids: Mapping[str, int]) -> list[Step]:
    """What notes (uid, seq); `ids` has the numbers of the uids."""
    nodes: dict[int, list[int]] = defaultdict(list)
    for uid, seq in touches:
        nodes[seq].append(ids[uid])
    if not nodes:
        return []
    rows = [(seq, msgspec.json.encode(numbers).decode()) for seq, numbers in sorted(nodes.items())]
    return [(_ADD, rows), (_SORT_IN, [(LATELY,)]), (_CLEAR, [(LATELY,)])]
