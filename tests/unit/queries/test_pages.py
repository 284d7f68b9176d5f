"""Pages of a computed list: every item once, whatever the length, also when the list grew in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.errors import BadRequest
from whence.model.answers import Position
from whence.queries.pages import page_of

keys = st.lists(st.tuples(st.text(), st.integers(-(2**63), 2**63 - 1)), unique=True, max_size=30)


def page(items, first, after=None):
    return page_of(items, lambda item: item, first=first, after=after, position=Position())


@given(items=keys, first=st.integers(1, 7))
def test_pages_together_are_the_list_in_order(items, first):
    seen, after = [], None
    while True:
        found = page(items, first, after)
        seen += found.items
        assert found.total == len(items)
        if not found.has_next:
            break
        after = found.cursors[-1]

    assert seen == sorted(items)


@given(items=keys, more=keys, first=st.integers(1, 7))
def test_a_list_that_grew_repeats_nothing_and_loses_nothing_behind_the_cursor(items, more, first):
    begin = page(items, first)
    if not begin.items:
        return
    grown = list({*items, *more})

    rest = page(grown, 10_000, begin.cursors[-1])

    assert list(rest.items) == sorted(item for item in grown if item > begin.items[-1])


def test_the_cursor_of_another_list_is_refused():
    other = page_of([1, 2], lambda item: (item, "x"), first=1, after=None, position=Position()).cursors[0]

    with pytest.raises(BadRequest):
        page([("a", 1)], 1, other)


def test_totals_are_exact_up_to_ten_thousand():
    found = page([("a", number) for number in range(10_001)], 1)

    assert (found.total, found.total_exact) == (10_000, False)
