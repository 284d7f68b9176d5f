"""How long the import of a long history takes, and how much memory: for the benches of the systems."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whence_emitters.importing import import_history


class Counted:
    """A destination that counts what it is sent, and throws it away."""

    name = "counted"

    def __init__(self) -> None:
        self.events = 0

    def send(self, events: Sequence[Any]) -> dict[int, str]:
        self.events += len(events)
        return {}


@dataclass(frozen=True, slots=True)
class Timed:
    """One import: records and events, seconds by the clock and of the processor, MiB at most and before."""

    what: str
    read: int
    sent: int
    events: int
    seconds: float
    worked: float
    mebibytes: float
    before: float


def timed(system: str, location: Path, cursors: Path) -> Iterator[Timed]:
    """Import it twice: the second sends nothing. `cursors`: a new folder for the memory of imports."""
    os.environ["WHENCE_CURSORS"] = str(cursors)
    before = _mebibytes()
    for what in ("first import", "again"):
        counted, begun, worked = Counted(), time.monotonic(), time.process_time()
        done, _reading = import_history(system, str(location), destination=counted)
        seconds, worked = time.monotonic() - begun, time.process_time() - worked
        yield Timed(what, done.read, done.sent, counted.events, seconds, worked, _mebibytes(), before)


def say_times(system: str, location: Path, cursors: Path) -> None:
    """Print a line on each of the two."""
    for one in timed(system, location, cursors):
        print(f"{one.what}: {one.read:,} records, {one.sent:,} sent, {one.events:,} events, {one.seconds:.1f} s ({one.worked:.1f} s of CPU), "
              f"{one.read / one.seconds:,.0f}/s, at most {one.mebibytes:,.0f} MiB of memory ({one.before:,.0f} before)")  # fmt: skip


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
