"""How long the import of a long history takes, and how much memory: for the benches of the systems."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Sequence
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


def say_times(system: str, location: Path, cursors: Path) -> None:
    """Import it twice and print a line on each: the second sends nothing. `cursors`: a new folder for the memory of imports."""
    os.environ["WHENCE_CURSORS"] = str(cursors)
    before = _mebibytes()
    for what in ("first import", "again"):
        counted, begun, worked = Counted(), time.monotonic(), time.process_time()
        done, _reading = import_history(system, str(location), destination=counted)
        seconds, processor = time.monotonic() - begun, time.process_time() - worked
        print(f"{what}: {done.read:,} records, {done.sent:,} sent, {counted.events:,} events, {seconds:.1f} s ({processor:.1f} s of CPU), "
              f"{done.read / seconds:,.0f}/s, at most {_mebibytes():,.0f} MiB of memory ({before:,.0f} before)")  # fmt: skip


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
