"""What the demo shows: the pipeline as a child process, then the three questions with the answers of commands that are really run."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from whence.errors import BadRequest, StoreUnavailable

QUESTIONS: Final = (
    ("provenance", "models/risk-v2.joblib"),
    ("impact", "data/clean.csv"),
    ("models", "data/clean.csv"),
)
_STOP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo in `folder`, served at `url` from `store`."""

    folder: Path
    url: str
    store: str
    quiet: bool

    def say(self, line: str) -> None:
        """A line between the answers."""
        if not self.quiet:
            click.echo(line)

    def answer(self, *where: str) -> None:
        """Print each command and run it. Raises StoreUnavailable when one fails."""
        for verb, name in QUESTIONS:
            arguments = [verb, self._shown(name), *where]
            click.echo(f"\n{click.style('$ ' + command(arguments), bold=True)}\n")
            sys.stdout.flush()
            done = subprocess.run([sys.executable, "-m", "whence", *arguments], check=False)  # noqa: S603
            if done.returncode:
                raise StoreUnavailable(
                    f"The demo's question ended with exit code {done.returncode}.", hint="The reason is above."
                )

    def list_commands(self, *where: str) -> None:
        """Print the commands as they work from now on."""
        self.say("\nStopped. The answers are still there:\n")
        for verb, name in QUESTIONS:
            self.say(f"  {command([verb, self._shown(name), *where])}")

    def serve_until_interrupted(self) -> None:
        """Wait for Ctrl-C or SIGTERM, with the page in a browser where there is a display."""
        self.say(f"\nServing {self.url} until Ctrl-C. GraphQL: {self.url}/graphql")
        if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            webbrowser.open(self.url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return

    def _shown(self, name: str) -> str:
        """A file of the demo as it is written on a command line here: ./demo/… or /…"""
        path = self.folder / name
        return str(path) if path.is_absolute() or str(path).startswith("..") else f"./{path}"


def first_free(first: int, last: int) -> socket.socket:
    """A bound socket on the first free port of a range. Raises BadRequest when all are taken."""
    from whence.api.server import PortTakenError, listen

    for port in range(first, last):
        with suppress(PortTakenError):
            return listen("127.0.0.1", port)
    return listen("127.0.0.1", last)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does: what was started is stopped."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def command(arguments: list[str]) -> str:
    """The command as it can be pasted: `whence` as this process was started, then the arguments."""
    return shlex.join([_program(), *arguments])


def _program() -> str:
    beside = Path(sys.executable).with_name("whence")
    if shutil.which("whence") == str(beside) or not beside.exists():
        return "whence"
    here = Path.cwd()
    return str(beside.relative_to(here)) if beside.is_relative_to(here) else str(beside)


def run_pipeline(folder: Path, url: str, *, quiet: bool) -> None:
    """Run the emitters' demo as a process of its own that sends to `url`.

    Raises BadRequest when the emitters are not installed, StoreUnavailable when the pipeline fails.
    """
    if importlib.util.find_spec("whence_emitters") is None:
        raise BadRequest(
            "The demo's pipeline is in another package.", hint="Install it: pip install 'whence-emitters[demo]'"
        )
    pipeline = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "whence_emitters.demo", "--dir", str(folder)],
        env=environment_for(os.environ, url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        start_new_session=True,
    )
    try:
        code = pipeline.wait()
    except BaseException:
        _stop(pipeline)
        raise
    if code:
        raise StoreUnavailable(f"The demo's pipeline ended with exit code {code}.", hint="The reason is above.")


def environment_for(given: Mapping[str, str], url: str) -> dict[str, str]:
    """The pipeline's environment: events go to `url` whatever this shell is set up for, and past no proxy."""
    kept = {name: value for name, value in given.items() if not name.startswith(("OPENLINEAGE", "WHENCE_"))}
    past = ",".join(part for part in (kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1,localhost") if part)
    return kept | {"OPENLINEAGE_URL": url, "NO_PROXY": past, "no_proxy": past}


def _stop(pipeline: subprocess.Popen[bytes]) -> None:
    """End the pipeline and the steps that it started: they are a group of their own."""
    for each in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pipeline.pid, each)
            pipeline.wait(_STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return
