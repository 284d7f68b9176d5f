"""The composition root: settings and a store become one ASGI app. Everything that the service consists of is joined here and nowhere else."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from whence import __version__, queries
from whence.api import exports, home, openlineage, page
from whence.api.access import access_of
from whence.api.caller import IN_SCOPE
from whence.api.exports import Exports
from whence.api.http import Bodies
from whence.api.metrics import CONTENT_TYPE, Metrics
from whence.api.openlineage import Lineage
from whence.api.outer import Outer
from whence.api.questions import Questions
from whence.errors import BadRequest, NotFound, StoreUnavailable, WhenceError
from whence.ingest import Ingest, Limits
from whence.ingest.past import Past
from whence.store.port import PROJECTION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request

    from whence.api.http import ASGIApp, Receive, Scope, Send
    from whence.settings import Settings
    from whence.store import Store

_INGEST_PATHS: Final = frozenset({openlineage.ONE, openlineage.BATCH})
_A_DAY: Final = "public, max-age=86400"


def create_app(settings: Settings, store: Store, *, owned: bool, keys_file: Path | None = None) -> ASGIApp:
    """The service over a store. A store that it owns is migrated and closed by its lifespan; another is migrated and open, and left open.
    The keys of `keys_file` are accepted besides those of the settings.

    Raises BadRequest for keys that can't be read.
    """
    access = access_of(settings, keys_file)
    metrics = Metrics()
    service = _Service(settings, store, metrics)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            if owned:
                await service.store.migrate()
            async with service.ingest:
                warming = asyncio.create_task(service.questions.warm())
                yield
                await warming
        finally:
            await service.questions.close()
            if owned:
                await service.store.close()

    return Outer(_Paths(service, service.pages(lifespan)), access, metrics)


class _Paths:
    """Events go straight to their handler, everything else by way of Starlette."""

    def __init__(self, service: _Service, pages: Starlette) -> None:
        self._lineage = Lineage(service.ingest, service.bodies)
        self._questions = service.questions
        self._exports = service.exports
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in _INGEST_PATHS:
            await self._lineage(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/graphql":
            await self._questions(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == exports.PATH:
            await self._exports(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


class _Service:
    """What the handlers share, and the small pages."""

    def __init__(self, settings: Settings, store: Store, metrics: Metrics) -> None:
        limits = Limits(settings.max_event_bytes, settings.max_batch_bytes, settings.max_depth, settings.queue)
        self.store = store
        self.metrics = metrics
        self.ingest = Ingest(store, limits, metrics)
        self.bodies = Bodies(limits)
        past = Past(store)
        self.questions = Questions(store, self.ingest, self.bodies, past)
        self.exports = Exports(store, past, self.bodies)

    def pages(self, lifespan: object) -> Starlette:
        """The Starlette app of everything that is not hot."""
        return Starlette(
            routes=[
                *(Route(path, self.page) for path in page.PATHS),
                Route("/home.css", self.style),
                Route("/health", self.health),
                Route("/ready", self.ready),
                Route("/metrics", self.exposition),
                Mount("/static", page.assets(page.STATIC)),
            ],
            exception_handlers={HTTPException: _http_error, WhenceError: _whence_error},
            lifespan=lifespan,  # type: ignore[arg-type]
        )

    async def page(self, request: Request) -> Response:
        """The page; where it is not built, what runs and how to send and ask."""
        if (whole := page.built(page.STATIC)) is not None:
            return whole
        url = f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}"
        text = await home.home(self.store, url, trusted=_trusted(request))
        return HTMLResponse(text, headers={"content-security-policy": home.CSP})

    async def style(self, _request: Request) -> Response:
        css = (home.HERE / "home.css").read_text(encoding="utf-8")
        return Response(css, media_type="text/css", headers={"cache-control": "no-cache"})

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"status": "alive", "version": __version__})

    async def ready(self, request: Request) -> Response:
        info = await queries.service_info(self.store, __version__)
        if info.projection != PROJECTION:
            raise StoreUnavailable(
                f"The graph was built by projection {info.projection}, this release has {PROJECTION}.",
                hint="Build it again: whence rebuild",
            )
        position = {"seq": info.position.seq} if _trusted(request) else {}
        return JSONResponse({"status": "ready", "projection": info.projection, **position})

    async def exposition(self, _request: Request) -> Response:
        info = await queries.service_info(self.store, __version__)
        text = self.metrics.exposition(info.position.seq, info.rejected)
        return Response(text, media_type=CONTENT_TYPE)


def _trusted(request: Request) -> bool:
    """Whether who asks may see what the store holds; the pages that need no key are shown to others, too."""
    return request.scope[IN_SCOPE].scope is not None


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == 404:
        shape = NotFound(f"There is nothing at {request.url.path[:200]}.", hint="See / for what there is.").as_dict()
    else:
        shape = BadRequest("This path does not take this method.", hint="See / for what there is.").as_dict()
    return JSONResponse(shape, status_code=status, headers=headers)


async def _whence_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, WhenceError)
    retry = {"retry-after": "1"} if error.status == 503 else None
    return JSONResponse(error.as_dict(), status_code=error.status, headers=retry)
