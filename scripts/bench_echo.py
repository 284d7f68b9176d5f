"""The floor of HTTP: a bare uvicorn that reads a body and answers 201, with the loop and the parser that the service uses.

Prints its port once it takes requests; runs until SIGTERM.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

_ANSWER = b'{"seq":1000000,"key":"' + b"0" * 64 + b'","duplicate":false}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_ANSWER)).encode())]


async def echo(
    _scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Read it all, answer with as many bytes as the service does."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 201, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _ANSWER})


class _Telling(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def main() -> None:
    config = uvicorn.Config(
        echo,
        port=0,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
    )
    _Telling(config).run()


if __name__ == "__main__":
    main()
