"""`whence export`: an answer to take away, with its evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from whence.cli.examples import examples
from whence.cli.options import Moment, moment_options
from whence.cli.question import Question, asking

if TYPE_CHECKING:
    from whence.queries.export import FileDigest

_SECONDS_BETWEEN: Final = 0.1


@click.command("export", short_help="Provenance and impact as files, with the events that prove them.")
@click.argument("ref")
@click.option(
    "-o", "--output", "folder", metavar="DIR", required=True, help="The folder to make; it may be there if it is empty."
)
@moment_options
@asking(quiet="Print the folder only: no progress.")
def export(question: Question, ref: str, folder: str, moment: Moment) -> None:
    """Write all that REF came from and all that came from it into the new folder DIR, as evidence.

    As JSON, CSV and PROV-JSON, with the exact bytes of each event that it rests on, the keys of the log, and a manifest with the SHA-256 of
    each file. Nothing is cut. The same question on the same log gives the same bytes. docs/export.md says how to check it without whence.
    """
    from whence.cli.export_folder import refuse_what_is_there, whole_folder
    from whence.cli.exporting import fetch
    from whence.model import instant
    from whence.queries.export import Question as Asked

    wanted = Path(folder).expanduser()
    refuse_what_is_there(wanted)
    with question.open(moment.as_known) as session:
        sent = session.ref(ref)
    asked = Asked(sent, None if moment.as_of is None else instant.parse(moment.as_of), moment.as_known)
    with whole_folder(wanted) as place, _progress(question) as told:
        manifest = fetch(question.where, question.settings, asked, place, told)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_export import print_manifest

        print_manifest(value, folder)

    question.tell(manifest, ids=lambda _: [str(wanted)], text=text)


export.epilog = examples(
    "whence export ./models/risk-v2.joblib -o risk-v2-evidence",
    "whence export risk@3 --as-known 1200 -o evidence --json",
)


@contextmanager
def _progress(question: Question) -> Iterator[Callable[[FileDigest], None]]:
    """On a terminal a line that counts files and bytes, on standard error; else nothing."""
    import sys

    if question.output.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from whence.cli.output import console

    files = size = 0
    shown = time.monotonic()

    with console(error=True).status(f"asking {question.where.shown} …") as status:

        def told(file: FileDigest) -> None:
            nonlocal files, size, shown
            files, size = files + 1, size + file.size
            if time.monotonic() - shown >= _SECONDS_BETWEEN:
                shown = time.monotonic()
                status.update(f"{files:,} files, {size:,} bytes")

        yield told
