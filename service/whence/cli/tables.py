"""Tables without lines: a header, columns as wide as they need, folded and never cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import click
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Cell = str | Text
_INDENT: Final = 4
_UNBOUNDED: Final = 10_000


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Sequence[str] = ()) -> Table:
    """A table of these rows; columns named in `right` are aligned right. Cells are text, never markup."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name in header:
        made.add_column(Text(name), overflow="fold", justify="right" if name in right else "left", no_wrap=False)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def print_table(
    out: Console, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Sequence[str] = ()
) -> None:
    """Print a table without blanks at the ends of its lines."""
    with out.capture() as painted:
        out.print(table(header, rows, right=right))
    for line in painted.get().splitlines():
        click.echo(line.rstrip(), color=_coloured(out))


def print_with_details(
    out: Console, header: Sequence[str], rows: Sequence[Sequence[Cell]], *, right: Sequence[str] = ()
) -> None:
    """Print a table whose last column is long: as a column where it fits the width, else below each row, indented."""
    whole = table(header, rows, right=right)
    if Measurement.get(out, out.options.update(width=_UNBOUNDED), whole).maximum <= out.width:
        print_table(out, header, rows, right=right)
        return
    with out.capture() as painted:
        out.print(
            table(header[:-1], [row[:-1] for row in rows], right=right), no_wrap=True, crop=False, width=_UNBOUNDED
        )
    title, *lines = painted.get().splitlines()
    click.echo(title.rstrip(), color=_coloured(out))
    for line, row in zip(lines, rows, strict=True):
        click.echo(line.rstrip(), color=_coloured(out))
        out.print(Padding(row[-1], (0, 0, 0, _INDENT)))


def _coloured(out: Console) -> bool:
    return out.is_terminal and not out.no_color
