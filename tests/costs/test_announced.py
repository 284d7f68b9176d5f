"""`Known.expect` is honest: a store that fetches what is announced is asked for little else (each scan may be a journey across a network)."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from .lab import MEMORY, a_lab
from .streams import Stream, ds, ran

RUNS: Final = 50
"""Runs a batch, START and COMPLETE."""
SURPRISES: Final = 6
"""Scans a batch that may come without having been announced."""

BATCHES: Final[dict[str, Stream]] = {
    "one table from another": lambda n: ran(f"r{n}", 2 * n, ["a"], ["b"]),
    "a table each": lambda n: ran(f"r{n}", 2 * n, [f"a{n % RUNS}"], [f"b{n % RUNS}"]),
    "a chain of tables": lambda n: ran(f"r{n}", 2 * n, [f"t{n % RUNS}"], [f"t{n % RUNS + 1}"]),
    "a chain of files with bytes": lambda n: ran(
        f"r{n}", 2 * n, [ds(f"t{n % RUNS}", n)], [ds(f"t{n % RUNS + 1}", n + 1)]
    ),
    "children of one parent": lambda n: ran(f"r{n}", 2 * n, [f"t{n % RUNS}"], [f"t{n % RUNS + 1}"], "dag"),
    "children of a new parent each": lambda n: ran(f"r{n}", 2 * n, [f"t{n % RUNS}"], [f"t{n % RUNS + 1}"], f"dag{n}"),
}


@pytest.mark.parametrize("name", BATCHES)
def test_few_scans_of_a_batch_in_order_come_unannounced(name: str, tmp_path: Path) -> None:
    with a_lab(MEMORY, tmp_path) as lab:
        for batch in range(3):
            bodies = chain.from_iterable(map(BATCHES[name], range(batch * RUNS, (batch + 1) * RUNS)))
            spent = lab.spend(*bodies)
            print(f"\n{name}, batch {batch}: {spent}")
            assert spent.reads.scans > 0
            assert spent.reads.unannounced <= SURPRISES, spent.reads.missed
