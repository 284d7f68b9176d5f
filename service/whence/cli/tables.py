"""Tables without lines: a header, columns as wide as they need, folded and never cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

Cell = str | Text


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
        click.echo(line.rstrip(), color=out.is_terminal and not out.no_color)
