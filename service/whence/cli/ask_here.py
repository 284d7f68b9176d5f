"""Ask in process: open a store here and run the same documents against the same schema."""

from __future__ import annotations

import asyncio
import logging
import os

import msgspec

from whence.api.graphql import Context, execute
from whence.cli.asker import Asker, Data
from whence.ingest import Ingest
from whence.ingest.past import Past
from whence.store import Store, open_store


class StoreAsker(Asker):
    """Opens a store for reading; a mutation opens it for writing, for as long as it takes."""

    def __init__(self, url: str) -> None:
        # What goes wrong inside is told in one sentence, here as over HTTP; its traceback only to who asks for it.
        if not os.environ.get("WHENCE_DEBUG"):
            logging.getLogger("whence").addHandler(logging.NullHandler())
        self._url = url
        self._store: Store = open_store(url, read_only=True)
        self._past = Past(self._store)
        self._runner = asyncio.Runner()

    def execute(self, document: str, variables: Data) -> Data:
        writes = document.lstrip().startswith("mutation")
        answer = self._runner.run(self._write(document, variables) if writes else self._read(document, variables))
        decoded: Data = msgspec.json.decode(answer)
        return decoded

    async def _read(self, document: str, variables: Data) -> bytes:
        return await execute(Context(self._store, past=self._past), document, variables, None)

    async def _write(self, document: str, variables: Data) -> bytes:
        async with open_store(self._url) as store, Ingest(store) as ingest:
            return await execute(Context(store, ingest), document, variables, None)

    def close(self) -> None:
        self._runner.run(self._store.close())
        self._runner.close()
