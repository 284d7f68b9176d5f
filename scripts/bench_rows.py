"""What was measured, as rows: absolute figures, and the ratio to the floor of the same run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PER_SECOND = "events/s"
_WIDTH = 50
"""At least so many characters for names."""


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
    """A requirement, with what was measured for it; `at_least` or else at most `limit`. `want`: what is wished for beyond it."""

    name: str
    unit: str
    limit: float
    measured: float
    at_least: bool = False
    want: float | None = None

    @property
    def met(self) -> bool:
        return self._reaches(self.limit)

    @property
    def reached(self) -> bool | None:
        """Whether the wish came true; None where there is none."""
        return None if self.want is None else self._reaches(self.want)

    def _reaches(self, limit: float) -> bool:
        return self.measured >= limit if self.at_least else self.measured <= limit


def ratio(row: Row, rows: Sequence[Row]) -> float | None:
    """How many times the floor this takes, by the medians: 1 is as good as the floor. None for a row that has no floor."""
    floor = next((other.median for other in rows if other.name == row.floor), None)
    if floor is None:
        return None
    return floor / row.median if row.unit == PER_SECOND else row.median / floor


def table(rows: Sequence[Row]) -> list[str]:
    """Lines for a person."""
    width = _width(rows)
    lines = [f"{'':{width}} {'min':>10} {'median':>10} {'max':>10} {'':9} {'× floor':>8}"]
    for row in rows:
        times = ratio(row, rows)
        figures = " ".join(f"{figure(value):>10}" for value in (min(row.values), row.median, max(row.values)))
        compared = "" if times is None else f"{times:.1f}"
        lines.append(f"{row.name:{width}} {figures} {row.unit:9} {compared:>8}  {row.note}".rstrip())
    return lines


def judged(musts: Sequence[Must]) -> list[str]:
    """Must · measured · met · how it stands with the wish, for a person."""
    width = _width(musts)
    lines = [f"{'must':{width}} {'':>12} {'measured':>12} {'':9} met?"]
    for must in musts:
        sign = "≥" if must.at_least else "≤"
        met = "yes" if must.met else "NO"
        wish = "" if must.want is None else f"  want {sign} {figure(must.want)}: {'yes' if must.reached else 'no'}"
        bound, measured = f"{sign} {figure(must.limit)}", figure(must.measured)
        lines.append(f"{must.name:{width}} {bound:>12} {measured:>12} {must.unit:9} {met:3}{wish}".rstrip())
    return lines


def _width(named: Sequence[Row] | Sequence[Must]) -> int:
    return max(_WIDTH, *(len(each.name) for each in named))


def figure(value: float) -> str:
    """Three digits or more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
