"""The graphs of logs that do not change, by digest, with the number of the projection that they were made with.

A change of facts or merge that changes one of these graphs, and so perhaps somebody's, must raise PROJECTION: stores built before are then rebuilt.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from whence.ingest import graph_digest
from whence.store.memory import MemoryStore
from whence.testing.harness import put

FILE: Final = Path(__file__).parent / "digests.json"
Kept = dict[str, dict[str, str | int]]
REFRESH: Final = "WHENCE_REWRITE_GOLDEN=1 .venv/bin/pytest tests/golden"


@dataclass(frozen=True)
class Golden:
    """`events`: SHA-256 over the events, `graph`: the digest of their graph."""

    events: str
    graph: str


def golden_of(bodies: Sequence[bytes]) -> Golden:
    """Of one log: its events are put as one batch."""
    events = hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).hexdigest()
    return Golden(events, asyncio.run(_digest(bodies)))


async def _digest(bodies: Sequence[bytes]) -> str:
    async with MemoryStore() as store:
        await put(store, *bodies)
        return await graph_digest(store)


def complaint(kept: Kept, projection: int, found: Mapping[str, Golden]) -> str | None:
    """What is wrong with the digests that are kept, or None. Logs that were not found now are left alone: the corpus is not everywhere."""
    changed = changed_graphs(kept, projection, found)
    if changed:
        return (
            f"The graph of the same events is another than before: {', '.join(changed)}. Where that is meant, stores have to be rebuilt: "
            f"raise PROJECTION in service/whence/store/port.py, then: {REFRESH}"
        )
    stale = sorted(name for name, golden in found.items() if kept.get(name) != _kept(golden, projection))
    if stale:
        return f"These are of another projection than {projection}, new, or of other events: {', '.join(stale)}. Refresh: {REFRESH}"
    return None


def changed_graphs(kept: Kept, projection: int, found: Mapping[str, Golden]) -> list[str]:
    """Names of logs with the events and the projection of then and another graph."""
    return sorted(
        name
        for name, golden in found.items()
        if name in kept and kept[name] != _kept(golden, projection) == {**kept[name], "graph": golden.graph}
    )


def refreshed(kept: Kept, projection: int, found: Mapping[str, Golden], gone: Iterable[str]) -> Kept:
    """The digests as they should be: those found now, and those kept that are not `gone`. Raises AssertionError where PROJECTION has to be raised first."""
    assert not changed_graphs(kept, projection, found), complaint(kept, projection, found)
    others = {name: each for name, each in kept.items() if name not in gone}
    return dict(sorted((others | {name: _kept(golden, projection) for name, golden in found.items()}).items()))


def read() -> Kept:
    found: Kept = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def write(kept: Kept) -> None:
    FILE.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def _kept(golden: Golden, projection: int) -> dict[str, str | int]:
    return {"projection": projection, "events": golden.events, "graph": golden.graph}
