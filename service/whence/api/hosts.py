"""Whom a Host or Origin header names."""

from __future__ import annotations

import functools
import ipaddress
from typing import Final
from urllib.parse import urlsplit

_LOCAL_NAMES: Final = frozenset({"localhost"})


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


def is_own(origin: str, host: str) -> bool:
    """Whether an Origin is the page that this service itself serves at `host`."""
    scheme, separator, rest = origin.lower().partition("://")
    return bool(separator) and scheme in {"http", "https"} and rest == host.lower()
