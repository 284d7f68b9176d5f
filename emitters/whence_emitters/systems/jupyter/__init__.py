"""Jupyter: notebooks that hold what was executed in them, by papermill, nbclient or a person."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.importing.files import inside, read_bytes
from whence_emitters.systems.jupyter.mapping import events, missing
from whence_emitters.systems.jupyter.notebook import parse_notebook
from whence_emitters.systems.options import time_option
from whence_emitters.systems.places import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence_emitters.systems.places import Place

_LEFT_OUT = frozenset({".ipynb_checkpoints", "node_modules"})


@dataclass(frozen=True, slots=True)
class _Source:
    folder: Path
    notebooks: tuple[str, ...]
    place: Place


def read(reading: Reading) -> Iterator[Record]:
    """One record a notebook, in the order in which they were executed. Raises `SourceError`, and `UsageError` for a bad `--at`."""
    source, at = _source(reading), time_option(reading, "at")
    records = [record for relative in source.notebooks if (record := _record(reading, source, relative, at))]
    yield from sorted(records, key=lambda record: record.events[-1]["eventTime"])


def _record(reading: Reading, source: _Source, relative: str, at: str | None) -> Record | None:
    try:
        document = read_bytes(inside(source.folder, relative))
        notebook = parse_notebook(document)
        if not notebook.executed:
            reading.cannot_tell("notebooks", "some were not executed, or their outputs were cleared")
            return None
        made = events(notebook, source.place, relative, _digests(document), len(document), at)
    except (DamagedError, RecursionError) as error:
        reading.cannot_read(relative, error.message if isinstance(error, DamagedError) else "it is nested too deeply")
        return None
    if not made:
        reading.cannot_tell("times", "some notebooks hold none: execute them with papermill or nbclient, or give --at")
        return None
    for what, why in missing(notebook, at).items():
        reading.cannot_tell(what, why)
    return Record(f"{source.place.namespace} {source.place.name(relative)}", made)


def _digests(document: bytes) -> dict[str, str]:
    blob = hashlib.sha1(b"blob %d\0" % len(document), usedforsecurity=False)
    blob.update(document)
    return {
        "sha256": hashlib.sha256(document).hexdigest(),
        "md5": hashlib.md5(document, usedforsecurity=False).hexdigest(),
        "git-blob": blob.hexdigest(),
    }


def _source(reading: Reading) -> _Source:
    given = Path(reading.location)
    if given.is_file():
        return _Source(given.parent, (given.name,), place_of(given.parent))
    if not given.is_dir():
        raise SourceError(f"There is no notebook {given}.", "give an .ipynb file, or a folder with some")
    return _Source(given, tuple(_notebooks(given)), place_of(given))


def _notebooks(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and not name.startswith("."))
        yield from (
            Path(where, name).relative_to(folder).as_posix() for name in sorted(names) if name.endswith(".ipynb")
        )


def _identify(reading: Reading) -> str:
    source = _source(reading)
    only = source.notebooks[0] if Path(reading.location).is_file() else ""
    return f"{source.place.namespace} {source.place.name(only)}"


IMPORTER = Importer(
    system="jupyter",
    source="an executed notebook (.ipynb), or a folder with some",
    example="whence-emit import jupyter ./notebooks",
    identify=_identify,
    read=read,
    options=(Option("at", "the time to give to notebooks that hold none (ISO 8601; UTC without a zone)", "T"),),
)
