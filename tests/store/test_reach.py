"""The one rule of the cut, by layers that are met and by depths that are known."""

from __future__ import annotations

import pytest

from whence.model.kinds import CutBy
from whence.store.reach import Cut, Link, cut, enough, most_of_a_hub, remaining, whole_layers

DEPTHS = {"root": 0, "a": 1, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3}


@pytest.mark.parametrize(
    ("distance", "size", "kept", "depth", "expected"),
    [
        (1, 4, 1, None, None),
        (1, 5, 1, None, Cut(CutBy.NODES, 4)),
        (2, 5, 1, None, Cut(CutBy.NODES)),
        (2, 1, 4, 2, None),
        (2, 1, 5, 1, Cut(CutBy.DEPTH)),
        (1, 9, 5, None, Cut(CutBy.NODES, 0)),
    ],
)
def test_a_layer_is_in_whole_or_out_and_only_the_first_hop_in_part(
    distance: int, size: int, kept: int, depth: int | None, expected: Cut | None
) -> None:
    assert cut(distance, size, kept, depth, max_nodes=5) == expected


@pytest.mark.parametrize(
    ("depth", "max_nodes", "kept", "by"),
    [
        (None, 7, 7, None),
        (None, 6, 6, CutBy.NODES),
        (None, 5, 3, CutBy.NODES),
        (1, 7, 3, CutBy.DEPTH),
        (0, 7, 1, CutBy.DEPTH),
        (3, 7, 7, None),
        (None, 2, 1, CutBy.NODES),
    ],
)
def test_known_depths_are_cut_at_whole_layers(depth: int | None, max_nodes: int, kept: int, by: CutBy | None) -> None:
    nearest = dict(sorted(DEPTHS.items(), key=lambda each: each[1])[: max_nodes + 1])
    for known in (DEPTHS, nearest):
        found, ended = whole_layers(known, depth, max_nodes)
        assert (len(found), ended and ended.by) == (kept, by)
        assert found.items() <= DEPTHS.items()


def test_what_was_left_out_is_exact_up_to_ten_budgets() -> None:
    assert [remaining(number, 3) for number in (0, 30, 31)] == [(0, True), (30, True), (30, False)]


def newest(far_ends: int, ages: int) -> list[Link[int]]:
    """Links of one hub to so many nodes, of so many ages."""
    return [(0, far, min(far, ages)) for far in range(1, far_ends + 1)]


@pytest.mark.parametrize(
    ("links", "told"),
    [
        (newest(24, 24), True),
        (newest(22, 22), False),
        (newest(22, 22) * 2, False),
        (newest(24, 5), True),
        (newest(24, 4), False),
        (newest(24, 1), False),
        ([], False),
    ],
    ids=["many", "too few nodes", "twice the same", "four are newer", "three are newer", "all of one age", "none"],
)
def test_part_of_a_hub_is_enough_when_its_other_links_change_neither_cut_nor_count(
    links: list[Link[int]], told: bool
) -> None:
    assert enough(links, max_nodes=2) is told
    assert most_of_a_hub(2) == 24
