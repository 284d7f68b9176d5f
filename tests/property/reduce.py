"""The smallest delivery that still fails, in seconds where hypothesis takes minutes: events are left out, puts joined, then parts of events left out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from .deliveries import Delivery
from .events import Event

Puts = list[list[Event]]
SECONDS = 60
"""How long one delivery is reduced."""


def reduced(delivery: Delivery, fails: Callable[[Delivery], bool]) -> Delivery:
    """A delivery of which nothing can be left out, or what it has come to after SECONDS. Restarts stay only if the puts stay as they are."""
    until = time.monotonic() + SECONDS
    puts = [list(batch) for batch in delivery.puts]
    if not fails(_delivery(puts)):
        return delivery
    for smaller in (_without_events, _joined, _without_parts):
        puts = _as_long_as_it_fails(puts, smaller, fails, until)
    return _delivery(puts)


def _as_long_as_it_fails(
    puts: Puts, smaller: Callable[[Puts], Iterator[Puts]], fails: Callable[[Delivery], bool], until: float
) -> Puts:
    found = True
    while found and time.monotonic() < until:
        found = False
        for candidate in smaller(puts):
            if time.monotonic() > until:
                break
            if candidate and fails(_delivery(candidate)):
                puts, found = candidate, True
                break
    return puts


def _without_events(puts: Puts) -> Iterator[Puts]:
    """Fewer events: halves first, single ones last."""
    places = [(put, place) for put, batch in enumerate(puts) for place in range(len(batch))]
    size = len(places) // 2
    while size:
        for start in range(0, len(places), size):
            dropped = set(places[start : start + size])
            kept = [[e for at, e in enumerate(batch) if (put, at) not in dropped] for put, batch in enumerate(puts)]
            yield [batch for batch in kept if batch]
        size //= 2


def _joined(puts: Puts) -> Iterator[Puts]:
    for place in range(len(puts) - 1):
        yield [*puts[:place], puts[place] + puts[place + 1], *puts[place + 2 :]]


def _without_parts(puts: Puts) -> Iterator[Puts]:
    """One member of one event's JSON less, the outermost first."""
    for put, batch in enumerate(puts):
        for place, event in enumerate(batch):
            body = json.loads(event.body)
            for path in _paths(body):
                less = deepcopy(body)
                holder = less
                for step in path[:-1]:
                    holder = holder[step]
                del holder[path[-1]]
                text = json.dumps(less)
                changed = [*batch[:place], Event(text, text.encode()), *batch[place + 1 :]]
                yield [*puts[:put], changed, *puts[put + 1 :]]


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [((*before, key), member) for key, member in members]
    yield from (path for path, _ in inner)
    for path, member in inner:
        yield from _paths(member, path)


def _delivery(puts: Puts) -> Delivery:
    return Delivery(tuple(tuple(batch) for batch in puts))
