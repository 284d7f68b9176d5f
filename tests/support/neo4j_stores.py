"""Stores of whence on a real Neo4j, each test with an empty one.

Emptying keeps the schema: making it anew takes seconds, and the server then plans every statement again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.answers import Position
from whence.store.neo4j.connecting import Login, address_of
from whence.store.neo4j.store import Neo4jStore

if TYPE_CHECKING:
    from pathlib import Path

    from neo4j_sources import Endpoint

_CLEAR = "MATCH (n) WHERE NOT n:Log AND NOT n:Turn DETACH DELETE n"
_BACK_TO_NOTHING = "MATCH (l:Log) SET l.seq = 0, l.head = $head, l.rejected = 0, l.replayed = 0"


def store_of(endpoint: Endpoint, *, read_only: bool = False) -> Neo4jStore:
    """The store in the default database of a server."""
    login = Login(endpoint.user, endpoint.password)
    return Neo4jStore(address_of(endpoint.url), endpoint.url, login, read_only=read_only)


def clear(endpoint: Endpoint) -> None:
    """Brings a store back to an empty log, if there is one."""
    with endpoint.driver() as driver, driver.session() as session:
        session.run(_CLEAR).consume()
        session.run(_BACK_TO_NOTHING, head=Position().head_hash).consume()


def store_in(folder: Path, endpoint: Endpoint) -> Neo4jStore:
    """The store of a test that works in this folder: empty at first, the same one whenever it is opened again."""
    used = folder / "neo4j"
    if not used.exists():
        clear(endpoint)
        used.touch()
    return store_of(endpoint)
