"""The outermost layer of the service: access, headers, counting, logging, and the one place where a defect is masked."""

from __future__ import annotations

import logging
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from whence.api.access import challenge
from whence.api.caller import IN_SCOPE
from whence.api.http import ClientGoneError, answer, answer_error, header
from whence.errors import WhenceError

if TYPE_CHECKING:
    from whence.api.access import Access
    from whence.api.http import ASGIApp, Header, Message, Receive, Scope, Send
    from whence.api.metrics import Metrics

_log = logging.getLogger("whence.http")

SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
_NOTHING_LOADS: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_QUIET: Final = frozenset({"/health", "/ready", "/metrics"})


class Outer:
    """An ASGI app around an ASGI app."""

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics) -> None:
        self._app = app
        self._access = access
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        origin = header(scope, b"origin").decode("latin-1") or None
        response = _Response(send, self._access.cors(origin))
        try:
            self._access.admit(scope)
            if scope["method"] == "OPTIONS":
                await answer(response.send, 200, b"{}", ((b"allow", b"GET, POST, OPTIONS"),))
            else:
                await self._app(scope, receive, response.send)
        except ClientGoneError:
            response.status = 499
        except WhenceError as error:
            await _answer_if_silent(response, error)
        except Exception:
            incident = secrets.token_hex(4)
            _log.exception("a request failed", extra={"incident": incident, "path": scope["path"]})
            masked = WhenceError(f"whence could not answer, by a defect of its own (incident {incident}).")
            await _answer_if_silent(response, masked)
        finally:
            self._note(scope, response.status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        self._metrics.requested(path, status, seconds)
        level = logging.DEBUG
        if status >= 500:
            level = logging.ERROR
        elif status >= 400 or (path not in _QUIET and not path.startswith("/api/")):
            level = logging.INFO
        if _log.isEnabledFor(level):
            more: dict[str, object] = {"ms": round(seconds * 1000, 2)}
            if (caller := scope.get(IN_SCOPE)) and caller.name:
                more["caller"] = caller.name
            _log.log(level, "%s %s %d", scope["method"], path[:200], status, extra=more)


class _Response:
    """Watches what is sent: notes the status, adds the headers that every response has."""

    def __init__(self, send: Send, extra: tuple[Header, ...]) -> None:
        self._send = send
        self._extra = extra
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = _with(message.get("headers", ()), self._extra)
        await self._send(message)


def _with(headers: Any, extra: tuple[Header, ...]) -> list[Header]:
    given = [*headers, *SECURITY_HEADERS, *extra]
    names = {name for name, _ in given}
    if b"content-security-policy" not in names:
        given.append(_NOTHING_LOADS)
    if b"cache-control" not in names:
        given.append((b"cache-control", b"no-store"))
    return given


async def _answer_if_silent(response: _Response, error: WhenceError) -> None:
    if response.status == 0:
        await answer_error(response.send, error, headers=challenge(error))
