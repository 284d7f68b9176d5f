"""Send what waits in the spool: at once and in the background from a job, or to the end from `whence-emit send`.

A job's thread is a daemon, sends until the spool is empty or the service does not answer, and ends. The end of the process waits for
it for WHENCE_EXIT_WAIT seconds at most (2 by default); what is still unsent stays in the spool.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from whence_emitters import settings
from whence_emitters.errors import SpoolBusyError
from whence_emitters.masking import shown_error
from whence_emitters.transport import Delivery, Outcome, deliver, open_client

if TYPE_CHECKING:
    from pathlib import Path

    from openlineage.client import OpenLineageClient

    from whence_emitters.spool import Spool

_log = logging.getLogger(__name__)
_BACKGROUND_LOCK_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What one flush did: events delivered and set aside, and why it stopped early (empty when it did not)."""

    delivered: int = 0
    rejected: int = 0
    stopped: str = ""

    def __add__(self, other: Sent) -> Sent:
        return Sent(self.delivered + other.delivered, self.rejected + other.rejected, other.stopped)


def flush(spool: Spool, client: OpenLineageClient, *, lock_wait_seconds: float, until: float | None = None) -> Sent:
    """Send everything that waits, in order, until the spool is empty, the service does not answer or `until` (monotonic) is past.

    Events that come in meanwhile are sent too. Raises `SpoolBusyError` when another process is sending, OSError when the spool
    cannot be read.
    """
    total = Sent()
    with spool.sending(lock_wait_seconds):
        while waiting := spool.pending():
            for path in waiting:
                if until is not None and time.monotonic() >= until:
                    return total + Sent(stopped="the time was up")
                total += _send_one(spool, client, path)
                if total.stopped:
                    return total
    return total


def _send_one(spool: Spool, client: OpenLineageClient, path: Path) -> Sent:
    try:
        delivery = deliver(client, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Sent()
    except ValueError as error:
        delivery = Delivery(Outcome.REJECTED, f"not JSON: {error}")
    if delivery.outcome is Outcome.DELIVERED:
        path.unlink(missing_ok=True)
        return Sent(delivered=1)
    if delivery.outcome is Outcome.REJECTED:
        spool.reject(path, delivery.reason)
        _log.warning("The lineage service refused an event, kept in %s: %s", spool.folder / "rejected", delivery.reason)
        return Sent(rejected=1)
    return Sent(stopped=delivery.reason)


class BackgroundSender:
    """Sends from one thread of this process whenever it is asked to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = False
        self._client: OpenLineageClient | None = None
        self._said: set[str] = set()
        self.total = Sent()

    def ask(self, spool: Spool) -> None:
        """Have the spool sent soon; returns at once."""
        with self._lock:
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=(spool,), name="whence-sender", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until the thread has ended, at most so many seconds; False when it has not."""
        thread = self._thread
        if thread is None:
            return True
        thread.join(seconds)
        return not thread.is_alive()

    def _run(self, spool: Spool) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._thread = None
                    return
                self._asked = False
            try:
                self._flush(spool)
            except SpoolBusyError:
                _log.debug("Another process is sending from the spool.")
            except Exception as error:
                self.say_once(shown_error(error), spool)

    def _flush(self, spool: Spool) -> None:
        if self._client is None:
            self._client = open_client()
        if self._client is None:
            self.say_once("no transport is configured", spool)
            return
        sent = flush(spool, self._client, lock_wait_seconds=_BACKGROUND_LOCK_WAIT_SECONDS)
        self.total += sent
        if sent.stopped:
            self.say_once(sent.stopped, spool)

    def say_once(self, reason: str, spool: Spool) -> None:
        """Tell the log why events wait, once for each reason."""
        if reason not in self._said:
            self._said.add(reason)
            _log.warning("Lineage events wait in %s (%s); `whence-emit send` sends them.", spool.folder, reason)


_sender = BackgroundSender()


def background_sender() -> BackgroundSender:
    """The sender of this process."""
    return _sender


def ask_to_send(spool: Spool) -> None:
    """Have the spool sent in the background, when this process is to send and knows where."""
    if settings.send_mode() == "later":
        return
    if not settings.destination_configured():
        _sender.say_once("OPENLINEAGE_URL is not set", spool)
        return
    _watch_process()
    _sender.ask(spool)


def _wait_at_exit() -> None:
    _sender.wait(settings.exit_wait_seconds())


def _forget_in_child() -> None:
    # A forked child has no threads of its parent, and must not use its connection.
    global _sender
    _sender = BackgroundSender()


@cache
def _watch_process() -> None:
    atexit.register(_wait_at_exit)
    os.register_at_fork(after_in_child=_forget_in_child)
