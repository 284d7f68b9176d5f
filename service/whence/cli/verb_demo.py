"""`whence demo`: run a real pipeline against a service of its own, and ask where its files came from."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from whence.cli.examples import examples
from whence.cli.options import output_options
from whence.cli.output import Output
from whence.errors import BadRequest
from whence.settings import DEFAULT_PORT

_LAST_PORT: Final = DEFAULT_PORT + 100


@click.command("demo", short_help="Run a real pipeline here, and ask where its files came from.")
@click.option(
    "--dir",
    "folder",
    default="./demo",
    show_default=True,
    metavar="DIR",
    help="Folder of the demo's project; made if need be.",
)
@click.option(
    "--store", metavar="URL", help="Keep its events in this store.  [default: whence.db in DIR, started over]"
)
@click.option(
    "--exit",
    "leave",
    is_flag=True,
    help="Stop after the answers. So it does without a terminal, and with CI or DEMO_EXIT=1 set.",
)
@output_options("Print the commands and their answers only.")
def demo(folder: str, store: str | None, leave: bool, output: Output) -> None:
    """Run a small training pipeline on real data, twice, each step sending events to a service that is started for it.

    Then ask, with the commands as you can paste them: where does this model come from, what came from this data, which models used it?
    Serves until Ctrl-C. Touches nothing but DIR, and no store but its own; --quiet shows the answers only.
    """
    from whence.api.server import BackgroundServer
    from whence.cli import demo_folder
    from whence.cli.demo_run import Demo, first_free, interruptible, run_pipeline
    from whence.settings import Settings

    if output.json:
        raise BadRequest("The demo's answers are text.", hint="Ask its questions again with --json.")
    place = Path(folder).expanduser()
    with ExitStack() as held:
        held.enter_context(interruptible())
        mark: int | None = None
        if store is None:
            store, mark = held.enter_context(demo_folder.fresh_store(place))
        bound = first_free(DEFAULT_PORT, _LAST_PORT)
        serve_on = not leave and _someone_watches()
        # A store in memory is gone with its service, so its answers come before.
        answer_first = serve_on or store.startswith("memory:")
        with BackgroundServer(Settings(store=store), bound=bound, writer_process=True) as service:
            if mark is not None:
                demo_folder.say_where(mark, service.url)
            shown = Demo(place, url=service.url, store=store, quiet=output.quiet)
            shown.say(f"whence is at {service.url}, its store is {store}\n")
            run_pipeline(place, service.url, quiet=output.quiet)
            if answer_first:
                shown.answer("--url", service.url)
            if serve_on:
                shown.serve_until_interrupted()
        if serve_on:
            shown.list_commands("--store", store)
        elif not answer_first:
            shown.answer("--store", store)


demo.epilog = examples("whence demo", "whence demo --dir /tmp/risk --exit")


def _someone_watches() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("CI") and os.environ.get("DEMO_EXIT", "") not in {"1", "true", "yes"}
    )
