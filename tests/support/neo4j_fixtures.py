"""Neo4j for every test that asks for it by a fixture's name; it need not declare anything else.

    neo4j_server     an Endpoint: the server that the tests of a run share, with whatever other tests left there
    neo4j_database   the same with nothing in it: no nodes, no constraints, no indexes; one test at a time
    neo4j_store      the same with the schema that is there and no events, and its login in the environment of the test
    neo4j_private    a Server (scripts/neo4j_server.py) with nothing in it, which the test may stop, start and kill;
                     neo4j_sources.endpoint_of(it) is its Endpoint

Those that share a server run in one worker of xdist, one after another (with `--dist loadgroup`, as `make test` does), so one
is started in a run; so do those with a private one. Without that each worker has servers of its own.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from neo4j_server import Server
    from neo4j_sources import Endpoint

NEEDS = {"neo4j_server": "neo4j", "neo4j_private": "neo4j-private"}
"""What the machine must have for a fixture, which is also the name of the group that its tests run in."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        needed = [NEEDS[name] for name in getattr(item, "fixturenames", ()) if name in NEEDS]
        if needed:
            item.add_marker(pytest.mark.needs(*needed))
            item.add_marker(pytest.mark.xdist_group(needed[0]))


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Endpoint]:
    # Imported where they are used, here and below: a run without such tests does not load the driver.
    from neo4j_emptying import agree_to_be_emptied
    from neo4j_sources import find

    source = find()
    with source.open() as endpoint:
        if not source.is_ours:
            with turn(endpoint.url):
                agree_to_be_emptied(endpoint)
        yield endpoint


@pytest.fixture
def neo4j_database(neo4j_server: Endpoint) -> Iterator[Endpoint]:
    from neo4j_emptying import empty
    from neo4j_sources import find

    with nullcontext() if find().is_ours else turn(neo4j_server.url):
        empty(neo4j_server)
        yield neo4j_server


@pytest.fixture
def neo4j_store(neo4j_server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    from neo4j_sources import find
    from neo4j_stores import clear

    with nullcontext() if find().is_ours else turn(neo4j_server.url):
        clear(neo4j_server)
        log_in(neo4j_server, monkeypatch)
        yield neo4j_server


def log_in(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the stores that this process opens, and the processes that it starts, into a server."""
    for name in ("WHENCE_NEO4J_USER", "WHENCE_NEO4J_PASSWORD"):
        monkeypatch.setenv(name, endpoint.environment()[name])


def turn(url: str) -> AbstractContextManager[None]:
    """Two workers, or two runs, that were given the same server take turns."""
    from neo4j_cache import locked

    name = hashlib.sha256(url.encode()).hexdigest()[:16]
    return locked(Path(tempfile.gettempdir()) / f"whence-tests-neo4j-{name}.lock")


@pytest.fixture(scope="session")
def _private_server() -> Iterator[Server]:
    from neo4j_sources import private_server

    with private_server() as server:
        yield server


@pytest.fixture
def neo4j_private(_private_server: Server) -> Server:
    from neo4j_emptying import empty
    from neo4j_sources import endpoint_of

    _private_server.start()
    empty(endpoint_of(_private_server))
    return _private_server
