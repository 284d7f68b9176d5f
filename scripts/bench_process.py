"""Processes that are measured: started until they answer, their memory and CPU, stopped."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

WHENCE = Path(sys.executable).with_name("whence")
ECHO = Path(__file__).with_name("bench_echo.py")
_STOP_SECONDS = 60


class MeasuringError(Exception):
    """Something did not work, so there is nothing to measure; the text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: where, and how long that took from its start, in seconds."""

    process: subprocess.Popen[str]
    port: int
    started_in: float

    @property
    def rss(self) -> float:
        """Resident memory of it and its descendants, in MiB; pages that they share count for each."""
        return sum(int(_ps(pid, "rss")) for pid in self._pids) / 1024

    @property
    def cpu(self) -> float:
        """CPU seconds that it and its descendants have used: user and system."""
        return sum(map(_cpu, self._pids))

    @property
    def written(self) -> int | None:
        """Bytes that it and its descendants have had written to disk; None where the system does not tell."""
        written = [_written(pid) for pid in self._pids]
        return None if None in written else sum(each or 0 for each in written)

    @property
    def _pids(self) -> list[int]:
        return [self.process.pid, *_descendants(self.process.pid)]


def _descendants(process: int) -> list[int]:
    """A service on SQLite has a process that merges, and that one a process that commits."""
    return [pid for child in _children(process) for pid in (child, *_descendants(child))]


def _children(parent: int) -> list[int]:
    if Path("/proc/self/stat").exists():
        pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
        return [pid for pid in pids if _parent(pid) == parent]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, its_parent in map(str.split, listed.splitlines()) if int(its_parent) == parent]


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _cpu(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return _seconds(_ps(pid, "time"))


def _written(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("write_bytes:")), None)


def _ps(pid: int, field: str) -> str:
    status = Path(f"/proc/{pid}/status")
    if field == "rss" and status.exists():
        return next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    done = subprocess.run(["ps", "-o", f"{field}=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _seconds(clock: str) -> float:
    """From `[[dd-]hh:]mm:ss[.ff]`, as ps prints times."""
    days, _, rest = clock.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + 86400 * int(days or 0)


def sqlite_url(store: Path) -> str:
    """The URL of a store in this file, which is named by its absolute path."""
    return f"sqlite:////{str(store).lstrip('/')}"


@contextmanager
def service(url: str, login: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`whence serve` on this store, stopped gracefully at the end; `login`: the variables that name user and password."""
    command = [str(WHENCE), "serve", "--quiet", "--port", "0", "--store", url]
    with _running(command, "/health", login or {}) as running:
        yield running


@contextmanager
def echo() -> Iterator[Running]:
    """The floor: a server that stores nothing."""
    with _running([sys.executable, str(ECHO)], "/", {}) as running:
        yield running


@contextmanager
def _running(command: Sequence[str], path: str, settings: Mapping[str, str]) -> Iterator[Running]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")} | dict(settings)
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if not said:
            raise MeasuringError(f"{Path(command[0]).name} did not start: run it by hand to see why")
        port = int(said) if said.isdigit() else urlsplit(said).port or 0
        _ask(port, path)
        yield Running(process, port, time.perf_counter() - began)
    finally:
        _stop(process)


def _ask(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_STOP_SECONDS)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def seconds_of(command: Sequence[str]) -> float:
    """How long a command takes from start to end. Raises CalledProcessError when it fails."""
    began = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began
