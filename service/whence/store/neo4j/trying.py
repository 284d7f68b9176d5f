"""Work that is tried again while what stopped it passes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable

from whence.store.neo4j.errors import passes

T = TypeVar("T")

PATIENCE_SECONDS: Final = 5.0
"""For deadlocks, races and elections."""
MIGRATING_SECONDS: Final = 60.0
"""For constraints and indexes: two who make them at once block each other until the server's lock timeout."""
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5


def until_it_passes(work: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """What `work` returns. Called again after an error that passes: once when the server can't be reached, since a connection may have died unused;
    for `seconds` when it answers. Raises what the driver raised last."""
    give_up = time.monotonic() + seconds
    pause = _FIRST_PAUSE
    unreachable = 0
    while True:
        try:
            return work()
        except (DriverError, Neo4jError) as error:
            unreachable += isinstance(error, ServiceUnavailable)
            if not passes(error) or unreachable > 1 or time.monotonic() >= give_up:
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  so that two do not meet again
        pause = min(2 * pause, _LONGEST_PAUSE)
