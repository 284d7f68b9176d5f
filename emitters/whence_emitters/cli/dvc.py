"""`whence-emit dvc`: DVC, with each stage that it runs told as it runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from whence_emitters.cli.verb import add_verb
from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from whence_emitters.cli.verb import Verbs


def add(verbs: Verbs) -> None:
    """Add the verb."""
    verb = add_verb(verbs, "dvc", "run dvc, and record each stage that it runs with its time; the exit code is dvc's",
                    _dvc, "whence-emit dvc -- repro --force train")  # fmt: skip
    verb.usage = "whence-emit dvc -- ARGUMENTS OF DVC"
    verb.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- ARGUMENTS", help="what dvc is given")


def _dvc(parsed: argparse.Namespace) -> int:
    from whence_emitters.systems.dvc.live import run_dvc

    arguments = parsed.arguments[1:] if parsed.arguments[:1] == ["--"] else parsed.arguments
    if not arguments:
        raise UsageError("Nothing for dvc to do.", "put its arguments after `--`: whence-emit dvc -- repro")
    return run_dvc(arguments)
