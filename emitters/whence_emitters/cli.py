"""The command line: `whence-emit run | send | doctor | version`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import TYPE_CHECKING

from whence_emitters import __version__, settings
from whence_emitters.errors import EmitterError, UsageError
from whence_emitters.masking import mask_text
from whence_emitters.spool import Spool
from whence_emitters.wrapped import parse_input, parse_output, run_command, split_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openlineage.client import OpenLineageClient

OK = 0
NOT_ALL_SENT = 1
USAGE = 2
COULD_NOT = 3
_LOCK_WAIT_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code: 0 done, 1 not all sent or not well, 2 usage, 3 could not; for `run` the command's."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="whence-emit: %(message)s")
    # The client prints tracebacks about its configuration; what is wrong is said here in a sentence.
    logging.getLogger("openlineage").setLevel(logging.CRITICAL)
    try:
        if given[:1] == ["run"] and not {"-h", "--help"}.intersection(
            given[: given.index("--")] if "--" in given else given
        ):
            own, command = split_command(given)
            return _run(_parser().parse_args(own), command)
        parsed = _parser().parse_args(given)
        verb: Callable[[argparse.Namespace], int] = parsed.verb
        return verb(parsed)
    except UsageError as error:
        sys.stderr.write(f"whence-emit: {error}\n")
        return USAGE
    except EmitterError as error:
        sys.stderr.write(f"whence-emit: {error}\n")
        return COULD_NOT
    except OSError as error:
        sys.stderr.write(f"whence-emit: {error.strerror or type(error).__name__}: {error.filename or 'the spool'}\n")
        return COULD_NOT


def _run(parsed: argparse.Namespace, command: list[str]) -> int:
    return run_command(
        command,
        job=parsed.job,
        inputs=[parse_input(text) for text in parsed.input],
        outputs=[parse_output(text) for text in parsed.output],
        config=parsed.config,
    )


def _send(parsed: argparse.Namespace) -> int:
    from whence_emitters.sender import Sent, flush

    spool = Spool(settings.spool_folder(), settings.spool_max_bytes())
    sent = Sent()
    if spool.pending():
        sent = flush(spool, _configured_client(), lock_wait_seconds=_LOCK_WAIT_SECONDS)
    waiting = len(spool.pending())
    if parsed.json:
        _say(
            json.dumps(
                {
                    "delivered": sent.delivered,
                    "rejected": sent.rejected,
                    "waiting": waiting,
                    "stopped": sent.stopped or None,
                }
            )
        )
    elif not parsed.quiet:
        _say(
            f"{sent.delivered} delivered, {sent.rejected} refused, {waiting} waiting"
            + (f": {sent.stopped}" if sent.stopped else "")
        )
    if sent.rejected:
        sys.stderr.write(f"whence-emit: refused events are in {spool.folder / 'rejected'}, each with its reason\n")
    return NOT_ALL_SENT if waiting or sent.rejected else OK


def _configured_client() -> OpenLineageClient:
    from whence_emitters.transport import open_client

    if settings.disabled():
        raise UsageError("OPENLINEAGE_DISABLED is true, so nothing is sent.", "unset it")
    try:
        client = open_client() if settings.destination_configured() else None
    except Exception as error:
        raise UsageError(
            f"The OpenLineage configuration cannot be used: {mask_text(str(error))}", "see `whence-emit doctor`"
        ) from error
    if client is None:
        raise UsageError("Nothing says where events go.", "set OPENLINEAGE_URL, for example to http://127.0.0.1:8760")
    return client


def _doctor(parsed: argparse.Namespace) -> int:
    from whence_emitters.doctor import as_json, examine

    findings = examine(Spool(settings.spool_folder(), settings.spool_max_bytes()))
    if parsed.json:
        _say(json.dumps(as_json(findings)))
    elif not parsed.quiet:
        for finding in findings:
            _say(f"{'ok ' if finding.well else 'BAD'}  {finding.what:<12} {finding.seen}")
    return OK if all(finding.well for finding in findings) else NOT_ALL_SENT


def _version(parsed: argparse.Namespace) -> int:
    _say(json.dumps({"version": __version__}) if parsed.json else __version__)
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="whence-emit",
        description="Send OpenLineage events from any pipeline step.",
        epilog="example:  whence-emit run --input TRAIN=data/train.csv --output MODEL=model.pkl -- python train.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    run = _verb(verbs, "run", "run a command as a step; the exit code is the command's", _needs_command,
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

    send = _verb(
        verbs,
        "send",
        "send the events that wait in the spool",
        _send,
        "OPENLINEAGE_URL=http://127.0.0.1:8760 whence-emit send",
    )
    doctor = _verb(
        verbs,
        "doctor",
        "say where events go, what waits and what would be recorded here",
        _doctor,
        "whence-emit doctor --json",
    )
    version = _verb(verbs, "version", "print the version", _version, "whence-emit version")
    for verb in (send, doctor, version):
        verb.add_argument("--json", action="store_true", help="answer as JSON")
        verb.add_argument("--quiet", action="store_true", help="only the exit code")
    return parser


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    does: str,
    run: Callable[[argparse.Namespace], int],
    example: str,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(
        name,
        help=does,
        description=does.capitalize() + ".",
        epilog=f"example:  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.set_defaults(verb=run)
    return verb


def _needs_command(_parsed: argparse.Namespace) -> int:
    raise UsageError("No command to run.", "put it after `--`")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
