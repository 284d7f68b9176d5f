"""What was measured, as rows: absolute figures, and the ratio to the floor of the same run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PER_SECOND = "events/s"
_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, of several rounds. `floor`: name of the row to compare with. More is better where the unit is events a second, else less."""

    name: str
    unit: str
    values: tuple[float, ...]
    floor: str | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


@dataclass(frozen=True, slots=True)
class Must:
    """A requirement, with what was measured for it; `at_least` or else at most `limit`."""

    name: str
    unit: str
    limit: float
    measured: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def ratio(row: Row, rows: Sequence[Row]) -> float | None:
    """How many times the floor this takes, by the medians: 1 is as good as the floor. None for a row that has no floor."""
    floor = next((other.median for other in rows if other.name == row.floor), None)
    if floor is None:
        return None
    return floor / row.median if row.unit == PER_SECOND else row.median / floor


def table(rows: Sequence[Row]) -> list[str]:
    """Lines for a person."""
    lines = [f"{'':{_WIDTH}} {'min':>10} {'median':>10} {'max':>10} {'':9} {'× floor':>8}"]
    for row in rows:
        times = ratio(row, rows)
        figures = " ".join(f"{figure(value):>10}" for value in (min(row.values), row.median, max(row.values)))
        compared = "" if times is None else f"{times:.1f}"
        lines.append(f"{row.name:{_WIDTH}} {figures} {row.unit:9} {compared:>8}  {row.note}".rstrip())
    return lines


def judged(musts: Sequence[Must]) -> list[str]:
    """Must · measured · met, for a person."""
    lines = [f"{'must':{_WIDTH}} {'':>12} {'measured':>12}  met?"]
    for must in musts:
        bound = f"{'≥' if must.at_least else '≤'} {figure(must.limit)}"
        met = "yes" if must.met else "NO"
        lines.append(f"{must.name:{_WIDTH}} {bound:>12} {figure(must.measured):>12} {must.unit:9} {met}")
    return lines


def figure(value: float) -> str:
    """Three digits or more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
