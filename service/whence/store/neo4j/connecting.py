"""From a URL and a login to sessions of the driver."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import neo4j

from whence.errors import BadRequest

USER: Final = "WHENCE_NEO4J_USER"
PASSWORD: Final = "WHENCE_NEO4J_PASSWORD"  # noqa: S105  the name of a variable
_DEFAULT_USER: Final = "neo4j"
_SYSTEM: Final = "system"
_CONNECT_SECONDS: Final = 5.0
_ACQUIRE_SECONDS: Final = 15.0
_IDLE_SECONDS: Final = 30.0
_HINT: Final = (
    "Use neo4j://host:7687?database=neo4j (also neo4j+s, bolt, bolt+s); user and password come from the environment."
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks. The password is in no repr, URL, message or log."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: the server as the driver takes it, and the database there (None: the server's default)."""

    server: str
    database: str | None = None


def address_of(url: str) -> Address:
    """Raises BadRequest for a URL that names no server, carries credentials, or asks for anything but a database."""
    try:
        parts = urlsplit(url)
        host, port, options = parts.hostname, parts.port, parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise BadRequest("not the URL of a Neo4j store", hint=_HINT) from None
    if "@" in parts.netloc:
        raise BadRequest("the URL of a Neo4j store carries no user and no password", hint=f"Set {USER} and {PASSWORD}.")
    names = [name for name, _ in options]
    if not host or port == 0 or parts.path not in ("", "/") or parts.fragment or names not in ([], ["database"]):
        raise BadRequest("not the URL of a Neo4j store", hint=_HINT)
    if ("database", _SYSTEM) in options:
        raise BadRequest("the database `system` holds no data of users", hint=_HINT)
    return Address(urlunsplit((parts.scheme, parts.netloc, "", "", "")), options[0][1] if options else None)


def login_from(environment: Mapping[str, str] | None = None) -> Login | None:
    """The login that the environment gives; None for servers that ask for none.

    Read here, as database drivers do, so that a password passes through nobody's hands on its way.
    """
    given = os.environ if environment is None else environment
    user, password = given.get(USER), given.get(PASSWORD)
    return Login(user or _DEFAULT_USER, password) if password else None


class Connecting:
    """A driver that connects when it is first needed. Sessions see all that sessions of this driver committed before (bookmarks)."""

    def __init__(self, address: Address, login: Login | None) -> None:
        """Connects to nothing yet."""
        self._database = address.database
        # What the driver logs comes to us as errors too; without a handler Python would print it between answers.
        logger = logging.getLogger("neo4j")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        self._driver = neo4j.GraphDatabase.driver(
            address.server,
            auth=(login.user, login.password) if login else None,
            connection_timeout=_CONNECT_SECONDS,
            connection_acquisition_timeout=_ACQUIRE_SECONDS,
            liveness_check_timeout=_IDLE_SECONDS,
            notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
            user_agent="whence",
        )
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def session(self) -> neo4j.Session:
        """A session with the leader: it alone holds the locks that make reads exact (`snapshot`)."""
        return self._driver.session(
            database=self._database,
            bookmark_manager=self._bookmarks,
            default_access_mode=neo4j.WRITE_ACCESS,
            fetch_size=-1,
        )

    def close(self) -> None:
        self._driver.close()


def rows(way: neo4j.Session | neo4j.Transaction, statement: LiteralString, **parameters: Any) -> list[list[Any]]:
    """Run one statement, in a transaction or as one of its own; all rows of its answer."""
    return [list(record) for record in way.run(statement, parameters)]


def collected(way: neo4j.Session | neo4j.Transaction, statement: LiteralString, **parameters: Any) -> list[Any]:
    """The one list that a statement answers with: to the driver a record costs much more than a row inside of one."""
    found: list[Any] = rows(way, statement, **parameters)[0][0]
    return found
