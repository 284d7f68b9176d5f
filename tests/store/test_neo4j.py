"""The Neo4j store passes the suite of all stores, on a real server."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from neo4j_fixtures import turn
from neo4j_sources import find
from neo4j_stores import store_in

from whence.store.neo4j.store import Neo4jStore
from whence.testing import DurableStoreTests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from neo4j_sources import Endpoint

    from whence.merge.state import Changes
    from whence.store import Store


class TestNeo4jStore(DurableStoreTests):
    @pytest.fixture(autouse=True)
    def _server(self, neo4j_server: Endpoint) -> Iterator[None]:
        with nullcontext() if find().is_ours else turn(neo4j_server.url):
            self.endpoint = neo4j_server
            yield

    async def make_store(self, folder: Path) -> Store:
        return store_in(folder, self.endpoint)

    async def apply(self, store: Store, changes: Changes) -> None:
        assert isinstance(store, Neo4jStore)
        await store.apply(changes)
