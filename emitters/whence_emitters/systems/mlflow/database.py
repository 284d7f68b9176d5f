"""A tracking store's database over any DB-API connection (PEP 249): `sqlite3`, psycopg, PyMySQL, or the one that MLflow itself opened.

Tables and columns are looked up first, since releases of MLflow differ in them: what is not there is empty. Each question is a short
read of its own, so that no run which is being logged waits for an import.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from whence_emitters.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_IDS_OF_A_QUESTION = 500
_PORTS = {"postgresql": 5432, "mysql": 3306}


class Database:
    """Reads whole columns by ids. `place` is how the driver writes a parameter: `?` or `%s`."""

    def __init__(self, connection: Any, *, place: str = "?", quote: str = '"') -> None:
        self._connection = connection
        self._place = place
        self._quote = quote
        self._known: dict[str, frozenset[str]] = {}

    def columns(self, table: str) -> frozenset[str]:
        """The columns that a table has here; none when there is no such table."""
        if table not in self._known:
            try:
                with closing(self._connection.cursor()) as cursor:
                    cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")  # noqa: S608 - our own names
                    self._known[table] = frozenset(column[0] for column in cursor.description)
            except Exception:
                self._known[table] = frozenset()
                with suppress(Exception):  # PostgreSQL answers nothing more in a transaction after an error
                    self._connection.rollback()
        return self._known[table]

    def select(
        self, table: str, columns: Sequence[str], *, ids: tuple[str, Iterable[Any]] | None = None,
        where: Mapping[str, str] | None = None, tail: str = "",
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        """Rows of a table, with None for columns that it lacks; nothing when it is missing or lacks the column of `ids`.

        `ids` are a column and the values that it must have; `where` are columns with one value each.
        """
        there = self.columns(table)
        if not there or (ids and ids[0] not in there):
            return
        shown = ", ".join(self._quoted(column) if column in there else "NULL" for column in columns)
        fixed = [(self._quoted(column), value) for column, value in (where or {}).items() if column in there]
        tests = [f"{column} = {self._place}" for column, _value in fixed]
        values = [value for _column, value in fixed]
        if ids is None:
            yield from self._rows(shown, table, tests, values, tail)
            return
        wanted = list(dict.fromkeys(ids[1]))
        for start in range(0, len(wanted), _IDS_OF_A_QUESTION):
            some = wanted[start : start + _IDS_OF_A_QUESTION]
            among = f"{self._quoted(ids[0])} IN ({', '.join([self._place] * len(some))})"
            yield from self._rows(shown, table, [*tests, among], [*values, *some], tail)

    def counts(self, table: str, column: str, ids: Iterable[str]) -> dict[str, int]:
        """How many rows of a table have each of some values."""
        wanted = list(ids)
        found: dict[str, int] = {}
        if column in self.columns(table):
            for start in range(0, len(wanted), _IDS_OF_A_QUESTION):
                some = wanted[start : start + _IDS_OF_A_QUESTION]
                among = [f"{column} IN ({', '.join([self._place] * len(some))})"]
                found.update(self._rows(f"{column}, COUNT(*)", table, among, some, f"GROUP BY {column}"))
        return found

    def first_uses(self, datasets: Iterable[str] | None = None) -> dict[str, int]:
        """When the first run began that logged a dataset as its input, for those that several runs share."""
        if not self.columns("inputs"):
            return {}
        tests, values = ["i.source_type = 'DATASET'"], list(datasets or ())
        if datasets is not None:
            tests.append(f"i.source_id IN ({', '.join([self._place] * len(values)) or 'NULL'})")
        tables = "inputs i JOIN runs r ON r.run_uuid = i.destination_id"
        rows = self._rows(
            "i.source_id, MIN(r.start_time)", tables, tests, values, "GROUP BY i.source_id HAVING COUNT(*) > 1"
        )
        return {dataset: int(begun or 0) for dataset, begun in rows}

    def _rows(
        self, shown: str, table: str, tests: Sequence[str], values: Sequence[Any], tail: str
    ) -> list[tuple[Any, ...]]:
        test = f" WHERE {' AND '.join(tests)}" if tests else ""
        statement = f"SELECT {shown} FROM {table}{test} {tail}"  # noqa: S608 - our own names, values are bound
        with closing(self._connection.cursor()) as cursor:
            try:
                cursor.execute(statement, tuple(values))
                return list(cursor.fetchall())
            except Exception as error:
                raise SourceError(
                    f"The tracking store's table {table} cannot be read: {error}", "is the database damaged or locked?"
                ) from error

    def _quoted(self, column: str) -> str:
        return f"{self._quote}{column}{self._quote}"

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


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
    if not database.columns("runs") or not database.columns("experiments"):
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
            return Database(connection, place="%s")
        return Database(
            import_module("pymysql").connect(
                **named,
                database=parts.path.strip("/"),
                autocommit=True,
                init_command="SET SESSION TRANSACTION READ ONLY",
            ),
            place="%s",
            quote="`",
        )
    except ImportError as error:
        raise UsageError(
            f"Reading {scheme} needs a driver that is not installed.", "pip install 'whence-emitters[mlflow-sql]'"
        ) from error
    except Exception as error:
        raise SourceError(
            f"The database at {parts.hostname} cannot be opened: {type(error).__name__}.", "check its URL and password"
        ) from error
