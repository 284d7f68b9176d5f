"""The last lines of every answer: whether it is complete, what it can't see, and how to get the rest."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from whence.cli.closing_quiet import ARGUMENTS, sentence
from whence.cli.output import visible


def close_answer(console: Console, completeness: Mapping[str, Any]) -> None:
    """Print the sentence of completeness, then each gap with its examples."""
    style = "green" if completeness["complete"] else "bold yellow"
    console.print()
    console.print(Text(sentence(completeness), style))
    for gap in completeness["gaps"]:
        console.print(Text.assemble(("  gap  ", "yellow"), visible(gap["sentence"])))


def close_page(console: Console, page: Mapping[str, Any], noun: str) -> None:
    """Print how many there are, how to see the next, and last what the page can't see."""
    shown, total = len(page["edges"]), page["totalCount"] or 0
    if shown:
        known = f"{total:,}" if page["totalExact"] else f"more than {total:,}"
        console.print()
        console.print(Text(f"{counted(total, noun)}." if shown == total else f"{shown} of {known} {plural(noun)}."))
    else:
        console.print(Text(f"No {plural(noun)}."))
    if page["pageInfo"]["hasNextPage"]:
        console.print(Text.assemble("Next page: ", (_next_page(page["pageInfo"]["endCursor"]), "bold")), soft_wrap=True)
    if page["completeness"]["sentence"]:
        close_answer(console, page["completeness"])


def _next_page(cursor: str) -> str:
    given = list(click.get_current_context().find_root().meta.get(ARGUMENTS, ()))
    if "--after" in given:
        at = given.index("--after")
        del given[at : at + 2]
    return shlex.join(["whence", *(each for each in given if not each.startswith("--after=")), "--after", cursor])


def counted(number: int, noun: str) -> str:
    """`1 run`, `2 runs`, `no runs`."""
    return f"1 {noun}" if number == 1 else f"{number or 'no'} {plural(noun)}"


def plural(noun: str) -> str:
    """The plural of one of our nouns."""
    return f"{noun}s"
