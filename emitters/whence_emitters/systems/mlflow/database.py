"""A tracking store's database over any DB-API connection (PEP 249): `sqlite3`, psycopg, PyMySQL, or the one that MLflow itself opened.

Releases of MLflow differ in tables and columns: what is not there is empty. Each question is a short read of its own, so that no run which
is being logged waits for an import.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from whence_emitters.errors import SourceError, UsageError
from whence_emitters.systems.mlflow.statements import (
    IDS_OF_A_QUESTION,
    TABLES_OF_A_FILE,
    TABLES_OF_A_SERVER,
    Question,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_PORTS = {"postgresql": 5432, "mysql": 3306}


class Database:
    """Asks the questions of `statements`. `dialect` is the scheme of the store's URL: `sqlite`, `postgresql` or `mysql`."""

    def __init__(self, connection: Any, dialect: str = "sqlite") -> None:
        self._connection = connection
        self._mark = "%s" if dialect in TABLES_OF_A_SERVER else "?"
        self._tables_of_it = TABLES_OF_A_SERVER.get(dialect, TABLES_OF_A_FILE)
        self._tables: frozenset[str] | None = None

    @property
    def tables(self) -> frozenset[str]:
        """The tables that this release's store has."""
        if self._tables is None:
            self._tables = frozenset(str(row[0]) for row in self._ask(self._tables_of_it, (), _whole))
        return self._tables

    def rows(self, question: Question) -> Iterator[tuple[Any, ...]]:
        """The columns of a question without ids; nothing when its table is missing."""
        if question.table in self.tables:
            yield from self._ask(question.text, (), lambda cursor: _picked(cursor, question.columns))

    def rows_of(self, question: Question, ids: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The columns of a question about some ids; nothing when its table is missing."""
        wanted = list(dict.fromkeys(ids)) if question.table in self.tables else []
        for start in range(0, len(wanted), IDS_OF_A_QUESTION):
            some = wanted[start : start + IDS_OF_A_QUESTION]
            filled = (*some, *[some[-1]] * (IDS_OF_A_QUESTION - len(some)))
            yield from self._ask(question.text, filled, lambda cursor: _picked(cursor, question.columns))

    def _ask(
        self, text: str, values: Sequence[Any], taken: Callable[[Any], list[tuple[Any, ...]]]
    ) -> list[tuple[Any, ...]]:
        with closing(self._connection.cursor()) as cursor:
            try:
                cursor.execute(_for_driver(text, self._mark), values)
                return taken(cursor)
            except Exception as error:
                raise SourceError(
                    f"The tracking store cannot be read: {error}", "is the database damaged or locked?"
                ) from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@cache
def _for_driver(text: str, mark: str) -> str:
    """A question's text with its parameters as the driver marks them."""
    return text.replace(":ids", ", ".join([mark] * IDS_OF_A_QUESTION))


def _whole(cursor: Any) -> list[tuple[Any, ...]]:
    return list(cursor.fetchall())


def _picked(cursor: Any, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Some columns of every row, with None for those that there are not."""
    places = {column[0].lower(): place for place, column in enumerate(cursor.description)}
    wanted = [places.get(column) for column in columns]
    return [tuple([None if place is None else row[place] for place in wanted]) for row in cursor.fetchall()]


def is_database(location: str) -> bool:
    """Whether a location is a database's URL or a file that may be one."""
    scheme = urlsplit(location).scheme.partition("+")[0]
    return scheme in {"sqlite", *_PORTS} or ("://" not in location and Path(location).is_file())


def sqlite_path(location: str) -> Path:
    """The file of `sqlite:///relative`, `sqlite:////absolute` or a plain path."""
    text = unquote(urlsplit(location).path).removeprefix("/") if location.startswith("sqlite:") else location
    return Path(text).expanduser().absolute()


def server_of(location: str) -> str:
    """What follows `mlflow://` in the names of this store when nobody says what its server is called.

    For a file its absolute path, else host, port where it is not the usual one, and database.
    """
    scheme = urlsplit(location).scheme.partition("+")[0]
    if scheme not in _PORTS:
        return sqlite_path(location).as_posix()
    parts = urlsplit(location)
    port = "" if parts.port in {None, _PORTS[scheme]} else f":{parts.port}"
    return f"{parts.hostname or 'localhost'}{port}/{parts.path.strip('/')}"


def open_database(location: str) -> Database:
    """Open a store to read. Raises `SourceError` when it is not there or is none, `UsageError` when its driver is not installed."""
    scheme = urlsplit(location).scheme.partition("+")[0]
    database = _open_server(scheme, location) if scheme in _PORTS else _open_file(sqlite_path(location))
    if not {"runs", "experiments"} <= database.tables:
        database.close()
        raise SourceError(
            "This database holds no MLflow tracking store.", "give the URL that `mlflow server --backend-store-uri` has"
        )
    return database


def _open_file(path: Path) -> Database:
    if not path.is_file():
        raise SourceError(f"{path.name} is not there.", "give the path of the tracking store's database")
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30.0)
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error as error:
        raise SourceError(f"{path.name} cannot be read as a SQLite database: {error}.", "is it one?") from error
    return Database(connection)


def _open_server(scheme: str, location: str) -> Database:
    parts = urlsplit(location)
    named = {
        "host": parts.hostname or "localhost",
        "port": parts.port or _PORTS[scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    try:
        if scheme == "postgresql":
            connection = import_module("psycopg").connect(**named, dbname=parts.path.strip("/"), autocommit=True)
            connection.execute("SET default_transaction_read_only = on")
            return Database(connection, scheme)
        return Database(
            import_module("pymysql").connect(
                **named,
                database=parts.path.strip("/"),
                autocommit=True,
                init_command="SET SESSION TRANSACTION READ ONLY",
            ),
            scheme,
        )
    except ImportError as error:
        raise UsageError(
            f"Reading {scheme} needs a driver that is not installed.", "pip install 'whence-emitters[mlflow-sql]'"
        ) from error
    except Exception as error:
        raise SourceError(
            f"The database at {parts.hostname} cannot be opened: {type(error).__name__}.", "check its URL and password"
        ) from error
