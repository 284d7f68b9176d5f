"""How an answer leaves: text for people, JSON for programs, ids for pipes, and errors on the other stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from whence.errors import Ambiguous, BadRequest, NotFound, WhenceError

if TYPE_CHECKING:
    from rich.console import Console

EXIT_ANSWERED = 0
EXIT_NO = 1
EXIT_USAGE = 2
EXIT_NOT_ANSWERED = 3
EXIT_INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""
_NO_TERMINAL_COLUMNS = 10_000


@dataclass(frozen=True, slots=True)
class Output:
    """What the person asked for: `json` the GraphQL result, `quiet` bare ids; neither: text."""

    json: bool = False
    quiet: bool = False


def exit_code(error: WhenceError) -> int:
    """2 when the question was wrong, 3 when it could not be answered."""
    return EXIT_USAGE if isinstance(error, BadRequest) or error.code == "BAD_REQUEST" else EXIT_NOT_ANSWERED


def console(*, error: bool = False) -> Console:
    """A console as wide as the terminal, with its colours; without a terminal as wide as the text, in none. Honours NO_COLOR and COLUMNS."""
    import os

    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    fixed = stream.isatty() or "COLUMNS" in os.environ
    return Console(
        stderr=error,
        width=None if fixed else _NO_TERMINAL_COLUMNS,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def print_json(value: Any) -> None:
    """One JSON document on standard output, indented, in UTF-8 as it is."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_ids(ids: Iterable[str]) -> None:
    """One id a line."""
    for each in ids:
        click.echo(each)


def print_error(error: WhenceError, output: Output) -> None:
    """Message, what it could have meant, and a hint, on standard error; as one JSON object under --json."""
    others = _others(error)
    if output.json:
        click.echo(
            json.dumps(error.as_dict() | ({others[0]: list(others[1])} if others[1] else {}), ensure_ascii=False),
            err=True,
        )
        return
    click.echo(f"{click.style('error:', fg='red', bold=True)} {visible(error.message)}", err=True)
    for each in others[1]:
        click.echo(f"  {visible(each)}", err=True)
    if error.hint and not (others[1] and all(each in error.hint for each in others[1])):
        click.echo(f"{click.style('hint:', bold=True)} {visible(error.hint)}", err=True)


def _others(error: WhenceError) -> tuple[str, tuple[str, ...]]:
    if isinstance(error, Ambiguous):
        return "candidates", error.candidates
    if isinstance(error, NotFound):
        return "suggestions", error.suggestions
    return "", ()


_HIDDEN = {
    *range(0x20),
    *range(0x7F, 0xA0),
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
}
_VISIBLE = {code: (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}") for code in _HIDDEN}


def visible(text: str) -> str:
    """The text with control and direction characters spelled out: what an event says never drives the terminal."""
    return text.translate(_VISIBLE)
