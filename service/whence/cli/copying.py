"""What `whence migrate --to` shows: how far it is, and how it ended."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from whence.ingest import Transfer


def lines_of(done: Transfer, store: str, to: str) -> list[str]:
    """The outcome for a person: what the other store holds, and whether it is the same graph."""
    there = f"{to} holds {done.events:,} events ({done.copied:,} of them new) and {done.rejected:,} rejected."
    if done.equal:
        return [there, f"Equal: both graphs have the digest {done.digest}."]
    if done.equal is None:
        return [
            there,
            f"Not compared: the graph of {store} was built by the rules of another release, that of {to} by this one's.",
            f"To compare the copy with its log: {_verify(to)}",
        ]
    return [
        there,
        f"Not equal: the graph of {to} has the digest {done.digest}, that of {store} another.",
        f"To see which of the two is not what its log gives: {_verify(store)}, {_verify(to)}",
    ]


def _verify(store: str) -> str:
    return shlex.join(["whence", "verify", "--store", store])


def progress_line(there: int, everything: int, new: int, seconds: float) -> str:
    """Counts, and the rate at which `new` events came in so many seconds."""
    rate = f", {new / seconds:,.0f} a second" if new and seconds > 0 else ""
    return f"{there:,} of {everything:,} events{rate}" if there < everything else f"{there:,} events; comparing …"


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """On a terminal a line that counts, on standard error; else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _there, _everything: None
        return
    from whence.cli.output import console

    with console(error=True).status("reading …") as status:
        since = time.monotonic()
        first: int | None = None

        def show(there: int, everything: int) -> None:
            nonlocal first
            first = there if first is None else first
            status.update(progress_line(there, everything, there - first, time.monotonic() - since))

        yield show
