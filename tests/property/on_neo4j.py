"""Neo4j as a kind of store: a fixture, because it needs a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from neo4j_fixtures import turn

from whence.store import Store

from .stores import Kind

if TYPE_CHECKING:
    from neo4j_sources import Endpoint


@pytest.fixture(scope="module")
def neo4j_kind(neo4j_server: Endpoint) -> Iterator[Kind]:
    """One test at a time has the server's database, empty for each folder."""
    from neo4j_sources import find
    from neo4j_stores import store_in

    async def opened(folder: Path) -> Store:
        return store_in(folder, neo4j_server)

    with nullcontext() if find().is_ours else turn(neo4j_server.url):
        yield Kind("neo4j", opened, keeps=True)
