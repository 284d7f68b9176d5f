"""The little of HTTP that raw ASGI handlers share: headers, bodies within bounds, JSON answers, one shape of error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

import msgspec

from whence.errors import Overloaded, TooLarge, WhenceError, WrongMediaType
from whence.ingest import Limits, inflate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

_ENCODER: Final = msgspec.json.Encoder()
_INFLATE_INLINE: Final = 16 * 1024
RETRY_AFTER: Final = (b"retry-after", b"1")
"""Seconds. Clients that don't know it repeat a 503 by their own clock."""
BODIES_IN_FLIGHT: Final = 4
"""How many requests of the greatest size may be held in memory at once, in bytes of all."""


class ClientGoneError(Exception):
    """The client went away before its request was whole: there is nobody to answer."""


class Bodies:
    """Reads bodies, and bounds what all requests together hold in memory."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._room = BODIES_IN_FLIGHT * limits.max_batch_bytes

    async def read(self, scope: Scope, receive: Receive, *, ndjson: bool = False) -> bytes:
        """The whole body, inflated. Raises TooLarge, NotJson, WrongMediaType, Overloaded or ClientGoneError."""
        encoding = header(scope, b"content-encoding").strip().lower()
        if encoding not in {b"", b"identity", b"gzip", b"x-gzip"}:
            raise WrongMediaType("The Content-Encoding is neither gzip nor identity.")
        declared = header(scope, b"content-length")
        if declared.isdigit() and int(declared) > self.limits.max_batch_bytes:
            raise self._too_large()
        raw = await self._raw(receive)
        if not encoding or encoding == b"identity":
            return raw
        bounds = {"one_limit": self.limits.max_event_bytes, "batch_limit": self.limits.max_batch_bytes}
        if len(raw) <= _INFLATE_INLINE:
            return inflate(raw, **bounds, ndjson=ndjson)
        return await asyncio.to_thread(inflate, raw, **bounds, ndjson=ndjson)

    async def _raw(self, receive: Receive) -> bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        first: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return self._within(first)
        whole = bytearray(first)
        taken = 0
        try:
            while message.get("more_body", False):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                whole += message.get("body", b"")
                taken = self._take(len(whole), taken)
                if len(whole) > self.limits.max_batch_bytes:
                    raise self._too_large()
        finally:
            self._room += taken
        return bytes(whole)

    def _take(self, held: int, taken: int) -> int:
        self._room -= held - taken
        if self._room < 0:
            self._room += held - taken
            raise Overloaded("Too many large requests at once.")
        return held

    def _within(self, body: bytes) -> bytes:
        if len(body) > self.limits.max_batch_bytes:
            raise self._too_large()
        return body

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The body has more than {self.limits.max_batch_bytes:,} bytes.")


def header(scope: Scope, name: bytes) -> bytes:
    """The value of a header, by its lower-case name; empty when there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


def media_type(scope: Scope) -> tuple[str, str]:
    """(media type, charset) of Content-Type, both lower-case, empty when not given."""
    kind, _, parameters = header(scope, b"content-type").decode("latin-1").lower().partition(";")
    charset = next((p.partition("=")[2] for p in parameters.split(";") if p.strip().startswith("charset=")), "")
    return kind.strip(), charset.strip(' "')


def encode(value: object) -> bytes:
    """JSON text of an answer. msgspec.Raw inside passes through as it is."""
    return _ENCODER.encode(value)


async def answer(send: Send, status: int, body: bytes, headers: Iterable[Header] = ()) -> None:
    """Send a JSON answer."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


def error_body(error: WhenceError) -> bytes:
    """`{code, message, hint}`."""
    return encode(error.as_dict())


async def answer_error(
    send: Send, error: WhenceError, status: int | None = None, headers: Iterable[Header] = ()
) -> None:
    """Send an error in its one shape; a 503 says when to come again."""
    status = status or error.status
    await answer(send, status, error_body(error), (*headers, RETRY_AFTER) if status == 503 else headers)
