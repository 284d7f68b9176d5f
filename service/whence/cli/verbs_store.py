"""`whence verify`, `rebuild` and `migrate`: the store itself, which must be opened here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import EXIT_NO, Output, print_json
from whence.settings import from_environment

F = TypeVar("F", bound=Callable[..., Any])


def on_store(function: F) -> F:
    """Give a verb --store, --json and --quiet; `store` is the URL to open, by default the service's."""

    @functools.wraps(function)
    def opened(*args: Any, store: str | None, **rest: Any) -> Any:
        return function(*args, store=store or from_environment().store_url, **rest)

    option = click.option(
        "--store", metavar="URL", help="The store. [env: WHENCE_STORE; default: in the user data folder]"
    )
    return option(output_options("Print nothing: the exit code is the answer.")(opened))  # type: ignore[return-value]


@click.command("verify", short_help="Replay the log and compare the graph with it.")
@click.option(
    "--lines",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the graph's lines, a node or an edge each: their SHA-256 is the digest.",
)
@on_store
def verify(store: str, lines: Path | None, output: Output) -> None:
    """Build the graph once more from the log, beside the store, and compare. Changes nothing.

    Exit 0: they are equal; 1: they differ, with up to 20 nodes and edges that do, and in what. Takes about as long as taking in the events did.
    """
    import msgspec

    from whence.cli import store_work
    from whence.cli.text_verify import difference_lines

    result = store_work.verify(store, lines)
    if output.json:
        print_json(msgspec.to_builtins(result))
    elif not output.quiet:
        click.echo(f"graph    {result.digest}\nreplayed {result.replayed}")
        for line in difference_lines(result.differences):
            click.echo(line)
        click.echo(f"{'Equal' if result.equal else 'Not equal'}: {result.events:,} events replayed.")
        if not result.equal:
            click.echo("To build the graph anew from the log: whence rebuild")
    if not result.equal:
        click.get_current_context().exit(EXIT_NO)


verify.epilog = examples(
    "whence verify --store sqlite:///whence.db",
    "whence verify --json",
    "whence verify --lines graph.ndjson",
)


@click.command("rebuild", short_help="Build the graph anew from the log.")
@on_store
def rebuild(store: str, output: Output) -> None:
    """Build the graph anew from the log, beside the old one, then swap. Nothing else may write to the store meanwhile.

    Needed after an update that reads events in a new way; whence migrate --check says when.
    """
    from whence.cli import store_work

    events = store_work.rebuild(store)
    if output.json:
        print_json({"store": store, "events": events})
    elif not output.quiet:
        click.echo(f"Rebuilt {store} from {events:,} events.")


rebuild.epilog = examples("whence rebuild --store sqlite:///whence.db")


@click.command("migrate", short_help="Bring a store to this release's form.")
@click.option("--check", is_flag=True, help="Only say whether it is needed: exit 1 if so.")
@click.option("--to", metavar="URL", hidden=True, help="Copy everything to another store.")
@on_store
def migrate(store: str, check: bool, to: str | None, output: Output) -> None:
    """Bring a store to the form that this release writes, making it if it is not there. Does nothing when it has it already."""
    if to:
        raise click.UsageError("Copying to another store is not there yet: it comes with the next release.")
    from whence.cli import store_work

    current, needed = store_work.migrate(store, check=check)
    if output.json:
        print_json({"store": store, "current": current, "needed": list(needed)})
    elif not output.quiet:
        click.echo(f"{store} is current." if current else f"{store} needs: {', '.join(needed)}.")
    if not current:
        click.get_current_context().exit(EXIT_NO)


migrate.epilog = examples("whence migrate --check", "whence migrate --store sqlite:///whence.db")
