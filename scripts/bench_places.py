"""Where a store to be measured lies: a SQLite file, a Neo4j that is given, or one that is started for the bench and gone with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench_process import MeasuringError, sqlite_url
from neo4j_server import USER, Server, install
from project import UnavailableError

if TYPE_CHECKING:
    import neo4j

SQLITE: Final = "SQLite"
NEO4J: Final = "Neo4j"
_LOGIN: Final = ("WHENCE_NEO4J_USER", "WHENCE_NEO4J_PASSWORD")


@dataclass(frozen=True, slots=True)
class Place:
    """An empty store: its kind, its URL, and the variables that name user and password."""

    kind: str
    url: str
    login: Mapping[str, str] = field(default_factory=dict, repr=False)


Opening = Callable[[], AbstractContextManager[Place]]
"""Makes a new, empty store; removes it when that is left."""


@contextmanager
def sqlite(folder: Path) -> Iterator[Place]:
    """A file of its own below `folder`."""
    with TemporaryDirectory(dir=folder) as own:
        yield Place(SQLITE, sqlite_url(Path(own) / "whence.db"))


@contextmanager
def started(folder: Path) -> Iterator[Place]:
    """A server of `make neo4j`, its data below `folder`. Raises MeasuringError when none can be had."""
    with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        try:
            server = Server(install(os.environ.get("NEO4J_VERSION")), Path(own))
            server.start()
        except UnavailableError as error:
            raise MeasuringError(str(error)) from error
        try:
            login = dict(zip(_LOGIN, (USER, server.password), strict=True))
            with _environment(login):
                yield Place(NEO4J, server.url, login)
        finally:
            server.kill()  # nothing of it is needed any more


@contextmanager
def given(url: str) -> Iterator[Place]:
    """Somebody's server, with user and password from the environment. Raises MeasuringError when its database holds anything or can't be asked."""
    import neo4j  # slow, and needed nowhere else
    from neo4j.exceptions import DriverError, Neo4jError

    user, password = (os.environ.get(name, "") for name in _LOGIN)
    try:
        driver = neo4j.GraphDatabase.driver(url, auth=(user or USER, password) if password else None)
        with driver:
            if driver.execute_query("MATCH (n) RETURN true LIMIT 1").records:
                raise MeasuringError("that database is not empty: give the bench one of its own")
            try:
                yield Place(NEO4J, url, {name: os.environ[name] for name in _LOGIN if name in os.environ})
            finally:
                _empty(driver)
    except (DriverError, Neo4jError) as error:
        raise MeasuringError(f"that Neo4j can't be used ({type(error).__name__})") from error


def _empty(driver: neo4j.Driver) -> None:
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Stores opened in this process read their login there."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
