"""`whence-emit import`: bring in what another system recorded."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from whence_emitters.cli.verb import INTERRUPTED, NOT_ALL, OK, Verbs, add_output_options, add_verb, say, tell
from whence_emitters.errors import UsageError
from whence_emitters.importing.registry import SYSTEMS, importer_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from whence_emitters.importing.contract import Importer, Reading
    from whence_emitters.importing.destination import Destination
    from whence_emitters.importing.engine import Imported

_PROGRESS_SECONDS = 1.0
_SHOWN = 10


def add(verbs: Verbs) -> None:
    """Add the verb, with one parser a system; a system's module is loaded when its parser is used."""
    verb = add_verb(verbs, "import", "import the history that another system holds: again at any time, only what changed is sent",
                    _import, "whence-emit import dvc . --dry-run")  # fmt: skip
    verb.usage = "whence-emit import SYSTEM SOURCE [--dry-run | --print] [--since T] [--limit N] [--again] [--json]"
    systems = verb.add_subparsers(
        title="systems",
        prog="whence-emit import",
        required=True,
        metavar="SYSTEM",
        dest="system",
        parser_class=_SystemParser,
    )
    for name, system in SYSTEMS.items():
        systems.add_parser(name, help=system.reads, allow_abbrev=False)


class _SystemParser(argparse.ArgumentParser):
    """The options of one system, added when they are needed."""

    _filled = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Load the system, then parse."""
        if not self._filled:
            self._filled = True
            self._fill(importer_of(self.prog.split()[-1]))
        return super().parse_known_args(args, namespace)

    def _fill(self, importer: Importer) -> None:
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self.description = f"Import the history of {importer.source}. The source is only read."
        self.epilog = f"example:  {importer.example}"
        self.add_argument("source", metavar="SOURCE", help=importer.source)
        shown = self.add_mutually_exclusive_group()
        shown.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
        shown.add_argument("--print", action="store_true", help="print the events, a line of JSON each, and send nothing: for `whence ingest -`")  # fmt: skip
        self.add_argument("--since", metavar="T", help="only records with an event at or after this time (ISO 8601; UTC when it has no zone)")  # fmt: skip
        self.add_argument("--limit", metavar="N", type=_count, help="send at most so many records; the next import goes on from there")  # fmt: skip
        self.add_argument("--again", action="store_true", help="forget what was imported and send everything; what the service knows already changes nothing")  # fmt: skip
        add_output_options(self)
        add_system_options(self, importer)
        self.set_defaults(importer=importer)


def add_system_options(parser: argparse.ArgumentParser, importer: Importer) -> None:
    """Add the options of one system's own."""
    for option in importer.options:
        if option.metavar is None:
            parser.add_argument(f"--{option.name}", action="store_true", help=option.help)
        elif option.many:
            parser.add_argument(
                f"--{option.name}", metavar=option.metavar, help=option.help, action="append", default=[]
            )
        else:
            parser.add_argument(f"--{option.name}", metavar=option.metavar, help=option.help)


def _import(parsed: argparse.Namespace) -> int:
    from whence_emitters.importing.destination import Lines
    from whence_emitters.importing.history import import_history

    importer: Importer = parsed.importer
    show: Destination | None = Lines(sys.stdout) if parsed.print else _Nowhere() if parsed.dry_run else None
    progress = _Progress(parsed.system, quiet=parsed.quiet)
    try:
        done, reading = import_history(
            parsed.system, parsed.source,
            since=_since(parsed.since), limit=parsed.limit,
            options={option.name: getattr(parsed, option.name.replace("-", "_")) for option in importer.options},
            show=show, again=parsed.again, progress=progress,
        )  # fmt: skip
    except KeyboardInterrupt:
        tell(f"whence-emit: stopped after {progress.sent:,} records; the next import goes on from there")
        return INTERRUPTED
    _answer(parsed, done, reading)
    return NOT_ALL if done.refused_records or reading.damaged else OK


def _answer(parsed: argparse.Namespace, done: Imported, reading: Reading) -> None:
    if parsed.quiet:
        return
    out = tell if parsed.print else say
    if parsed.json:
        out(json.dumps(_as_json(parsed, done, reading)))
        return
    verb = "would be sent" if parsed.dry_run else "printed" if parsed.print else "sent"
    rate = f", {done.read / done.seconds:,.0f} records/s" if done.seconds > 0.1 else ""
    out(
        f"{parsed.system}: {done.read:,} records read, {done.sent:,} {verb} as {done.events:,} events, "
        f"{done.unchanged:,} unchanged, {done.refused_records:,} refused, {len(reading.damaged):,} unreadable{rate}"
    )
    if done.limited:
        out(f"  stopped at --limit {parsed.limit:,}; there is more")
    for title, pairs in (("refused", done.refused), ("unreadable", reading.damaged)):
        for what, why in pairs[:_SHOWN]:
            out(f"  {title}: {what}: {why}")
        if len(pairs) > _SHOWN:
            out(f"  {title}: {len(pairs) - _SHOWN:,} more (--json lists them)")
    for (what, why), times in reading.missing.items():
        out(f"  not told by the source: {what}: {why}" + (f" ({times:,} times)" if times > 1 else ""))


def _as_json(parsed: argparse.Namespace, done: Imported, reading: Reading) -> dict[str, Any]:
    return {
        "system": parsed.system,
        "read": done.read,
        "sent": done.sent,
        "events": done.events,
        "unchanged": done.unchanged,
        "refused": [{"record": what, "reason": why} for what, why in done.refused],
        "unreadable": [{"what": what, "why": why} for what, why in reading.damaged],
        "missing": [{"what": what, "why": why, "times": n} for (what, why), n in reading.missing.items()],
        "limited": done.limited,
        "dryRun": bool(parsed.dry_run),
        "seconds": round(done.seconds, 3),
    }


class _Nowhere:
    name = "nowhere"

    def send(self, _events: Sequence[Any]) -> dict[int, str]:
        return {}


class _Progress:
    """Counts and rate on standard error, once a second, when somebody looks."""

    def __init__(self, system: str, *, quiet: bool) -> None:
        self.sent = 0
        self._system = system
        self._shown = sys.stderr.isatty() and not quiet
        self._next = time.monotonic() + _PROGRESS_SECONDS

    def __call__(self, done: Imported) -> None:
        self.sent = done.sent
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_SECONDS
            rate = done.read / done.seconds if done.seconds else 0.0
            sys.stderr.write(
                f"\r{self._system}: {done.read:,} read, {done.sent:,} sent, {done.unchanged:,} unchanged, {rate:,.0f}/s\x1b[K"
            )
            sys.stderr.flush()


def _since(text: str | None) -> datetime | None:
    from whence_emitters.importing.times import parse

    try:
        return parse(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text!r} is no time.", "write it as 2026-11-02 or 2026-11-02T08:30:00Z") from error


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of 1 or more")
    return int(text)
