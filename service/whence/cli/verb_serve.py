"""`whence serve`: the service, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output, print_json, visible
from whence.errors import BadRequest
from whence.settings import SETTINGS, Settings, default_keys_file, from_environment, with_texts


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

    Open to this machine alone as long as there is no key; with one (whence keys create), everybody needs one. On an address that others
    reach it starts only with a key. What is taken in when it is stopped is written first.
    """
    settings = with_texts(from_environment(), flags)
    keys_file = default_keys_file()
    from whence.api.access import asks_for_keys

    closed = asks_for_keys(settings, keys_file)
    if not closed and not settings.is_loopback:
        raise BadRequest(
            f"Whoever reaches {settings.host} could read and write everything: there the service needs a key.",
            hint="Make one: whence keys create NAME --scope write (or set WHENCE_API_KEYS). Without --host only this machine reaches it.",
        )
    from whence.api import logs, server

    logs.configure()
    bound = server.listen(settings.host, settings.port)
    url = server.url_of(bound)
    server.serve(settings, bound, lambda: _announce(settings, url, output, closed=closed), keys_file=keys_file)


serve.epilog = (
    examples(
        "whence serve",
        "whence serve --port 9000 --store sqlite:///whence.db",
        "whence serve --host 0.0.0.0  # after: whence keys create NAME --scope write",
    )
    + "\n\n"
    + _other_settings()
)


def _announce(settings: Settings, url: str, output: Output, *, closed: bool) -> None:
    if output.json:
        print_json({"url": url, "store": settings.store_url})
    elif output.quiet:
        click.echo(url)
    else:
        click.echo(f"whence is at   {click.style(url, bold=True)}")
        click.echo(f"its store is   {visible(settings.store_url)}")
        click.echo(f"send events    OPENLINEAGE_URL={url}{' OPENLINEAGE_API_KEY=KEY' if closed else ''}")
        click.echo(f"open to        {'who has a key: whence keys list' if closed else 'this machine, without a key'}")
        click.echo("stop           Ctrl-C")
