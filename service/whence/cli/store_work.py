"""What `verify`, `rebuild`, `migrate` and `migrate --to` do with a store that is opened here."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from whence.cli.sqlite_files import path_to_rebuild, remove, swap, written_by_nobody
from whence.errors import BadRequest
from whence.ingest import Transfer, Verification, copy_log, graph_lines, transfer
from whence.ingest import verify as compare
from whence.model.answers import LogFilter
from whence.store import Store, open_store
from whence.store.port import PROJECTION, LogState, NotMigrated


def verify(store: str, lines: Path | None = None) -> Verification:
    """Replay the log into a store of its own, in a temporary folder, and compare the graphs. The lines that the graph's digest is made of go to the file `lines`.

    Raises BadRequest when that file can't be written.
    """
    return asyncio.run(_verify(store, lines))


def rebuild(store: str) -> int:
    """Build the graph anew and swap it in; how many events there were. Raises BadRequest for a store that is no file, StoreUnavailable while another writes."""
    return asyncio.run(_rebuild(store))


def migrate(store: str, *, check: bool) -> tuple[bool, tuple[str, ...]]:
    """Whether the store is current, after bringing it up to date unless `check`, and the commands that are still needed."""
    return asyncio.run(_migrate(store, check=check))


def copy_to(store: str, to: str, watch: Callable[[int, int], None]) -> Transfer:
    """Copy the log of a store into another and build the graph there; `watch` is told how many events are there, and how many there are to be.

    Raises BadRequest when the other holds another log or keeps nothing, StoreUnavailable when one of the two is written to meanwhile.
    """
    return asyncio.run(_copy_to(store, to, watch))


async def _verify(store: str, lines: Path | None) -> Verification:
    with tempfile.TemporaryDirectory(prefix="whence-verify-") as folder:
        async with (
            open_store(store, read_only=True) as here,
            open_store(f"sqlite:///{Path(folder, 'replayed.db')}") as fresh,
        ):
            await fresh.migrate()
            found = await compare(here, fresh)
            if lines is not None:
                await _write_lines(here, lines)
            return found


async def _write_lines(store: Store, path: Path) -> None:
    async with graph_lines(store) as found:
        try:
            with path.open("wb") as file:
                file.writelines(line + b"\n" for line in found)
        except OSError as error:
            raise BadRequest(f"{path} can't be written: {error.strerror}.") from None


async def _rebuild(store: str) -> int:
    path = path_to_rebuild(store)
    fresh = path.with_name(path.name + ".rebuilt")
    async with open_store(store, read_only=True) as old:
        await _state(old)
    with written_by_nobody(path):
        remove(fresh)
        async with open_store(store, read_only=True) as old, open_store(f"sqlite:///{fresh}") as new:
            await new.migrate()
            events = await copy_log(old, new)
        swap(fresh, path)
    return events


async def _migrate(store: str, *, check: bool) -> tuple[bool, tuple[str, ...]]:
    """(whether it is current now, commands that are still needed)."""

    async with open_store(store, read_only=check) as opened:
        if not check:
            await opened.migrate()
        try:
            state = await _state(opened)
        except NotMigrated:
            if not check:
                raise
            return False, ("whence migrate",)
    return (True, ()) if state.projection == PROJECTION else (False, ("whence rebuild",))


async def _copy_to(store: str, to: str, watch: Callable[[int, int], None]) -> Transfer:
    if to.startswith("memory:"):
        raise BadRequest("A store in memory is gone with this command.", hint="Name a file or a Neo4j with --to.")
    async with open_store(store, read_only=True) as source, open_store(to) as target:
        await _state(source)
        await target.migrate()
        return await transfer(source, target, watch)


async def _state(store: Store) -> LogState:
    return (await store.events(LogFilter(bodies=False), first=1)).state
