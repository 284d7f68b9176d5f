"""Weights & Biases: the files that every run leaves, offline or online, and with `--api` what the server knows of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.masking import shown_error
from whence_emitters.systems.wandb.artifacts import DEFAULT_HOST, Server
from whence_emitters.systems.wandb.mapping import events
from whence_emitters.systems.wandb.run_file import read_run_file
from whence_emitters.systems.wandb.source import beside, run_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from whence_emitters.systems.wandb.mapping import Told
    from whence_emitters.systems.wandb.run_file import RunFile

    Asked = Callable[[RunFile], Told | None]


def read(reading: Reading) -> Iterator[Record]:
    """One record a file. Raises `SourceError` when there is no run."""
    server, ask = _server(reading), _asking(reading)
    for path in run_files(reading.location):
        key = f"{path.parent.name}/{path.name}"
        try:
            record = _record(reading, path, key, server, ask)
        except (DamagedError, OSError, OverflowError, RecursionError) as error:
            reading.cannot_read(key, error.message if isinstance(error, DamagedError) else shown_error(error))
            continue
        if record is not None:
            yield record


def _record(reading: Reading, path: Path, key: str, server: Server, ask: Asked) -> Record | None:
    status = path.stat()
    stamp = "" if reading.options.get("api") else f"{status.st_size} bytes at {status.st_mtime_ns}"
    if stamp and reading.unchanged(key, stamp):
        return None
    troubles: dict[str, None] = {}
    run = read_run_file(path, lambda why: troubles.setdefault(why))
    for why in troubles:
        reading.cannot_read(key, why)
    made, missing = events(run, server, beside(path), ask(run))
    for what, why in missing.items():
        reading.cannot_tell(what, why)
    # A damaged file is read again each time, so that nobody takes it for whole.
    return Record(key, made, "" if troubles else stamp)


def _server(reading: Reading) -> Server:
    return Server(reading.options.get("host") or DEFAULT_HOST, reading.options.get("entity") or "")


def _asking(reading: Reading) -> Asked:
    if not reading.options.get("api"):
        return lambda _run: None
    from whence_emitters.systems.wandb.api import told_by_server

    server = _server(reading)
    return lambda run: told_by_server(server, run)


def _identify(reading: Reading) -> str:
    server = _server(reading)
    return f"{server.namespace(server.entity, '*')} {Path(reading.location).resolve().as_posix()}"


IMPORTER = Importer(
    system="wandb",
    source="a .wandb file, a run's folder, or a `wandb` folder with many of them",
    example="whence-emit import wandb ./wandb --entity acme",
    identify=_identify,
    read=read,
    options=(
        Option("host", f"the server's host, part of every name (default: {DEFAULT_HOST})", "HOST"),
        Option("entity", "the user or team of runs that name none, as offline runs often do", "NAME"),
        Option(
            "api", "ask the server for used artifacts and version numbers, with the key that wandb is logged in with"
        ),
    ),
)
