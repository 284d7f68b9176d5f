"""Imports of long histories: 100,000 runs of MLflow, 10,000 commits of a Delta table, 5,000 commits of dvc.lock.

Each source is made first, by the bench of its system (`tests/systems/<system>/bench.py`), and imported twice by a process of its own, so that its
memory is its own too. The events are made, fingerprinted, counted and thrown away.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bench_rows import Must, Row
from project import ROOT

if TYPE_CHECKING:
    from tests.systems.timing import Timed

_QUICK_RECORDS = 50


@dataclass(frozen=True, slots=True)
class History:
    """How long a source is, in its own records, and how many seconds its first import may take. `maker` makes it in its system's bench."""

    system: str
    records: int
    of: str
    seconds: float
    maker: str = "make"

    def called(self, records: int) -> str:
        return f"{self.system}: {records:,} {self.of}"


HISTORIES = (
    History("mlflow", 100_000, "runs from SQL", 90, "fill"),
    History("delta", 10_000, "commits", 15),
    History("dvc", 5_000, "commits of dvc.lock", 10),
)


def measure(folder: Path, say: Callable[[str], None], *, quick: bool = False) -> tuple[list[Row], list[Must]]:
    """A row for the first import of each history and one for the next, and what is asked of the first."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # for `tests`, here and in the processes that are started
    rows, musts = [], []
    for history in HISTORIES:
        records = _QUICK_RECORDS if quick else history.records
        say(history.called(records))
        first, again = _apart(history, records, folder)
        rows += [_row(history.called(records), first), _row(f"{history.system}: again, nothing new", again)]
        musts.append(Must(history.called(records), "s", history.seconds, first.seconds))
    return rows, musts


def _row(name: str, timed: Timed) -> Row:
    note = (
        f"{timed.read:,} records, {timed.read / timed.seconds:,.0f}/s, {timed.events:,} events, {timed.worked:.1f} s of CPU, "
        f"{timed.mebibytes:,.0f} MiB at most, {timed.before:,.0f} before"
    )
    return Row(name, "s", (timed.seconds,), note=note)


def _apart(history: History, records: int, folder: Path) -> tuple[Timed, Timed]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as maker:
        maker.submit(_make, history, records, folder).result()
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as importer:
        return importer.submit(_import, history, folder).result()


def _make(history: History, records: int, folder: Path) -> None:
    getattr(import_module(f"tests.systems.{history.system}.bench"), history.maker)(folder / history.system, records)


def _import(history: History, folder: Path) -> tuple[Timed, Timed]:
    first, again = import_module("tests.systems.timing").timed(
        history.system, folder / history.system, folder / "cursors"
    )
    return first, again
