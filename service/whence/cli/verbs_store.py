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


@click.command("migrate", short_help="Bring a store to this release's form, or to another place.")
@click.option("--check", is_flag=True, help="Only say whether it is needed: exit 1 if so.")
@click.option("--to", metavar="URL", help="Copy everything to this other store, and compare the two.")
@on_store
def migrate(store: str, check: bool, to: str | None, output: Output) -> None:
    """Bring a store to the form that this release writes, making it if it is not there. Does nothing when it has it already.

    With --to the log, rejected events included, is copied to another store and the graph is built there anew. The store itself is only read. Exit 0: both
    graphs have the same digest; 1: they differ. Run again, it goes on from where it was cut off, and brings what came since. The other store has to be
    empty, or to hold the beginning of the same log.
    """
    from whence.cli import store_work

    if to:
        if check:
            raise click.UsageError("--check looks at a store and --to fills another: one of the two.")
        _copy(store, to, output)
        return
    current, needed = store_work.migrate(store, check=check)
    if output.json:
        print_json({"store": store, "current": current, "needed": list(needed)})
    elif not output.quiet:
        click.echo(f"{store} is current." if current else f"{store} needs: {', '.join(needed)}.")
    if not current:
        click.get_current_context().exit(EXIT_NO)


migrate.epilog = examples(
    "whence migrate --check",
    "whence migrate --store sqlite:///whence.db",
    "whence migrate --store sqlite:///whence.db --to neo4j://127.0.0.1:7687",
)


def _copy(store: str, to: str, output: Output) -> None:
    import msgspec

    from whence.cli import store_work
    from whence.cli.copying import lines_of, progress

    with progress(quiet=output.quiet) as watch:
        done = store_work.copy_to(store, to, watch)
    if output.json:
        told = msgspec.to_builtins(done)
        del told["copied"]
        print_json({"store": store, "to": to, **told})
    elif not output.quiet:
        for line in lines_of(done, store, to):
            click.echo(line)
    if done.equal is False:
        click.get_current_context().exit(EXIT_NO)
