"""Who may ask: without keys the service is open to its own machine only, and not to web pages of others.

A loopback address alone does not protect: any page in a browser can send to it (Origin), and a foreign name can be made to resolve to it (Host).
"""

from __future__ import annotations

import functools
import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from whence.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.settings import Settings

_LOCAL_NAMES: Final = frozenset({"localhost"})


class Access(msgspec.Struct, frozen=True):
    """The rules of access. `origins` are those of web pages that may ask besides our own, as `scheme://host[:port]`."""

    origins: frozenset[str] = frozenset()

    def check(self, host: str, origin: str | None) -> None:
        """Raises Forbidden for a Host that is not this machine, or an Origin that is neither our own nor allowed."""
        if not names_this_machine(host):
            raise Forbidden(
                "This service answers to its own machine only, and the request names another host.",
                hint="Ask it at http://127.0.0.1 or http://localhost with its port.",
            )
        if origin is not None and origin not in self.origins and not _is_own(origin, host):
            raise Forbidden(
                "A web page of another origin may not ask this service.", hint="Allow it in WHENCE_CORS_ORIGINS."
            )


def access_of(settings: Settings) -> Access:
    """The rules that these settings ask for."""
    return Access(frozenset(origin.rstrip("/").lower() for origin in settings.cors_origins))


def refuse_to_serve(settings: Settings) -> str | None:
    """Why the service may not be started with these settings, as a sentence for a person; None when it may."""
    if settings.api_keys:
        return "WHENCE_API_KEYS is set, but this release does not check keys yet: unset it and serve on 127.0.0.1."
    if not settings.is_loopback:
        return (
            f"Anyone who reaches {settings.host} could read and write: without a key the service listens on loopback only, "
            "and this release has no keys yet. Serve on 127.0.0.1, and let a proxy that asks who it is stand in front."
        )
    return None


@functools.lru_cache(maxsize=256)
def names_this_machine(host: str) -> bool:
    """Whether a Host header can only mean this machine. Remembered, because each request asks."""
    return is_local(host_name(host))


def host_name(host: str) -> str:
    """The name in a Host header, without its port and brackets, in lower case."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_local(name: str) -> bool:
    """Whether a host name can only mean this machine."""
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_own(origin: str, host: str) -> bool:
    scheme, separator, rest = origin.lower().partition("://")
    return bool(separator) and scheme in {"http", "https"} and rest == host.lower()


def cors_headers(allowed: Access, origin: str | None) -> Iterable[tuple[bytes, bytes]]:
    """What a browser needs to let a page of an allowed origin read the answer; nothing for all others."""
    if origin is None or origin not in allowed.origins:
        return ()
    return (
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
        (b"access-control-max-age", b"600"),
        (b"vary", b"Origin"),
    )
