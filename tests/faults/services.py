"""The service as a process of its own, to be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVE: Final = ("-m", "whence", "serve", "--port", "0", "--quiet")
"""As users run it: SQLite is written by a process of its own."""
SERVE_ALONE: Final = (
    "-c",
    """
import signal, sys
from whence.api.server import BackgroundServer
from whence.settings import Settings

with BackgroundServer(Settings(store=sys.argv[2], port=0)) as service:
    print(service.url, flush=True)
    signal.pause()
""",
)
"""The same service in one process: SQLite is written in a thread of it."""


@contextmanager
def service(
    store: str, how: tuple[str, ...] = SERVE, login: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A service that answers: its URL and its process, which is killed at the end. `login`: settings of whence in its environment."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")}
    process = subprocess.Popen(
        [sys.executable, *how, "--store", store],
        env=bare | dict(login or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, f"it ended with {process.wait()}"
        yield url, process
    finally:
        process.kill()
        process.communicate()


def child_of(process: int) -> int:
    """The one process that this one has started, whichever of its threads it was."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    (child,) = [child for children in lists for child in children.read_text().split()]
    return int(child)


def merging_process(service: subprocess.Popen[str]) -> int:
    """The one that merges what a service on SQLite puts."""
    return child_of(service.pid)


def committing_process(service: subprocess.Popen[str]) -> int:
    """The one that commits what the merging process hands on."""
    return child_of(merging_process(service))
