"""Newest first, with one comparison for everything."""

from __future__ import annotations

import pytest

from whence.errors import BadRequest
from whence.store.order import age, cutoff, from_cursor, seq_cursor, to_cursor

TIMES = [2**63 - 1, 5, 0, -1, -(2**63) + 1, None]


def test_ages_order_newest_first_and_unknown_last() -> None:
    ages = [age(at) for at in TIMES]
    assert ages == sorted(ages)
    assert len(set(ages)) == len(TIMES)
    assert all(-(2**63) <= each < 2**63 for each in ages)


@pytest.mark.parametrize("as_of", [*TIMES])
def test_a_cutoff_lets_through_what_exists_then(as_of: int | None) -> None:
    there = [at for at in TIMES if age(at) >= cutoff(as_of)]
    assert there == [at for at in TIMES if as_of is None or at is None or at <= as_of]


def test_cursors_come_back_as_they_went_and_need_no_escaping() -> None:
    cursor = to_cursor(-5, "run/ü?&=/~")
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert from_cursor(cursor, tuple[int, str]) == (-5, "run/ü?&=/~")


@pytest.mark.parametrize("cursor", ["", "a", "ä", "!!!!", to_cursor("text", 1), to_cursor(1), "AAAA"])
def test_what_is_no_cursor_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest, match="not a cursor"):
        from_cursor(cursor, tuple[int, str])


@pytest.mark.parametrize("cursor", ["", "-1", "1.0", "x", "²", "9" * 19])
def test_what_is_no_position_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(BadRequest, match="not a cursor"):
        seq_cursor(cursor)
