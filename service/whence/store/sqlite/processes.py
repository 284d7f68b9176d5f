"""Processes of ours that work on a store for another one."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys


def start(module: str, channel: socket.socket, *, new_session: bool = False) -> subprocess.Popen[bytes]:
    """`python -m MODULE FD`, FD its end of a socket. It ends when the other end is closed. Raises OSError."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", module, str(channel.fileno())],
        env=_environment(),
        pass_fds=[channel.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=new_session,
    )


def _environment() -> dict[str, str]:
    """Ours without settings, keys among them: a process is told all that it needs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")}


def begun() -> socket.socket:
    """In such a process: made ready, and its end of the socket. Only who started it ends it: a stop meant for both of them lets it write what waits."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    # Modules stay for ever: the collector of cycles need not look at them again, nor after every few events.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return socket.socket(fileno=int(sys.argv[1]))
