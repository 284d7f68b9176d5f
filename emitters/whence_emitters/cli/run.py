"""`whence-emit run`: a command as a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence_emitters.cli.verb import Verbs, add_verb
from whence_emitters.errors import UsageError
from whence_emitters.wrapped import parse_input, parse_output, run_command

if TYPE_CHECKING:
    import argparse


def add(verbs: Verbs) -> None:
    """Add the verb."""
    run = add_verb(verbs, "run", "run a command as a step; the exit code is the command's", _needs_command,
                   "whence-emit run --job risk.train --input TRAIN=data/train.csv --config params.yaml --output MODEL=model.pkl -- python train.py")  # fmt: skip
    run.usage = "whence-emit run [--job NAME] [--input REF…] [--output PATH…] [--config FILE…] -- CMD…"
    run.add_argument("--job", metavar="NAME", help="name of the job (default: the script's or program's)")
    run.add_argument("--input", metavar="REF", nargs="+", action="extend", default=[],
                     help="what the command reads: a path or URI, with a role if you like: TRAIN=, VALIDATION=, TEST=, BASE_MODEL=, MODEL=, CONFIG=, REFERENCE=")  # fmt: skip
    run.add_argument("--output", metavar="PATH", nargs="+", action="extend", default=[],
                     help="what it writes: a path or URI, with what it is if you like: MODEL=, METRICS=, PLOT=, REPORT=, NOTEBOOK=, CONFIG=, CHECKPOINT=")  # fmt: skip
    run.add_argument(
        "--config", metavar="FILE", nargs="+", action="extend", default=[], help="configuration files that it reads"
    )


def run_step(parsed: argparse.Namespace, command: list[str]) -> int:
    """Run the command; its exit code is ours."""
    return run_command(
        command,
        job=parsed.job,
        inputs=[parse_input(text) for text in parsed.input],
        outputs=[parse_output(text) for text in parsed.output],
        config=parsed.config,
    )


def _needs_command(_parsed: argparse.Namespace) -> int:
    raise UsageError("No command to run.", "put it after `--`")
