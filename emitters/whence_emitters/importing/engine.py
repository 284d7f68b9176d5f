"""Import one source: read, leave out what is known, send the rest in batches, remember what was acknowledged."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence_emitters.importing.cursor import fingerprint
from whence_emitters.importing.times import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from whence_emitters.importing.contract import Importer, Reading, Record
    from whence_emitters.importing.cursor import Cursor
    from whence_emitters.importing.destination import Destination

BATCH_EVENTS = 200
_REFUSALS_KEPT = 100


@dataclass(slots=True)
class Imported:
    """What one import did, in records but for `events`. `refused` holds (record, reason) of the first hundred."""

    read: int = 0
    unchanged: int = 0
    sent: int = 0
    events: int = 0
    refused_records: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    limited: bool = False
    seconds: float = 0.0


@dataclass(slots=True)
class _Batch:
    records: list[tuple[Record, bytes]] = field(default_factory=list)
    events: int = 0


def run_import(
    importer: Importer, reading: Reading, cursor: Cursor, destination: Destination, *,
    limit: int | None = None, progress: Callable[[Imported], None] = lambda _so_far: None,
) -> Imported:  # fmt: skip
    """Import a source to its end, or until `limit` records were sent.

    Raises `SourceError` when the source cannot be used and `DestinationError` when the service is away; what was acknowledged before
    is remembered.
    """
    begun = time.monotonic()
    done, batch = Imported(), _Batch()
    for record in _changed(importer, reading, cursor, done):
        if limit is not None and done.sent + done.refused_records + len(batch.records) >= limit:
            done.limited = True
            break
        batch.records.append(record)
        batch.events += len(record[0].events)
        if batch.events >= BATCH_EVENTS:
            _send(batch, cursor, destination, done)
            batch = _Batch()
            done.seconds = time.monotonic() - begun
            progress(done)
    _send(batch, cursor, destination, done)
    done.read += reading.skipped
    done.unchanged += reading.skipped
    done.seconds = time.monotonic() - begun
    return done


def _changed(importer: Importer, reading: Reading, cursor: Cursor, done: Imported) -> Iterator[tuple[Record, bytes]]:
    reading.known = cursor.stamp
    for record in importer.read(reading):
        done.read += 1
        if reading.since is not None and not _reaches(record, reading.since):
            continue
        made = b"" if record.stamp_tells_all else fingerprint(record)
        known = cursor.holds(record.key, made) if made else cursor.stamp(record.key) == record.stamp
        if known:
            done.unchanged += 1
        else:
            yield record, made


def _reaches(record: Record, since: datetime) -> bool:
    return any(parse(event["eventTime"]) >= since for event in record.events)


def _send(batch: _Batch, cursor: Cursor, destination: Destination, done: Imported) -> None:
    events = [event for record, _made in batch.records for event in record.events]
    if not batch.records:
        return
    refused = destination.send(events) if events else {}
    acknowledged, place = [], 0
    for record, made in batch.records:
        reasons = [refused[at] for at in range(place, place + len(record.events)) if at in refused]
        place += len(record.events)
        if reasons:
            done.refused_records += 1
            if len(done.refused) < _REFUSALS_KEPT:
                done.refused.append((record.key, reasons[0]))
        else:
            acknowledged.append((record.key, record.stamp, made))
    cursor.done(acknowledged)
    done.sent += len(acknowledged)
    done.events += len(events) - len(refused)
