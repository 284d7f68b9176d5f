"""`whence ingest`: events from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import click

from whence.cli.examples import examples
from whence.cli.output import EXIT_INTERRUPTED, EXIT_USAGE, print_json, visible
from whence.cli.question import Question, asking

if TYPE_CHECKING:
    from whence.cli.event_files import Found, Unreadable
    from whence.cli.senders import Sender


class Progress(Protocol):
    """Shows how far it is."""

    def __call__(self, tally: Tally) -> None: ...


@dataclass(slots=True)
class Tally:
    """What became of the events so far. A file that holds no events counts as one rejected."""

    received: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)

    def line(self) -> str:
        """The last line that `whence ingest` prints."""
        return (
            f"received {self.received} accepted {self.accepted} duplicates {self.duplicates} rejected {self.rejected}"
        )

    def reject(self, place: str, code: str, reason: str) -> None:
        self.rejected += 1
        self.failures.append({"place": place, "code": code, "reason": reason})
        click.echo(f"{click.style('rejected', fg='red')} {visible(place)}: {visible(reason)}", err=True)


@click.command("ingest", short_help="Take in events from a file, a folder or standard input.")
@click.argument("source", metavar="FILE|DIR|-")
@click.option("--continue", "go_on", is_flag=True, help="Go on after a rejected event or file, instead of stopping.")
@asking(quiet="Print the last line only: no progress.")
def ingest(question: Question, source: str, go_on: bool) -> None:
    """Take in OpenLineage events from a file, a folder or standard input.

    Reads .json, .ndjson and .jsonl, each also with .gz: one event, an array of events, or one event a line. Sends them in batches of up to 200.
    Repeats are harmless. A rejected event is kept with its reason (whence rejected list) and stops the command after its batch, with exit 2.
    """
    from whence.cli.event_files import events_in, files_below
    from whence.cli.senders import sender

    files = files_below(source)
    tally = Tally()
    stopped = interrupted = False
    try:
        with sender(question.where, question.settings) as target, _progress(question) as progress:
            stopped = not _send_all(events_in(files), target, tally, progress, go_on=go_on)
    except KeyboardInterrupt:
        interrupted = True
        click.echo("interrupted: what is counted below is kept, sending the same again is harmless", err=True)
    finally:
        _report(question, tally)
    if interrupted:
        click.get_current_context().exit(EXIT_INTERRUPTED)
    if stopped or tally.rejected:
        click.get_current_context().exit(EXIT_USAGE)


ingest.epilog = examples(
    "whence ingest events.ndjson",
    "whence ingest ./events --continue --url http://127.0.0.1:8760",
    "zcat events.ndjson.gz | whence ingest -",
)


def _send_all(
    found: Iterable[Found | Unreadable], target: Sender, tally: Tally, progress: Progress, *, go_on: bool
) -> bool:
    """Send batch by batch. False when it stopped at a rejected event or file."""
    for batch in _batches(found):
        _send(batch, target, tally)
        progress(tally)
        if tally.rejected and not go_on:
            return False
    return True


def _send(batch: list[Found] | Unreadable, target: Sender, tally: Tally) -> None:
    if not isinstance(batch, list):
        tally.received += 1
        tally.reject(batch.place, batch.error.code, batch.error.message)
        return
    result = target.send([each.body for each in batch])
    tally.received += result.received
    tally.accepted += result.accepted
    tally.duplicates += result.duplicates
    for failure in result.failures:
        tally.reject(batch[failure.index].place, failure.code, failure.reason)


def _batches(found: Iterable[Found | Unreadable]) -> Iterator[list[Found] | Unreadable]:
    from whence.cli.event_files import Unreadable
    from whence.cli.senders import BATCH_BYTES, BATCH_EVENTS

    batch: list[Found] = []
    size = 0
    for each in found:
        if isinstance(each, Unreadable):
            if batch:
                yield batch
            yield each
            batch, size = [], 0
            continue
        if batch and (len(batch) >= BATCH_EVENTS or size + len(each.body) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += len(each.body)
    if batch:
        yield batch


def _report(question: Question, tally: Tally) -> None:
    if question.output.json:
        counts = {
            "received": tally.received,
            "accepted": tally.accepted,
            "duplicates": tally.duplicates,
            "rejected": tally.rejected,
        }
        print_json(counts | {"failures": tally.failures})
    else:
        click.echo(tally.line())


@contextmanager
def _progress(question: Question) -> Iterator[Progress]:
    """On a terminal a line that counts, on standard error; else nothing."""
    import sys

    if question.output.quiet or not sys.stderr.isatty():
        yield lambda tally: None
        return
    from whence.cli.output import console

    with console(error=True).status("reading …") as status:
        yield lambda tally: status.update(tally.line())
