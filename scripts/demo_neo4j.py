"""The demo with its events in a real Neo4j: `demo_neo4j.py --dir DIR`.

The Neo4j that $WHENCE_STORE names, with the login of $WHENCE_NEO4J_USER and $WHENCE_NEO4J_PASSWORD; else one of its own, whose data is in DIR/neo4j,
started over each time. That one stops with the demo, and then it is said how to start it again.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from neo4j_cache import locked
from neo4j_local import chosen_port, login_lines, settings_of_whence
from neo4j_server import Server, install
from neo4j_settings import STARTS_SOONER
from project import UnavailableError, environment, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

WHENCE = Path(sys.executable).with_name("whence")
LOCAL = Path(__file__).with_name("neo4j_local.py")


def given_store(settings: Mapping[str, str]) -> str | None:
    """The Neo4j that the environment names, if it names one."""
    store = settings.get("WHENCE_STORE", "")
    return store if store.startswith(("neo4j", "bolt")) else None


def start_over(folder: Path) -> None:
    """Removes the data of an earlier demo. Raises UnavailableError for a folder that no server of ours made."""
    if not folder.exists():
        return
    if not (folder / "conf" / "neo4j.conf").is_file():
        raise UnavailableError(f"{folder} is there, and the demo did not make it: name another folder with DIR=.")
    shutil.rmtree(folder)


def run(command: Sequence[str | Path], changes: Mapping[str, str]) -> int:
    """Runs the demo to its own end: Ctrl-C reaches it from the terminal, SIGTERM is passed on."""
    demo = subprocess.Popen([str(part) for part in command], env=environment(**changes))

    def pass_on(number: int, _frame: FrameType | None) -> None:
        demo.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, lambda *_: None)
    return demo.wait()


def shown(path: Path) -> str:
    """A path as it is written on a command line here: relative below the working folder."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def how_to_ask_again(server: Server) -> str:
    """What to paste before the demo's commands, once its server has stopped."""
    start = f"{shown(Path(sys.executable))} {shown(LOCAL)} --folder {shown(server.folder)} --port {server.port}"
    return "\n".join(
        [
            "",
            "Neo4j has stopped with the demo. Before the commands above, start it again in another terminal:",
            "",
            f"  {start}",
            "",
            "and say here who asks:",
            "",
            *login_lines(server),
        ]
    )


def with_server_of_its_own(folder: Path) -> int:
    """Raises UnavailableError."""
    data = folder.absolute() / "neo4j"
    try:
        with locked(data.with_name(".neo4j.lock"), wait=False):
            start_over(data)
            server = Server(install(os.environ.get("NEO4J_VERSION")), data, chosen_port(None), jvm=STARTS_SOONER)
            say(f"Starting {server.what.label} …")
            try:
                server.start()
                code = run([WHENCE, "demo", "--dir", folder, "--store", server.url], settings_of_whence(server))
            finally:
                server.stop()
    except BlockingIOError:
        raise UnavailableError(f"A demo is running in {folder}: stop it, or name another folder with DIR=.") from None
    if code == 0:
        print(how_to_ask_again(server), flush=True)
    return code


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="demo_neo4j.py", description="Runs the demo on a real Neo4j.")
    parser.add_argument("--dir", type=Path, default=Path("demo"), help="folder of the demo's project")
    folder = parser.parse_args(given).dir
    store = given_store(os.environ)
    try:
        if store is not None:
            return run([WHENCE, "demo", "--dir", folder, "--store", store], {})
        return with_server_of_its_own(folder)
    except UnavailableError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
