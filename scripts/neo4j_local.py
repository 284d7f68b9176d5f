"""A real Neo4j for people: `neo4j_local.py [--port N] [--folder DIR] [-- COMMAND…]`.

Serves until Ctrl-C or SIGTERM; with a command, for as long as that runs, with the settings of whence in its environment. $NEO4J_VERSION
asks for a version. The jars, the Java and the data are kept in the user's cache folder.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from neo4j_cache import cache_folder, locked
from neo4j_server import USER, Server, free_port, install, is_free
from project import UnavailableError, environment, say

if TYPE_CHECKING:
    from types import FrameType

USUAL_PORT = 7687


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="neo4j_local.py", description="Starts a real Neo4j on this machine.")
    parser.add_argument(
        "--port", type=int, help=f"the port of Bolt (default: {USUAL_PORT}, or a free one if it is taken)"
    )
    parser.add_argument("--folder", type=Path, help="where its data is kept (default: in the cache folder, by version)")
    parser.add_argument("command", nargs="*", help="run this with the server instead of waiting for Ctrl-C")
    return parser


def chosen_port(asked: int | None) -> int:
    """Raises UnavailableError for one that is taken."""
    if asked is None:
        return USUAL_PORT if is_free(USUAL_PORT) else free_port()
    if not is_free(asked):
        raise UnavailableError(f"Port {asked} is taken: give another one.")
    return asked


def settings_of_whence(server: Server) -> dict[str, str]:
    """The environment in which whence uses a server."""
    return {"WHENCE_STORE": server.url, "WHENCE_NEO4J_USER": USER, "WHENCE_NEO4J_PASSWORD": server.password}


def login_lines(server: Server) -> list[str]:
    """The lines with which a shell logs in. The password is named by its file: a terminal's text is kept and shared."""
    read = f'"$(cat {shlex.quote(str(server.password_file))})"'
    return [f"  export WHENCE_NEO4J_USER={USER}", f"  export WHENCE_NEO4J_PASSWORD={read}"]


def explanation(server: Server) -> str:
    """What a person needs to use the server."""
    return "\n".join([f"  export WHENCE_STORE={server.url}", *login_lines(server)])


def on_term(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve(server: Server, command: list[str]) -> int:
    """Raises UnavailableError."""
    started = time.monotonic()
    say(f"Starting {server.what.label} …")
    try:
        server.start()
        say(f"Ready after {time.monotonic() - started:.1f} s; its data and log are in {server.folder}")
        if command:
            return subprocess.run(command, env=environment(**settings_of_whence(server)), check=False).returncode
        print(explanation(server), flush=True)
        say("Ctrl-C stops it.")
        while server.is_running:
            time.sleep(0.5)
        raise UnavailableError(f"Neo4j ended on its own: see {server.log}")
    except KeyboardInterrupt:
        say("Stopping …")
        return 130 if command else 0
    finally:
        server.stop()


def main(given: list[str]) -> int:
    options = arguments().parse_args(given)
    signal.signal(signal.SIGTERM, on_term)
    try:
        what = install(os.environ.get("NEO4J_VERSION"))
        folder = options.folder or cache_folder() / "neo4j-data" / what.version
        try:
            with locked(folder.with_name(f".{folder.name}.lock"), wait=False):
                return serve(Server(what, folder, chosen_port(options.port)), options.command)
        except BlockingIOError:
            raise UnavailableError(f"A Neo4j runs in {folder} already: stop it, or give another --folder.") from None
    except UnavailableError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
