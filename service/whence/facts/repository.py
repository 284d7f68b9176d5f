"""All ways to write the address of a repository become one (design page, §3; docs/naming.md)."""

from __future__ import annotations

import re
from typing import Final

_SCP_FORM: Final = re.compile(r"(?:[^@/\s]+@(?P<host>[^:/\s@]+)|(?P<bare>[^:/\s@]{2,})):(?P<path>.+)")
"""`user@host:path`; without a user the host has two letters or more, because one is a drive of Windows."""
_PORT: Final = re.compile(r":\d*$")
_DEFAULT_PORTS: Final = {"https": ":443", "http": ":80"}


def normal_repository(address: str) -> str | None:
    """`https://{host}/{path}` for git@h:o/r, ssh, git, git+https, http and https, host in lower case, without credentials, query, `.git` and
    trailing `/`; the port stays where the web is spoken. `file://{path}` for a path. Other schemes stay. None when no host is named.
    """
    text = address.strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        return _without_scheme(text)
    scheme = scheme.lower().removeprefix("git+")
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    if scheme == "file":
        return f"file://{_trimmed(rest)}"
    authority, _, path = rest.partition("/")
    host = authority.rpartition("@")[2].lower()
    if scheme in ("ssh", "git"):
        return _https(_PORT.sub("", host), path)
    if scheme in _DEFAULT_PORTS:
        return _https(host.removesuffix(_DEFAULT_PORTS[scheme]), path)
    return f"{scheme}://{host}/{_trimmed(path)}".rstrip("/") if host else None


def repository_of_file(url: str, revision: str) -> str:
    """The address of a repository out of that of a file in it, as code hosts write it: `…/blob/{revision}/{path}`; any other unchanged."""
    return re.split(rf"(?:/-)?/(?:blob|tree|raw|src|commit)/{re.escape(revision)}(?:/|$)", url, maxsplit=1)[0]


def _without_scheme(text: str) -> str | None:
    if text.startswith("/"):
        return f"file://{_trimmed(text)}"
    match = _SCP_FORM.fullmatch(text)
    return _https((match["host"] or match["bare"]).lower(), match["path"]) if match else text or None


def _https(host: str, path: str) -> str | None:
    return f"https://{host}/{_trimmed(path).lstrip('/')}".rstrip("/") if host else None


def _trimmed(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").rstrip("/")
