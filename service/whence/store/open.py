"""From a store URL to a store. Nothing of an adapter is imported before its URL asks for it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from whence.errors import BadRequest
from whence.store.port import Store

_UNDERSTOOD = "memory:, sqlite:///relative.db, sqlite:////absolute.db or neo4j://host:7687?database=neo4j"
_NEO4J = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})


def open_store(url: str, *, read_only: bool = False, writer_process: bool = False) -> Store:
    """The store that a URL names. Touches no file yet; `migrate` makes what is missing, a read-only store never makes anything.

    `writer_process`: where a store merges in this process, let it do so in one of its own; for services, which answer meanwhile.

    The user and password of a Neo4j store are those of the environment (WHENCE_NEO4J_USER, WHENCE_NEO4J_PASSWORD).
    Raises BadRequest for a URL that names none.
    """
    scheme, colon, _ = url.partition(":")
    if url in ("memory:", "memory://"):
        from whence.store.memory import MemoryStore

        return MemoryStore()
    if scheme == "sqlite" and colon:
        from whence.store.sqlite.store import SqliteStore

        return SqliteStore(_sqlite_path(url), url, read_only=read_only, writer_process=writer_process)
    if scheme in _NEO4J and colon:
        from whence.store.neo4j.connecting import address_of, login_from
        from whence.store.neo4j.store import Neo4jStore

        return Neo4jStore(address_of(url), without_credentials(url), login_from(), read_only=read_only)
    raise BadRequest(f"not the URL of a store: {without_credentials(url)[:80]!r}", hint=f"Use {_UNDERSTOOD}.")


def _sqlite_path(url: str) -> Path:
    parts = urlsplit(url)
    name = unquote(parts.path[1:])
    if parts.netloc or not url.startswith("sqlite:///") or not name or "\0" in name or name.endswith("/"):
        raise BadRequest(
            f"not the URL of a SQLite store: {without_credentials(url)[:80]!r}",
            hint="Use sqlite:///relative.db (three slashes) or sqlite:////absolute.db (four).",
        )
    if parts.query or parts.fragment:
        raise BadRequest(
            "a SQLite store takes no options in its URL", hint="Write ? as %3F and # as %23 in file names."
        )
    return Path(name).expanduser() if name.startswith("~") else Path(name)


def without_credentials(url: str) -> str:
    """The URL without user, password and options, as it may be shown."""
    if url.startswith("sqlite:///"):
        return url.partition("?")[0]  # a file has no user; what joins the parts again would lose a slash
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition(":")[0] + ":…"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
