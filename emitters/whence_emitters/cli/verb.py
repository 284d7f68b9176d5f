"""How a verb is added to the command line, and what its exit codes mean."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

OK = 0
NOT_ALL = 1
USAGE = 2
COULD_NOT = 3
INTERRUPTED = 130

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_verb(
    verbs: Verbs, name: str, does: str, run: Callable[[argparse.Namespace], int], example: str
) -> argparse.ArgumentParser:
    """Add a verb with its one sentence and an example; `run` returns the exit code."""
    verb = verbs.add_parser(
        name,
        help=does,
        description=does[:1].upper() + does[1:] + ".",
        epilog=f"example:  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.set_defaults(verb=run)
    return verb


def add_output_options(verb: argparse.ArgumentParser) -> None:
    """`--json` and `--quiet`."""
    verb.add_argument("--json", action="store_true", help="answer as JSON")
    verb.add_argument("--quiet", action="store_true", help="only the exit code")


def say(text: str) -> None:
    """Print a line of the answer."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """Print a line beside the answer."""
    sys.stderr.write(f"{text}\n")
