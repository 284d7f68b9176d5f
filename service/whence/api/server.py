"""Run the service: in the foreground for `whence serve`, in a thread beside something else for `whence demo` and tests."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from whence.errors import BadRequest, StoreUnavailable
from whence.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from whence.api.http import ASGIApp, Message, Receive, Scope, Send
    from whence.settings import Settings
    from whence.store import Store

GRACE_SECONDS: Final = 10
SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter from another. An event on its way to the disk changes threads many times, and with Python's 5 ms
each of these would wait so long while an answer is put together."""
_START_SECONDS: Final = 60
_BACKLOG: Final = 2048


class PortTakenError(BadRequest):
    """Another program listens there already."""

    default_hint = "Stop the other program, or name another port with --port (0 takes a free one)."


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Who connects before the service is up waits for it.

    Raises PortTakenError, or BadRequest for an address that is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host.strip("[]"), port))
        bound.listen(_BACKLOG)  # here, because two may bind one port, and only one may listen
    except PermissionError:
        bound.close()
        raise BadRequest(f"Port {port} may not be opened by this user.", hint="Use a port above 1023.") from None
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"Port {port} of {host} is taken by another program.") from None
        raise BadRequest(f"{host} is no address of this machine.", hint="Use --host 127.0.0.1.") from None
    bound.set_inheritable(False)
    return bound


def url_of(bound: socket.socket) -> str:
    """Where a bound socket can be asked."""
    host, port = bound.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  shown, not bound
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


class _Server(uvicorn.Server):
    """Says when it has started, and keeps what kept it from starting."""

    def __init__(self, app: ASGIApp, started: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            loop="auto",
            http="auto",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            log_level="critical",  # what it has to say, Outer and the errors raised here say better
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


def serve(
    settings: Settings,
    bound: socket.socket,
    started: Callable[[], None] = lambda: None,
    *,
    keys_file: Path | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then answer what was begun and write what waits. `started` is called once requests are taken.

    Raises WhenceError when the store can't be opened or the keys can't be read. To be called in the main thread.
    """
    # uvicorn raises the signal again once it has stopped: we are done then, not killed.
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    switching = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with suppress(KeyboardInterrupt):
            _run(settings, None, bound, partial(_begin, started), [], keys_file, writer_process=True)
    finally:
        sys.setswitchinterval(switching)
        signal.signal(signal.SIGTERM, before)


def _begin(started: Callable[[], None]) -> None:
    """What start-up made stays for ever: the collector of cycles need not look at it again, nor after every few events."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    started()


def _run(
    settings: Settings,
    store: Store | None,
    bound: socket.socket,
    started: Callable[[], None],
    running: list[_Server],
    keys_file: Path | None,
    *,
    writer_process: bool,
) -> None:
    # Before the rest is imported: meanwhile the process that writes comes up.
    opened = open_store(settings.store_url, writer_process=writer_process) if store is None else store
    try:
        from whence.api.app import create_app

        app = _Failing(create_app(settings, opened, owned=store is None, keys_file=keys_file))
    except BaseException:
        if store is None:
            asyncio.run(opened.close())
        raise
    server = _Server(app, started)
    running.append(server)
    # uvicorn exits when the lifespan fails; why it failed is raised below.
    with bound, suppress(SystemExit):
        server.run(sockets=[bound])
    if app.failure is not None:
        raise app.failure
    if not server.started:
        raise StoreUnavailable("The service did not start.", hint="Its log says why.")


class _Failing:
    """Keeps the error of a lifespan that failed, so that it can be raised: uvicorn would only log its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.failure: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def without_traceback(message: Message) -> None:
            message.pop("message", None)
            await send(message)

        try:
            await self._app(scope, receive, without_traceback)
        except Exception as error:
            self.failure = error
            raise


class BackgroundServer:
    """The service in a thread, from `with` to the end of it. `url` is where it can be asked.

    Leaving it stops the service gracefully: what was acknowledged is in the store. Without `keys_file` only the keys of the settings count.
    With `writer_process` it merges in a process of its own, as `whence serve` does.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store | None = None,
        bound: socket.socket | None = None,
        keys_file: Path | None = None,
        writer_process: bool = False,
    ) -> None:
        self._settings = settings
        self._store = store
        self._writer_process = writer_process
        self._keys_file = keys_file
        self._bound = listen(settings.host, settings.port) if bound is None else bound
        self.url = url_of(self._bound)
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._running: list[_Server] = []
        self._thread = threading.Thread(target=self._serve, name="whence service", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(_START_SECONDS):
            raise StoreUnavailable(f"The service did not start within {_START_SECONDS} seconds.")
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop gracefully and wait for it. Idempotent."""
        for server in self._running:
            server.should_exit = True
        self._thread.join(GRACE_SECONDS * 2)

    def _serve(self) -> None:
        try:
            _run(
                self._settings,
                self._store,
                self._bound,
                self._started.set,
                self._running,
                self._keys_file,
                writer_process=self._writer_process,
            )
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()
