"""Row counts of the formats that say them cheaply.

CSV and TSV: records as RFC 4180 counts them (a line break inside quotes is data), blank lines left out, less one for the header line.
JSON Lines: lines that are not blank. NumPy `.npy`: the first dimension in the header. Parquet: the footer, when pyarrow is installed.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from pathlib import Path

_LINE_COUNTED = {".csv": True, ".tsv": True, ".jsonl": False, ".ndjson": False}


class RowCounter(Protocol):
    """Counts rows of a file that is read in chunks."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""

    def finish(self) -> int | None:
        """The number of rows; None when the bytes cannot be counted."""


class LineCounter:
    """Counts the lines of text that are not blank, and not inside quotes when `quoted`; `header` is the number not to count."""

    def __init__(self, *, quoted: bool, header: int) -> None:
        self._quoted = quoted
        self._header = header
        self._inside_quotes = False
        self._line_has_text = False
        self._lines = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if not self._quoted:
            self._count(chunk)
            return
        first, *others = chunk.split(b'"')
        self._piece(first)
        for piece in others:
            self._inside_quotes = not self._inside_quotes
            self._line_has_text = True
            self._piece(piece)

    def finish(self) -> int | None:
        """The number of lines less the header; None when a quote was never closed, so that lines cannot be told apart."""
        if self._inside_quotes:
            return None
        return max(0, self._lines + self._line_has_text - self._header)

    def _piece(self, piece: bytes) -> None:
        if not self._inside_quotes:
            self._count(piece)

    def _count(self, text: bytes) -> None:
        text = text.replace(b"\r", b"")
        if not text:
            return
        breaks = text.count(b"\n")
        if not breaks:
            self._line_has_text = True
            return
        blank = len(re.findall(rb"(?=\n\n)", text)) if b"\n\n" in text else 0
        if text.startswith(b"\n") and not self._line_has_text:
            blank += 1
        self._lines += breaks - blank
        self._line_has_text = not text.endswith(b"\n")


def counter_for(path: Path) -> RowCounter | None:
    """The counter to feed while the file is digested; None for formats that are not counted by their lines."""
    quoted = _LINE_COUNTED.get(path.suffix.lower())
    if quoted is None:
        return None
    return LineCounter(quoted=quoted, header=1 if quoted else 0)


def rows_in_header(path: Path) -> int | None:
    """Rows that a binary format states about itself: `.npy`, and `.parquet` when pyarrow is installed; else None.

    Raises OSError and ValueError when the file cannot be read as what its name says.
    """
    suffix = path.suffix.lower()
    if suffix == ".npy":
        with path.open("rb") as file:
            return _npy_rows(file)
    if suffix == ".parquet" and importlib.util.find_spec("pyarrow"):
        from pyarrow import parquet  # type: ignore[import-not-found, unused-ignore]

        return int(parquet.read_metadata(path).num_rows)
    return None


def _npy_rows(file: BinaryIO) -> int | None:
    # https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    if file.read(6) != b"\x93NUMPY":
        raise ValueError("not a .npy file")
    major = file.read(2)[0]
    size = int.from_bytes(file.read(2 if major == 1 else 4), "little")
    shape = ast.literal_eval(file.read(min(size, 65536)).decode("utf-8")).get("shape")
    return int(shape[0]) if shape else None
