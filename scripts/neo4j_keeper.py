"""Runs a command for as long as its owner lives: `python neo4j_keeper.py LOG COMMAND…`.

The owner holds the other end of stdin. When that closes, because the owner wants to stop or is gone, even by `kill -9`, the
command is asked to end, and after a minute made to. Prints the command's process id first, ends with its exit code.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

PATIENCE = 60.0
SECONDS_BETWEEN_LOOKS = 0.1


def keep(log: str, command: list[str]) -> int:
    # The owner's terminal sends these to everybody; the owner decides.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with open(log, "ab") as out:  # noqa: PTH123 starts with as few imports as it can
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, close_fds=True)
    os.write(1, f"{process.pid}\n".encode())
    while process.poll() is None:
        readable, _, _ = select.select([0], [], [], SECONDS_BETWEEN_LOOKS)
        if readable and not os.read(0, 1):
            process.terminate()
            try:
                return process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
    return process.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2:]) % 256)
