"""Events in files: one JSON document, an array of them, or one a line; gzip or not; a folder of such files, or standard input."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import msgspec

from whence.errors import BadRequest, WhenceError
from whence.ingest import documents

STDIN: Final = "-"
_SUFFIXES: Final = (".json", ".ndjson", ".jsonl")
_LINES: Final = (".ndjson", ".jsonl")
_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Found:
    """An event's bytes, cut out but not parsed, and where it stands: `events.ndjson:12`."""

    body: bytes
    place: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or the rest of one, that holds no events, with the reason."""

    place: str
    error: WhenceError


def files_below(given: str) -> list[str]:
    """The files to read: the one named, or those of a folder at any depth with a known ending, sorted by path. Raises BadRequest when there is none."""
    if given == STDIN:
        return [STDIN]
    path = Path(given)
    if path.is_file():
        return [given]
    if not path.is_dir():
        raise BadRequest(
            f"There is no file or folder {given}.", hint="Name a file or folder of events, or - for standard input."
        )
    found = sorted(
        str(each) for each in path.rglob("*") if each.is_file() and each.name.removesuffix(".gz").endswith(_SUFFIXES)
    )
    if not found:
        raise BadRequest(
            f"{given} holds no events.",
            hint=f"Files that end with {', '.join(_SUFFIXES)} are read, also with .gz behind.",
        )
    return found


def events_in(files: Iterable[str]) -> Iterator[Found | Unreadable]:
    """The events of these files, in order, one file open at a time. Lines are read as they come."""
    for name in files:
        shown = "standard input" if name == STDIN else name
        try:
            with _open(name) as stream:
                for number, body in enumerate(_bodies(stream, by_line=name.removesuffix(".gz").endswith(_LINES)), 1):
                    yield Found(body, f"{shown}:{number}")
        except WhenceError as error:
            yield Unreadable(shown, error)
        except (OSError, EOFError, zlib.error) as error:
            yield Unreadable(
                shown,
                BadRequest(f"It can't be read: {getattr(error, 'strerror', None) or error}.", hint="Check the file."),
            )


@contextmanager
def _open(name: str) -> Iterator[IO[bytes]]:
    with io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer)) if name == STDIN else Path(name).open("rb") as raw:
        if raw.peek(2)[:2] != _GZIP_MAGIC:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as inflated:
            yield cast("IO[bytes]", inflated)


def _bodies(stream: IO[bytes], *, by_line: bool) -> Iterator[bytes]:
    """One event a line when the first line is a whole object, so that a long file is never held whole; else the whole as one document."""
    first = b""
    for line in stream:
        first = line.strip()
        if first:
            break
    if not first:
        return
    if by_line or _is_object(first):
        yield first
        yield from (line for line in map(bytes.strip, stream) if line)
        return
    found, _ = documents(first + b"\n" + stream.read())
    yield from (body.strip() for body in found)


def _is_object(line: bytes) -> bool:
    if not line.endswith(b"}"):
        return False
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
