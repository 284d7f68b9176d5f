"""The entry point: find the verb, run it, say what went wrong in one sentence."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from whence_emitters import __version__
from whence_emitters.cli import about, check, dvc, hook, importing, run, scan, send
from whence_emitters.cli.verb import COULD_NOT, INTERRUPTED, USAGE, tell
from whence_emitters.errors import EmitterError, UsageError
from whence_emitters.masking import mask_text
from whence_emitters.wrapped import split_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERBS = (run, dvc, importing, hook, check, scan, send, about)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code: 0 done, 1 not all done or not well, 2 usage, 3 could not; for `run` the command's."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="whence-emit: %(message)s")
    # The client prints tracebacks about its configuration; what is wrong is said here in a sentence.
    logging.getLogger("openlineage").setLevel(logging.CRITICAL)
    try:
        if given[:1] == ["run"] and not {"-h", "--help"}.intersection(
            given[: given.index("--")] if "--" in given else given
        ):
            own, command = split_command(given)
            return run.run_step(_parser().parse_args(own), command)
        parsed = _parser().parse_args(given)
        verb: Callable[[argparse.Namespace], int] = parsed.verb
        return verb(parsed)
    except UsageError as error:
        tell(f"whence-emit: {mask_text(str(error))}")
        return USAGE
    except EmitterError as error:
        tell(f"whence-emit: {mask_text(str(error))}")
        return COULD_NOT
    except OSError as error:
        tell(f"whence-emit: {error.strerror or type(error).__name__}: {error.filename or 'the spool'}")
        return COULD_NOT
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="whence-emit",
        description="Send OpenLineage events from any pipeline step, and import what other systems recorded.",
        epilog="example:  whence-emit run --input TRAIN=data/train.csv --output MODEL=model.pkl -- python train.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    for verb in VERBS:
        verb.add(verbs)
    return parser
