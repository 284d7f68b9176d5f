"""Puts one after the other: while one is being written by the committer, the next is merged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from whence.store.sqlite import wire
from whence.store.sqlite.committer import Committer
from whence.store.sqlite.failures import FAILED, OK, failure_part
from whence.store.sqlite.writes import DirectWrites
from whence.store.sqlite.writing import Planned

Request = list[bytes]
"""What to do, and what with; see `wire`."""
Answer = list[bytes]
NOTHING: Final[Request] = []
"""No request: look at what failed."""


@dataclass(slots=True)
class _Flight:
    """A group of puts that is being written."""

    group: Sequence[Request]
    planned: Planned
    failed: bytes | None = None
    landed: threading.Event = field(default_factory=threading.Event)


class Pipeline:
    """One group is written and one merged at a time; answers go out in the order of the requests, and only for what is on the disk."""

    def __init__(
        self,
        writes: DirectWrites,
        committer: Committer,
        send: Callable[[Answer], None],
        stir: Callable[[Request], None],
    ) -> None:
        """`send` takes answers, from either of two threads, one at a time. `stir` has NOTHING done soon."""
        self._writes = writes
        self._committer = committer
        self._send = send
        self._stir = stir
        self._flight: _Flight | None = None
        self._gone = False
        self._landing = threading.Thread(target=self._land, name="whence-landing", daemon=True)
        self._landing.start()

    def do(self, group: Sequence[Request]) -> None:
        """Puts together, or one request of another kind, or NOTHING. Raises EOFError when the committer is gone."""
        if events_of(group[0]):
            self._put(group)
            return
        self.settle()
        if group[0] is not NOTHING:
            self._each_by_itself(group)

    def settle(self) -> bool:
        """Wait until nothing is being written. False when the last group failed: each of its puts has been tried by itself. Raises EOFError when the
        committer is gone.
        """
        flight = self._flight
        if flight is None:
            return True
        flight.landed.wait()
        if self._gone:
            raise EOFError
        self._flight = None
        if flight.failed is None:
            return True
        self._writes.forget()
        if len(flight.group) == 1:
            self._send([FAILED, flight.failed])
        else:
            self._each_by_itself(flight.group)
        return False

    def _put(self, group: Sequence[Request]) -> None:
        planned = self._plan(group)
        if not self.settle():
            planned = self._plan(group)  # the first plan went on from what has failed
        if planned is None or not self._take_off(_Flight(group, planned)):
            self._writes.forget()
            self._each_by_itself(group)

    def _plan(self, group: Sequence[Request]) -> Planned | None:
        """None when some event of it can't be merged: which one, each by itself will say."""
        try:
            return self._writes.plan([item for _, *parts in group for item in wire.batch_of(parts)])
        except Exception:
            return None

    def _take_off(self, flight: _Flight) -> bool:
        if not flight.planned.steps:
            self._answer(flight)
            return True
        self._flight = flight
        try:
            self._writes.hand_over(self._committer)
            self._committer.commit(flight.planned.steps)
        except OSError:
            raise EOFError from None
        except Exception:
            self._flight = None
            return False
        return True

    def _land(self) -> None:
        """Answer at once what is on the disk, whatever is being merged."""
        try:
            while True:
                failed = self._committer.outcome()
                flight = self._flight
                assert flight is not None
                flight.failed = failed
                if failed is None:
                    self._answer(flight)
                flight.landed.set()
                if failed is not None:
                    self._stir(NOTHING)
        except (EOFError, OSError):
            self._gone = True
            if self._flight is not None:
                self._flight.landed.set()
                self._stir(NOTHING)

    def _answer(self, flight: _Flight) -> None:
        receipts = iter(flight.planned.receipts)
        for request in flight.group:
            self._send([OK, wire.receipts_part(list(islice(receipts, events_of(request))))])

    def _each_by_itself(self, group: Sequence[Request]) -> None:
        """What is wrong with one put takes no other with it."""
        for request in group:
            self._send(answer(self._writes, request))


def events_of(request: Request) -> int:
    """How many events a put has; 0 for anything else."""
    return len(request) // 2 if request and request[0] == wire.PUT else 0


def answer(writes: DirectWrites, request: Request) -> Answer:
    """Do what a request asks for. Whatever is raised by it is the answer."""
    name, *parts = request
    try:
        if name == wire.PUT:
            return [OK, wire.receipts_part(writes.put(wire.batch_of(parts)))]
        if name == wire.APPLY:
            writes.apply(wire.changes_of(parts[0]))
        else:
            writes.migrate()
    except Exception as error:
        return [FAILED, failure_part(error)]
    return [OK, b""]
