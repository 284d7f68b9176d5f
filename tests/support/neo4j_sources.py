"""Where the tests' Neo4j comes from: the one that is given, a container when a Docker engine answers, else `make neo4j`."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import neo4j
from neo4j.exceptions import DriverError, Neo4jError
from neo4j_releases import DOCKER_IMAGE
from neo4j_server import USER, Server, free_port, install
from neo4j_settings import HOST, STARTS_SOONER
from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

GIVEN = "WHENCE_TEST_NEO4J"
SECONDS_FOR_AN_ENGINE = 2
SECONDS_FOR_A_CONTAINER = 180.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that answers, and who may ask it."""

    url: str
    user: str
    password: str

    def driver(self) -> neo4j.Driver:
        """A driver of one's own, to be closed."""
        return neo4j.GraphDatabase.driver(self.url, auth=(self.user, self.password))

    def environment(self) -> dict[str, str]:
        """The settings with which whence uses it."""
        return {
            "WHENCE_STORE": self.url,
            "WHENCE_NEO4J_USER": self.user,
            "WHENCE_NEO4J_PASSWORD": self.password,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """A server to be had. `is_ours`: started by us, so that its data is nobody's."""

    label: str
    is_ours: bool
    open: Callable[[], AbstractContextManager[Endpoint]]


def version_of(endpoint: Endpoint) -> str:
    """Raises DriverError and Neo4jError."""
    asked = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
    # Not execute_query: that tries for half a minute.
    with endpoint.driver() as driver, driver.session() as session:
        return str(session.run(asked).single(strict=True)["version"])


def given(url: str) -> Source:
    """Somebody's server. Raises UnavailableError when it does not answer."""
    endpoint = Endpoint(url, os.environ.get("WHENCE_NEO4J_USER", USER), os.environ.get("WHENCE_NEO4J_PASSWORD", ""))
    try:
        version = version_of(endpoint)
    except (DriverError, Neo4jError) as error:
        raise UnavailableError(f"{GIVEN} is set, but that server can't be used ({type(error).__name__})") from error

    @contextmanager
    def opened() -> Iterator[Endpoint]:
        yield endpoint

    return Source(f"Neo4j {version} ({GIVEN})", is_ours=False, open=opened)


@cache
def has_docker() -> bool:
    """Whether an engine answers at once: the command alone proves nothing."""
    command = shutil.which("docker")
    if command is None:
        return False
    ask = [command, "version", "--format", "{{.Server.Version}}"]
    try:
        done = subprocess.run(ask, capture_output=True, timeout=SECONDS_FOR_AN_ENGINE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def container() -> Iterator[Endpoint]:
    """A container of the official image. Raises what Docker raises, and TimeoutError."""
    from testcontainers.core.container import DockerContainer  # slow, and needed nowhere else

    # The port is fixed beforehand because the server tells clients of neo4j:// its own address.
    endpoint = Endpoint(f"neo4j://{HOST}:{free_port()}", USER, secrets.token_hex(16))
    port = int(endpoint.url.rpartition(":")[2])
    box = (
        DockerContainer(DOCKER_IMAGE)
        .with_env("NEO4J_AUTH", f"{endpoint.user}/{endpoint.password}")
        .with_env("NEO4J_server_bolt_advertised__address", f"{HOST}:{port}")
        .with_bind_ports(7687, port)
    )
    with box:
        deadline = time.monotonic() + SECONDS_FOR_A_CONTAINER
        while not answers(endpoint):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{DOCKER_IMAGE} did not answer within {SECONDS_FOR_A_CONTAINER:.0f} s")
            time.sleep(0.5)
        yield endpoint


def answers(endpoint: Endpoint) -> bool:
    """Whether a server can be used now."""
    try:
        return bool(version_of(endpoint))
    except (DriverError, Neo4jError):
        return False


def endpoint_of(server: Server) -> Endpoint:
    """The endpoint of a server of ours that was started once."""
    return Endpoint(server.url, USER, server.password)


@cache
def local() -> Source:
    """A server of `make neo4j`, in a folder that is gone with it. Raises UnavailableError."""
    what = install(os.environ.get("NEO4J_VERSION"))

    @contextmanager
    def opened() -> Iterator[Endpoint]:
        with private_server() as server:
            yield endpoint_of(server)

    return Source(what.label, is_ours=True, open=opened)


@contextmanager
def private_server() -> Iterator[Server]:
    """A started server of one's own, to be stopped and killed at will. Raises UnavailableError."""
    what = install(os.environ.get("NEO4J_VERSION"))
    with tempfile.TemporaryDirectory(prefix="whence-neo4j-", ignore_cleanup_errors=True) as folder:
        server = Server(what, Path(folder), jvm=STARTS_SOONER)
        try:
            server.start()
            yield server
        finally:
            server.kill()  # nothing of it is needed any more


@cache
def find() -> Source:
    """The first of the three that can be had. Raises UnavailableError."""
    url = os.environ.get(GIVEN)
    if url:
        return given(url)
    if has_docker():
        return Source(f"{DOCKER_IMAGE} in Docker", is_ours=True, open=container)
    found = local()
    return Source(f"{found.label} · Docker: no engine", found.is_ours, found.open)


def find_private() -> Source:
    """What `private_server` starts, named as `find` names it if that is the same. Raises UnavailableError."""
    return local() if os.environ.get(GIVEN) or has_docker() else find()
