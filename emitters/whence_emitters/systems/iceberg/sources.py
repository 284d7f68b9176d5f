"""Find the tables of a source: a table's folder, a warehouse of them, or the SQLite file of a catalog.

Source of the catalog's layout: Iceberg's JDBC catalog and pyiceberg's SqlCatalog, table `iceberg_tables`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.files import inside
from whence_emitters.systems.iceberg.metadata import FOLDER, is_table, newest_file, tables_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence_emitters.importing.contract import Reading

_SQLITE = b"SQLite format 3\0"
_TABLES = "SELECT catalog_name, table_namespace, table_name, metadata_location FROM iceberg_tables ORDER BY 1, 2, 3"


@dataclass(frozen=True, slots=True)
class Catalog:
    """How a catalog calls a table: the catalog's address and name, and the table's name with dots."""

    address: str
    name: str
    table: str


@dataclass(frozen=True, slots=True)
class Found:
    """A table: its folder, its newest metadata file, and what its catalog calls it."""

    folder: Path
    newest: Path
    catalog: Catalog | None = None


def tables_of(reading: Reading) -> Iterator[Found]:
    """Every table of the source. Raises `SourceError` when it is none of the three."""
    source = Path(reading.location)
    if source.is_file():
        yield from _in_catalog(source, reading)
        return
    if not source.is_dir():
        raise SourceError(f"{source} is not there.", "give a table's folder, a warehouse or a catalog's SQLite file")
    folders = [source] if is_table(source) else list(tables_below(source))
    if not folders:
        raise SourceError(f"There is no Iceberg table in {source}.", f"a table's folder holds {FOLDER}/*.metadata.json")
    for folder in folders:
        try:
            yield Found(folder, newest_file(folder))
        except (DamagedError, OSError) as error:
            reading.cannot_read(folder.name, str(error))


def _in_catalog(database: Path, reading: Reading) -> Iterator[Found]:
    root = Path(str(reading.options.get("warehouse") or database.parent))
    address = str(reading.options.get("catalog") or f"sqlite://{database.absolute().as_posix()}")
    for catalog_name, namespace, table, location in _rows(database):
        named = f"{namespace}.{table}"
        try:
            newest = _locate(root, str(location))
        except DamagedError as error:
            reading.cannot_read(f"{catalog_name}.{named}", error.message)
            continue
        yield Found(newest.parent.parent, newest, Catalog(address, str(catalog_name), named))


def _rows(database: Path) -> list[tuple[object, ...]]:
    try:
        with database.open("rb") as file:
            if file.read(len(_SQLITE)) != _SQLITE:
                raise SourceError(f"{database} is no SQLite file.", "give the file of a catalog, or a table's folder")
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            rows = connection.execute(_TABLES).fetchall()
    except OSError as error:
        raise SourceError(f"{database} cannot be read: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise SourceError(
            f"{database} is no catalog of Iceberg tables: {error}.", "it needs a table iceberg_tables"
        ) from error
    return [row for row in rows if row[3]]


def _locate(root: Path, location: str) -> Path:
    """The metadata file that the catalog points to, below `root`: where it says, else the longest end of its path that is there.

    A catalog names files where the writer saw them; a copy, or a mount, has the same folders below another one. Raises `DamagedError`.
    """
    path = unquote(urlsplit(location).path) if "://" in location or location.startswith("file:") else location
    if Path(path).is_absolute() and Path(path).is_file() and Path(path).resolve().is_relative_to(root.resolve()):
        return Path(path)
    parts = [part for part in path.split("/") if part]
    for start in range(len(parts) - 2):
        below = inside(root, "/".join(parts[start:]))
        if below.is_file() and below.parent.name == FOLDER:
            return below
    raise DamagedError("its metadata file is not below the folder of the catalog; --warehouse FOLDER says where it is")
