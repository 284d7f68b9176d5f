"""`python -m whence_emitters.demo --dir DIR`: run the demo pipeline twice and send its events."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters import settings
from whence_emitters.demo.passes import demo_environment, run_pass
from whence_emitters.demo.project import start_over
from whence_emitters.errors import EmitterError, UsageError
from whence_emitters.sender import Sent, background_sender, flush
from whence_emitters.spool import Spool
from whence_emitters.transport import open_client

if TYPE_CHECKING:
    from collections.abc import Sequence

_FINISH_SECONDS = 20.0
_NEEDED = ("sklearn", "joblib")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when every event was delivered, else a sentence and 1."""
    parsed = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        _check()
        return _run(parsed.dir.expanduser().absolute())
    except EmitterError as error:
        sys.stderr.write(f"whence demo: {error}\n")
    except OSError as error:
        sys.stderr.write(f"whence demo: {error.strerror or error}: {error.filename or parsed.dir}\n")
    except KeyboardInterrupt:
        sys.stderr.write("whence demo: stopped\n")
    return 1


def _run(folder: Path) -> int:
    started = time.monotonic()
    start_over(folder)
    os.environ.update(demo_environment(folder))
    spool = Spool(settings.spool_folder(), settings.spool_max_bytes())
    for number in (1, 2):
        run_pass(folder, number, _say)
    sent = _send_the_rest(spool)
    waiting = len(spool.pending())
    if waiting or sent.rejected:
        reason = f": {sent.stopped}" if sent.stopped else ""
        raise EmitterError(
            f"{sent.delivered} events were delivered, {sent.rejected} refused and {waiting} wait in {spool.folder}{reason}.",
            f"start the service and run WHENCE_SPOOL={spool.folder} whence-emit send"
            if waiting
            else "the reasons are in its folder rejected",
        )
    _say(f"{sent.delivered} events sent in {time.monotonic() - started:.1f} s; the project is in {folder}")
    return 0


def _send_the_rest(spool: Spool) -> Sent:
    until = time.monotonic() + _FINISH_SECONDS
    sender = background_sender()
    sender.wait(_FINISH_SECONDS)
    client = open_client()
    if client is None:
        raise UsageError("Nothing says where events go.", "set OPENLINEAGE_URL")
    return sender.total + flush(spool, client, lock_wait_seconds=1.0, until=until)


def _check() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError("The demo needs scikit-learn and joblib.", "pip install 'whence-emitters[demo]'")
    if settings.disabled():
        raise UsageError("OPENLINEAGE_DISABLED is true, so the demo would send nothing.", "unset it")
    if not settings.destination_configured():
        raise UsageError("Nothing says where events go.", "set OPENLINEAGE_URL, for example to http://127.0.0.1:8760")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m whence_emitters.demo",
        description="Run a small pipeline twice on real data, and send its events to OPENLINEAGE_URL.",
        epilog="example:  OPENLINEAGE_URL=http://127.0.0.1:8760 python -m whence_emitters.demo --dir ./demo",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--dir",
        type=Path,
        required=True,
        help="folder of the project; made if need be, started over if the demo made it",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
