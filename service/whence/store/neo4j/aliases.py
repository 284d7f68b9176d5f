"""Uids that later events replaced (rule 9): whoever asks by an old one is answered by its successor."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from whence.merge.overlay import run_key
from whence.merge.records import RunRecord, decode
from whence.merge.state import ALIAS, Scan
from whence.merge.successors import attempt_answering
from whence.store.neo4j.keys import key_of
from whence.store.neo4j.known import RECORDS, SCAN_BACK, bounds, entries_of

if TYPE_CHECKING:
    from whence.store.neo4j.snapshot import Reading

MOST_RENAMES: Final = 16
"""How many times in a row a uid may have been replaced before we stop following: a circle would be a defect of the merge."""
_LOOKED_AT: Final = 64

THERE: Final = "MATCH (n:Entity {id: $id}) RETURN true"


def current(reading: Reading, uid: str) -> str:
    """The uid itself when there is such a node, else what replaced it, else itself."""
    return uid if reading.row(THERE, id=key_of(uid)) else successors(reading, [uid]).get(uid, uid)


def successors(reading: Reading, uids: Iterable[str]) -> dict[str, str]:
    """What replaced these uids, at last: only those that were replaced."""
    now = {uid: uid for uid in uids}
    pending = set(now)
    for _ in range(MOST_RENAMES):
        found = _next(reading, sorted({now[uid] for uid in pending}))
        pending = {uid for uid in pending if now[uid] in found}
        if not pending:
            break
        now |= {uid: found[now[uid]] for uid in pending}
    return {uid: new for uid, new in now.items() if new != uid}


def _next(reading: Reading, uids: list[str]) -> dict[str, str]:
    """One step: of those uids that were replaced, by what."""
    scans = [Scan(ALIAS, uid, reverse=True) for uid in uids]
    asked = [[number, *bounds(scan)] for number, scan in enumerate(scans)]
    replaced: dict[str, str] = {}
    for number, rows in reading.collected(SCAN_BACK, asked=asked, limit=_LOOKED_AT) if asked else ():
        newest = next(entries_of(scans[number], rows), None)
        found = attempt_answering(uids[number], partial(_run_record, reading)) if newest is None else newest.uid
        if found is not None:
            replaced[uids[number]] = found
    return replaced


def _run_record(reading: Reading, run_id: str) -> RunRecord | None:
    found = reading.collected(RECORDS, keys=[key_of(run_key(run_id))])
    record = decode(found[0][1]) if found else None
    return record if isinstance(record, RunRecord) else None
