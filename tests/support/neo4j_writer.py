"""`neo4j_writer.py URL WORD COUNT`: puts COUNT runs one by one, a line `seq` for each that was acknowledged. The login is the environment's."""

from __future__ import annotations

import asyncio
import sys

from whence.store import open_store
from whence.testing import incoming, run_event


async def write(url: str, word: str, count: int) -> None:
    async with open_store(url) as store:
        await store.migrate()
        for number in range(count):
            body = run_event(
                f"{word}{number}", inputs=["shared"], outputs=[f"made/{number % 5}"], job=f"job{number % 3}"
            )
            (receipt,) = await store.put([incoming(body)])
            print(receipt.seq, flush=True)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
