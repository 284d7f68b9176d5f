"""Rule 27 on large histories: what a late event costs is what it moves, not what there is.

Times are asserted in CPU time, because other work on the machine does not change that; `pytest -s` prints them and the rest. Filling the histories takes most of the time of these tests.
WHENCE_COSTS=full makes the slowest of them as large as they are promised for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

import pytest

from whence.testing import dataset_event, run_event
from whence.testing.events import run_id

from .lab import MEMORY, SQLITE, Lab, Spent, a_lab
from .streams import also, at, ds

FULL: Final = os.environ.get("WHENCE_COSTS") == "full"
PARENT: Final = {"parent": {"run": {"runId": run_id("dag")}, "job": {"namespace": "jobs", "name": "dag"}}}


# -- a table with 10,000 reads, by the children of one parent ----------------------------------------------------------

READS: Final = 10_000
FIRST: Final = 1000
"""Second of the first read; one follows each second."""
EARLY: Final = 200
PLACES: Final = {0: 3000, 1: 4000, 100: 5000}
"""How many reads a late write moves -> the second that it comes after; the write that bounds it is there before."""


def read(n: int) -> bytes:
    return run_event(f"r{n}", "COMPLETE", at(FIRST + n), job="reader", inputs=["table"], run_facets=PARENT)


def write(run: str, second: float) -> bytes:
    return run_event(run, "COMPLETE", at(second), job="load", outputs=["table"])


class History:
    """The lab, and what one more read cost when there were few."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        lab.fill([run_event("dag", "START", at(0), job="dag"), write("first", 1), write("upper", 900)])
        lab.fill(write(f"after {moved}", second + moved + 0.7) for moved, second in PLACES.items())
        lab.fill(map(read, range(EARLY)), 1000)
        self.early = lab.spend(read(EARLY))
        lab.fill(map(read, range(EARLY + 1, READS)), 2500)

    def spend(self, what: str, *bodies: bytes) -> Spent:
        spent = self.lab.spend(*bodies)
        print(f"\n{what}: {spent}")
        return spent


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    with a_lab(SQLITE, tmp_path_factory.mktemp("large")) as lab:
        yield History(lab)


def test_one_more_child_reads_as_many_rows_as_when_there_were_few(history: History) -> None:
    spent = history.spend(f"one more child of {READS}", read(READS))
    assert spent.reads.rows <= history.early.reads.rows
    assert spent.reads.record_bytes <= history.early.reads.record_bytes + 100


@pytest.mark.parametrize("moved", PLACES)
def test_a_late_write_reads_what_it_moves(history: History, moved: int) -> None:
    spent = history.spend(
        f"a late write that moves {moved} of {READS} reads", write(f"late {moved}", PLACES[moved] + 0.5)
    )
    assert spent.reads.rows <= 20 + 6 * moved
    assert spent.cpu < 20 + 3 * moved


def test_a_late_write_below_another_moves_none_of_the_reads_above(history: History) -> None:
    spent = history.spend("a late write that a later one hides", write("lower", 800))
    assert spent.reads.rows <= 20
    assert spent.cpu < 20


def test_a_parent_that_ends_reads_no_record_of_its_children(history: History) -> None:
    spent = history.spend("the parent ends", run_event("dag", "COMPLETE", at(FIRST + 2 * READS), job="dag"))
    assert spent.reads.records <= 10


# -- bytes with many holders -------------------------------------------------------------------------------------------

HOLDERS: Final = 10_000 if FULL else 1000


def test_one_more_holder_of_bytes_reads_as_many_rows_as_when_there_were_few(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """One that a run wrote, one that nothing explains, and an earlier original; only the last may concern the others, and here explains none anew."""

    def held(n: int) -> bytes:
        return run_event(f"w{n}", "COMPLETE", at(n), outputs=[ds(f"file{n}", 7)])

    def more(lab: Lab, word: str) -> list[int]:
        written = run_event(f"w {word}", "COMPLETE", at(10**5), outputs=[ds(f"written {word}", 7)])
        unexplained = run_event(f"u {word}", "COMPLETE", at(10**5), inputs=[ds(f"unexplained {word}", 7)])
        earlier = run_event(f"e {word}", "COMPLETE", at(-len(word)), outputs=[ds(f"earlier {word}", 7)])
        return [lab.spend(body).reads.rows for body in (written, unexplained, earlier)]

    with a_lab(MEMORY, tmp_path_factory.mktemp("holders")) as lab:
        lab.fill(map(held, range(50)))
        few = more(lab, "few")
        lab.fill(map(held, range(50, HOLDERS)), 1000)
        many = more(lab, "many")
    assert all(late <= early + 2 for early, late in zip(few, many, strict=True)), (few, many)


# -- a run that streams ------------------------------------------------------------------------------------------------

BEATS: Final = 10_000


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Spent]]:
    """A lab with a run that streams, and what one more of its events cost after the first 100."""

    def beat(n: int) -> bytes:
        return run_event("stream", "RUNNING", at(n), inputs=["topic"], outputs=["table"], run_facets={"beat": {"n": n}})

    with a_lab(MEMORY, tmp_path_factory.mktemp("stream")) as lab:
        lab.fill([run_event("stream", "START", at(0)), *map(beat, range(1, 100))])
        early = lab.spend(beat(100))
        lab.fill(map(beat, range(101, BEATS)), 2500)
        yield lab, early


def test_rule_26_a_run_that_streams_for_ever_does_not_grow_its_records(stream: tuple[Lab, Spent]) -> None:
    lab, early = stream
    last = run_event("stream", "RUNNING", at(BEATS), inputs=["topic"], outputs=["table"])
    spent = lab.spend(last)
    assert spent.reads.events == 0, "the log is not read again"
    assert spent.reads.rows <= early.reads.rows
    assert spent.reads.record_bytes <= early.reads.record_bytes + 100


# -- a late symlink ----------------------------------------------------------------------------------------------------

NAMES: Final = 10_000 if FULL else 1000
"""Versions of each of two tables, each by a run of its own. Joining 10,000 and 10,000 must take less than 5 s."""


@pytest.mark.parametrize("second_name", ["the same versions", "other versions"])
def test_a_late_symlink_joins_two_long_histories_in_one_put(
    second_name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prefix = "" if second_name == "the same versions" else "x"
    with a_lab(SQLITE, tmp_path_factory.mktemp("symlink")) as lab:
        begun = time.process_time()
        lab.fill(
            (
                run_event(f"{table} {n}", "COMPLETE", at(n), outputs=[f"{table}@{version}{n}"])
                for n in range(NAMES)
                for table, version in (("one", ""), ("other", prefix))
            ),
            1000,
        )
        filling = (time.process_time() - begun) * 1000
        spent = lab.spend(dataset_event(ds("one", symlinks=also("other")), at(2 * NAMES)))
    print(f"\na late symlink between two tables with {NAMES} versions each, {second_name}: {spent}")
    assert spent.reads.rows <= 14 * NAMES
    assert spent.cpu < filling / 2, (
        "ms of CPU; beside what the histories themselves cost, since machines differ and slow down"
    )
    assert not FULL or spent.wall < 5_000
