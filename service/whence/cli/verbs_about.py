"""`whence schema` and `version`."""

from __future__ import annotations

import click

from whence import __version__
from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output, print_json


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
