"""How a stream reaches a store: in which order, in which batches, with which repeats, and where the store is closed and opened again."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter as PrettyPrinter

from .events import Event, events


@dataclass(frozen=True)
class Delivery:
    """Puts in their order, each a batch of events; the store is closed and opened again before those in `restarts`."""

    puts: tuple[tuple[Event, ...], ...]
    restarts: frozenset[int] = frozenset()

    def __repr__(self) -> str:
        lines = []
        for number, batch in enumerate(self.puts):
            lines += ["  (closed and opened again)"] if number in self.restarts else []
            lines += [f"  put {number + 1}: " + "\n         ".join(event.text for event in batch)]
        return "\n" + "\n".join(lines) + "\n"

    def _repr_pretty_(self, printer: PrettyPrinter, cycle: bool) -> None:
        """What hypothesis prints of a counterexample: lines, not fields."""
        printer.text(repr(self))


JOIN, CUT, RESTART, REPEAT = "join", "cut", "restart", "repeat"


@st.composite
def deliveries(draw: st.DrawFn, least: int, most: int, steps: tuple[str, ...]) -> Delivery:
    """From `least` to `most` different events in any order of time. `steps` is what may follow an event, as often as it stands there."""
    stream = draw(st.lists(events(), min_size=least, max_size=most, unique_by=lambda event: event.body))
    puts: list[list[Event]] = [[]]
    restarts = set()
    for place, event in enumerate(stream):
        puts[-1].append(event)
        step = draw(st.sampled_from(steps))
        if step == REPEAT:
            puts[-1].append(stream[draw(st.integers(0, place))])
        elif step in (CUT, RESTART):
            puts.append([])
            restarts |= {len(puts) - 1} if step == RESTART else set()
    return Delivery(tuple(tuple(batch) for batch in puts if batch), frozenset(restarts))
