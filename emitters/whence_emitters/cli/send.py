"""`whence-emit send`: deliver what waits in the spool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from whence_emitters import settings
from whence_emitters.cli.verb import NOT_ALL, OK, Verbs, add_output_options, add_verb, say, tell
from whence_emitters.spool import Spool

if TYPE_CHECKING:
    import argparse

_LOCK_WAIT_SECONDS = 10.0


def add(verbs: Verbs) -> None:
    """Add the verb."""
    add_output_options(
        add_verb(
            verbs,
            "send",
            "send the events that wait in the spool",
            _send,
            "OPENLINEAGE_URL=http://127.0.0.1:8760 whence-emit send",
        )
    )


def _send(parsed: argparse.Namespace) -> int:
    from whence_emitters.sender import Sent, flush
    from whence_emitters.transport import configured_client

    spool = Spool(settings.spool_folder(), settings.spool_max_bytes())
    sent = Sent()
    if spool.pending():
        sent = flush(spool, configured_client(), lock_wait_seconds=_LOCK_WAIT_SECONDS)
    waiting = len(spool.pending())
    if parsed.json:
        say(
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
        say(
            f"{sent.delivered} delivered, {sent.rejected} refused, {waiting} waiting"
            + (f": {sent.stopped}" if sent.stopped else "")
        )
    if sent.rejected:
        tell(f"whence-emit: refused events are in {spool.folder / 'rejected'}, each with its reason")
    return NOT_ALL if waiting or sent.rejected else OK
