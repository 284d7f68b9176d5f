"""`whence keys create`, `list` and `revoke`: who may ask the service, and send events to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output, print_ids, print_json
from whence.errors import BadRequest, NotFound
from whence.model import instant
from whence.settings import default_keys_file, from_environment

if TYPE_CHECKING:
    from whence.api.keys import Key

_SCOPES = ("read", "write", "admin")
_FROM_ENVIRONMENT = "WHENCE_API_KEYS"


@click.group("keys", short_help="API keys of the service: create, list, revoke.")
def keys() -> None:
    """Who may ask the service of this user on this machine, and send events to it.

    Keys are kept as hashes in keys.json in the user data folder; a running service takes notice at its next request. Those in
    WHENCE_API_KEYS are accepted besides.
    """


@keys.command("create", short_help="Make a key and print it, once.")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(_SCOPES),
    required=True,
    help="What it may do. read: ask questions. write: also send events. admin: also replay rejected events.",
)
@output_options("Print the key only.")
def create(name: str, scope: str, output: Output) -> None:
    """Make a key called NAME and print it. It can't be shown again: only its hash is kept.

    NAME is kept with every event that the key sends. The first key closes the service: from then on everybody needs one, on this machine too.
    """
    import msgspec

    from whence.api.keys import NAME_RULE, Key, new_key, sha256_of
    from whence.api.keys_file import change

    key = new_key()
    fields = {
        "name": name,
        "scope": scope,
        "sha256": sha256_of(key.encode()),
        "created": instant.format(int(time.time()) * instant.NS),
    }
    try:
        made = msgspec.convert(fields, Key)
    except msgspec.ValidationError:
        raise BadRequest("That is no name for a key.", hint=NAME_RULE) from None

    def add(known: tuple[Key, ...]) -> tuple[Key, ...]:
        if any(each.name == name for each in known):
            raise BadRequest(
                f"There is a key called {name} already.",
                hint=f"Take another name, or first revoke that key: whence keys revoke {name}",
            )
        return (*known, made)

    path = default_keys_file()
    change(path, add)
    if output.json:
        print_json({"name": name, "scope": scope, "key": key, "sha256": made.sha256, "created": made.created})
        return
    click.echo(key)
    if not output.quiet:
        click.echo(
            f"\nThis is the key {name} ({scope}). It is not shown again: only its hash is kept, in {path}.", err=True
        )
        click.echo(
            "Clients send it as WHENCE_API_KEY (whence) or OPENLINEAGE_API_KEY (whatever sends events).", err=True
        )
        click.echo(f"Where there is no such file: {_FROM_ENVIRONMENT}={name}:{scope}:{made.sha256}", err=True)


create.epilog = examples(
    "whence keys create ci --scope write", "KEY=$(whence keys create dashboard --scope read --quiet)"
)


@keys.command("list", short_help="List the keys by name and scope.")
@output_options("Print names only, one a line.")
def list_keys(output: Output) -> None:
    """List the keys that a service started here accepts: name, scope, since when, and where it is kept. The keys themselves are nowhere."""
    from whence.api.keys import in_environment
    from whence.api.keys_file import read

    path = default_keys_file()
    found = [_shown(key, str(path)) for key in read(path).keys]
    found += [_shown(key, _FROM_ENVIRONMENT) for key in in_environment(from_environment().api_keys)]
    if output.json:
        print_json(found)
    elif output.quiet:
        print_ids(each["name"] for each in found)
    elif not found:
        click.echo("There are no keys: the service is open to this machine, and to nobody else.")
    else:
        from whence.cli.output import console
        from whence.cli.tables import print_table

        rows = [(each["name"], each["scope"], each["created"] or "", each["source"]) for each in found]
        print_table(console(), ("name", "scope", "created", "kept in"), rows)


list_keys.epilog = examples("whence keys list", "whence keys list --json")


@keys.command("revoke", short_help="Take a key back.")
@click.argument("name")
@output_options("Print nothing: the exit code is the answer.")
def revoke(name: str, output: Output) -> None:
    """Take the key called NAME back: from the next request on it opens nothing. Events that it sent stay, with its name."""
    from whence.api.keys import in_environment
    from whence.api.keys_file import change

    elsewhere = in_environment(from_environment().api_keys)

    def take_out(known: tuple[Key, ...]) -> tuple[Key, ...]:
        left = tuple(key for key in known if key.name != name)
        if left == known:
            raise _no_such_key(name, known, elsewhere)
        return left

    left = change(default_keys_file(), take_out)
    if output.json:
        print_json({"name": name, "left": [key.name for key in left]})
    elif not output.quiet:
        click.echo(f"The key {name} is revoked.")
        if any(key.name == name for key in elsewhere):
            click.echo(f"Another of this name is in {_FROM_ENVIRONMENT}, and stays.", err=True)
        if not left and not elsewhere:
            click.echo(
                "No key is left. A running service lets nobody in until there is one; started again, it is open to this machine.",
                err=True,
            )


revoke.epilog = examples("whence keys revoke ci")


def _no_such_key(name: str, known: tuple[Key, ...], elsewhere: tuple[Key, ...]) -> NotFound:
    if any(key.name == name for key in elsewhere):
        return NotFound(
            f"The key {name} is not kept by whence: it is in {_FROM_ENVIRONMENT}.",
            hint="Take it out there, and start the service again.",
        )
    return NotFound(
        f"There is no key called {name}.", hint="See: whence keys list", suggestions=[key.name for key in known]
    )


def _shown(key: Key, source: str) -> dict[str, Any]:
    return {"name": key.name, "scope": str(key.scope), "created": key.created, "source": source}
