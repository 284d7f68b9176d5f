"""Whom to ask: the service at a URL or a store opened here, never both (interface page, Command line)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from whence.errors import BadRequest
from whence.settings import DEFAULT_PORT, Settings, is_loopback

DEFAULT_URL: Final = f"http://127.0.0.1:{DEFAULT_PORT}"
_KNOCK_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Where:
    """A service's base URL or a store's URL; exactly one is set."""

    url: str | None = None
    store: str | None = None

    @property
    def shown(self) -> str:
        return f"the service at {self.url}" if self.url else f"the store {self.store}"


def choose(settings: Settings, store: str | None, url: str | None) -> Where:
    """A flag wins over the environment; with neither, the local service if it answers, else the default store.

    Raises BadRequest when both are given in the same place, or the URL is none.
    """
    if store and url:
        raise BadRequest(
            "--store and --url can't both be given.", hint="--url asks a running service, --store opens the store here."
        )
    if not store and not url:
        store, url = settings.store, settings.url
        if store and url:
            raise BadRequest(
                "WHENCE_STORE and WHENCE_URL are both set.", hint="Unset one of them, or give --store or --url."
            )
    if url:
        return Where(url=checked_url(url))
    if store:
        return Where(store=store)
    return Where(url=DEFAULT_URL) if answers_health(DEFAULT_URL) else Where(store=settings.store_url)


def checked_url(url: str) -> str:
    """The base URL without a trailing slash. Raises BadRequest when it is no http(s) URL or carries credentials."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise BadRequest("--url needs an address such as http://127.0.0.1:8760.", hint="A store is named with --store.")
    if parts.username or parts.password:
        raise BadRequest(
            "The URL carries credentials, and URLs end up in logs.", hint="Give the key in WHENCE_API_KEY."
        )
    return url.rstrip("/")


def answers_health(url: str) -> bool:
    """Whether a service answers `GET /health` there, quickly."""
    import socket

    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    try:
        with socket.create_connection((host, port), timeout=_KNOCK_SECONDS):
            pass
    except OSError:
        return False
    import httpx

    try:
        with httpx.Client(timeout=2.0, trust_env=not is_loopback(host)) as client:
            return client.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False
