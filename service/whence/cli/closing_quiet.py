"""Completeness in one sentence, without a console: what --quiet prints on standard error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from whence.cli.output import visible

ARGUMENTS: Final = "whence.arguments"
"""Where the command keeps the arguments it was called with, so that the next page can be shown as a command."""


def sentence(completeness: Mapping[str, Any]) -> str:
    """The answer's own sentence, or ours where it gives none."""
    if completeness["sentence"]:
        return visible(completeness["sentence"])
    if completeness["complete"]:
        return "Complete."
    more = "" if completeness["remainingExact"] else "at least "
    return f"Not complete: {more}{completeness['remaining']} more, cut by {', '.join(completeness['cutBy']).lower()}."


def warn_if_cut(completeness: Mapping[str, Any]) -> None:
    """Under --quiet an incomplete answer still says so, on standard error."""
    if not completeness["complete"]:
        click.echo(sentence(completeness), err=True)
