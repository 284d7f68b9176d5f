"""What a node says of itself as of an instant (rule 24)."""

from __future__ import annotations

import pytest

from whence.model.graph import Alias
from whence.model.kinds import RunState
from whence.queries.instants import as_it_was, exists, is_serving


@pytest.fixture
def train(graph):
    return graph.nodes[graph.run("train", at=2, end=5, state=RunState.FAIL, error="out of memory")]


@pytest.mark.parametrize(
    ("as_of", "state", "end"), [(4, RunState.RUNNING, None), (5, RunState.FAIL, 5), (None, RunState.FAIL, 5)]
)
def test_a_run_that_ends_later_is_running(train, as_of, state, end):
    was = as_it_was(train, as_of).detail

    assert (was.state, was.ended_at) == (state, end)
    assert (was.error is None) == (state is RunState.RUNNING)


def test_what_is_not_there_yet(train):
    assert [exists(train, at) for at in (1, 2, None)] == [False, True, True]


def test_a_drop_and_an_alias_that_come_later_are_not_there_yet(graph):
    asset = graph.nodes[graph.asset("clean", dropped_at=5)]
    version = graph.nodes[graph.model("risk", aliases=(Alias("old", 1), Alias("prod", 5)))]

    assert as_it_was(asset, 4).detail.dropped_at is None
    assert as_it_was(asset, 5) is asset
    assert as_it_was(version, 4).detail.aliases == (Alias("old", 1),)
    assert as_it_was(version, 5) is version


def test_a_service_served_while_it_ran(graph):
    serve = graph.nodes[graph.run("serve", at=2, end=5, service=True)]

    assert [is_serving(as_it_was(serve, at)) for at in (4, 5)] == [True, False]
