"""`whence schema` and `version`, and one sentence for verbs that a later release brings."""

from __future__ import annotations

import click

from whence import __version__
from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output, print_json
from whence.errors import BadRequest


@click.command("schema", short_help="Print the GraphQL schema.")
@output_options("Print nothing around it.")
def schema(output: Output) -> None:
    """Print the GraphQL schema of the service in its definition language (SDL)."""
    from whence.api.graphql import sdl

    text = sdl()
    if output.json:
        print_json({"sdl": text})
    else:
        click.echo(text.rstrip())


schema.epilog = examples("whence schema > schema.graphql")


@click.command("version", short_help="Print the version.")
@output_options("Print nothing around it.")
def version(output: Output) -> None:
    """Print the version of whence."""
    if output.json:
        print_json({"version": __version__})
    else:
        click.echo(__version__ if output.quiet else f"whence {__version__}")


version.epilog = examples("whence version")


def later(name: str, what: str) -> click.Command:
    """A hidden verb that says in one sentence that it is not there yet, and ends with 2."""

    @click.command(name, hidden=True, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    @click.argument("ignored", nargs=-1, type=click.UNPROCESSED)
    def not_yet(ignored: tuple[str, ...]) -> None:
        raise BadRequest(f"whence {name} is not there yet: {what} comes with the next release.", hint="")

    not_yet.help = f"Not there yet: {what} comes with the next release."
    return not_yet
