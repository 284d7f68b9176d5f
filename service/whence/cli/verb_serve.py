"""`whence serve`: the service, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output, print_json, visible
from whence.errors import BadRequest
from whence.settings import SETTINGS, Settings, from_environment, with_texts


def setting_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for each setting that has one; its help is the setting's meaning."""
    for setting in reversed(SETTINGS):
        if setting.flag:
            told = f"{setting.meaning} [env: {setting.variable}; default: {setting.shown_default}]"
            function = click.option(
                setting.flag, setting.name, metavar=setting.name.rsplit("_", 1)[-1].upper(), help=told
            )(function)
    return function


def _other_settings() -> str:
    """The settings without a flag, for the end of the help."""
    lines = [f"  {setting.variable:<23} {setting.meaning}" for setting in SETTINGS if not setting.flag]
    return "\n".join(["\b", "Only from the environment:", *lines])


@click.command("serve", short_help="Run the service: events in, answers and the page out.")
@setting_options
@output_options("Print the address only.")
def serve(output: Output, **flags: str | None) -> None:
    """Run the service until Ctrl-C: events in at /api/v1/lineage, GraphQL at /graphql, the page at /.

    Listens on this machine only: keys come with the next release. What is taken in when it is stopped is written first.
    """
    settings = with_texts(from_environment(), flags)
    from whence.api.access import refuse_to_serve

    reason = refuse_to_serve(settings)
    if reason:
        raise BadRequest(reason, hint="Or leave out --host: 127.0.0.1 is the default.")
    from whence.api import logs, server

    logs.configure()
    bound = server.listen(settings.host, settings.port)
    url = server.url_of(bound)
    server.serve(settings, bound, lambda: _announce(settings, url, output))


serve.epilog = (
    examples("whence serve", "whence serve --port 9000 --store sqlite:///whence.db") + "\n\n" + _other_settings()
)


def _announce(settings: Settings, url: str, output: Output) -> None:
    if output.json:
        print_json({"url": url, "store": settings.store_url})
    elif output.quiet:
        click.echo(url)
    else:
        click.echo(f"whence is at   {click.style(url, bold=True)}")
        click.echo(f"its store is   {visible(settings.store_url)}")
        click.echo(f"send events    OPENLINEAGE_URL={url}")
        click.echo("stop           Ctrl-C")
