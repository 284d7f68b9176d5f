"""The `whence` command: its verbs, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from whence import __version__
from whence.cli.closing_quiet import ARGUMENTS
from whence.cli.examples import examples
from whence.cli.output import EXIT_ANSWERED, EXIT_INTERRUPTED, EXIT_NOT_ANSWERED, Output, exit_code, print_error
from whence.cli.verb_demo import demo
from whence.cli.verb_export import export
from whence.cli.verb_ingest import ingest
from whence.cli.verb_serve import serve
from whence.cli.verb_unaccounted import unaccounted
from whence.cli.verbs_about import schema, version
from whence.cli.verbs_keys import keys
from whence.cli.verbs_list import events, find, show, stats, versions
from whence.cli.verbs_look import focus, lineage_map
from whence.cli.verbs_rejected import rejected
from whence.cli.verbs_store import migrate, rebuild, verify
from whence.cli.verbs_use import data, models, path
from whence.cli.verbs_walk import impact, provenance
from whence.errors import WhenceError

SECTIONS: tuple[tuple[str, tuple[click.Command, ...]], ...] = (
    ("Start", (serve, demo, ingest)),
    ("Ask", (provenance, impact, models, data, path, focus, lineage_map, show, versions, find, unaccounted, export)),
    ("Look at the log", (events, stats, rejected)),
    ("Look after the store", (verify, rebuild, migrate)),
    ("Let others in", (keys,)),
    ("About", (schema, version)),
)


class Whence(click.Group):
    """Turns our errors into a message, a hint and an exit code, and lists verbs by what they are for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WhenceError as error:
            if os.environ.get("WHENCE_DEBUG"):
                raise
            print_error(error, Output(json="--json" in ctx.meta[ARGUMENTS]))
            ctx.exit(exit_code(error))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, verbs in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(str(verb.name), verb.get_short_help_str(80)) for verb in verbs])


@click.group(
    "whence",
    cls=Whence,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=examples("whence demo", "whence provenance ./model.pkl", "whence serve"),
)
@click.version_option(__version__, message="whence %(version)s")
def whence() -> None:
    """Where did this dataset, model or artifact come from, and what came from it?

    Verbs ask the service at --url (WHENCE_URL) or open the store at --store (WHENCE_STORE); with neither, the service on this machine if it
    runs, else the default store. whence VERB --help explains a verb.
    """


for _, _verbs in SECTIONS:
    for _verb in _verbs:
        whence.add_command(_verb)


def main(arguments: Iterable[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 answered, 1 answered no, 2 wrong question, 3 not answered, 130 interrupted."""
    try:
        code = whence.main(
            args=None if arguments is None else list(arguments), prog_name="whence", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_ANSWERED
    except Exception:
        if os.environ.get("WHENCE_DEBUG"):
            raise
        click.echo("error: whence made a mistake of its own.", err=True)
        click.echo("hint: Run it again with WHENCE_DEBUG=1 for the details, and report them.", err=True)
        code = EXIT_NOT_ANSWERED
    sys.exit(code)
