"""Rules 26 and 27: an event in order costs what it says, not what came before it: rows that the merge fetches do not grow with history."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from .lab import MEMORY, Lab, a_lab
from .streams import STREAMS, Stream, naming, rewritten

SHORT, LONG, LOOKED_AT = 50, 250, 4
SLACK = 2
"""Rows by which one event may differ from the next, where every tenth, say, begins something new."""
BYTES = 40
"""A record may grow by a few larger numbers."""


@pytest.mark.parametrize("name", STREAMS)
def test_an_event_in_order_reads_as_much_after_a_long_history_as_after_a_short_one(name: str, tmp_path: Path) -> None:
    stream = STREAMS[name]
    with a_lab(MEMORY, tmp_path) as lab:
        short = _spent(lab, stream, 0, SHORT)
        long = _spent(lab, stream, SHORT + LOOKED_AT, LONG)
    assert short[0] > 0, "nothing was counted"
    assert long[0] <= short[0] + SLACK, f"rows of one event: {short[0]}, then {long[0]}"
    assert long[1] <= short[1] + BYTES * long[0], f"bytes of records: {short[1]}, then {long[1]}"


def _spent(lab: Lab, stream: Stream, begin: int, end: int) -> tuple[int, int]:
    """The most rows and bytes of records that one event needs, after the runs from `begin` to `end`."""
    lab.fill(chain.from_iterable(map(stream, range(begin, end))))
    after = [body for number in range(end, end + LOOKED_AT) for body in stream(number)]
    reads = [lab.spend(body).reads for body in after]
    return max(each.rows for each in reads), max(each.record_bytes for each in reads)


def test_what_hangs_on_every_writer_of_a_version_reads_each_writer_once(tmp_path: Path) -> None:
    """The one that grows (docs/design.md, Known gaps): by two rows a writer, its entry and what it drew."""
    with a_lab(MEMORY, tmp_path) as lab:
        short = _spent(lab, rewritten, 0, SHORT)
        long = _spent(lab, rewritten, SHORT + LOOKED_AT, LONG)
    assert long[0] <= short[0] + 2 * (LONG - SHORT) + SLACK


def test_a_stream_that_names_its_versions_looks_at_the_new_one_only(tmp_path: Path) -> None:
    """Its record grows with the versions that it lists (docs/design.md, Known gaps), what it reads beside does not."""
    with a_lab(MEMORY, tmp_path) as lab:
        short = _spent(lab, naming, 0, SHORT)
        long = _spent(lab, naming, SHORT + LOOKED_AT, LONG)
    assert long[0] <= short[0] + SLACK
