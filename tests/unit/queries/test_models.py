"""The role of a model version, the first that holds; where it serves."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model.graph import Alias
from whence.model.kinds import EdgeType, InputRole, ModelRole, RunState


@pytest.fixture
def role(ask, graph):
    def of(version, **words):
        return ask(queries.model_role(graph.store(), [version], **words))[version]

    return of


@pytest.fixture
def checkpoints(graph):
    """A step inside a pipeline run writes a checkpoint, another derives a model from it."""
    graph.run("pipeline")
    graph.checkpoint, graph.final = graph.model("checkpoint"), graph.model("final")
    graph.run("first", writes=(graph.checkpoint,), parent="run/pipeline")
    graph.run("second", writes=(graph.final,), parent="run/pipeline")
    graph.derived(graph.final, graph.checkpoint)
    return graph


def test_base_what_something_derives_from_and_no_run_here_made(graph, role):
    base, tuned = graph.model("base"), graph.model("tuned")
    graph.run("tune", reads={base: InputRole.BASE_MODEL}, writes=(tuned,))

    assert role(base) is ModelRole.BASE
    assert role(tuned) is None


def test_base_because_a_derivation_says_so_though_a_run_made_it(graph, role):
    base = graph.model("base", base=True, aliases=(Alias("prod", 1),))
    graph.run("train", writes=(base,))

    assert role(base) is ModelRole.BASE


def test_not_base_when_nothing_derives_from_it(graph, role):
    model = graph.model("found")
    graph.run("evaluate", reads={model: InputRole.MODEL})

    assert role(model) is None


def test_released_when_an_alias_names_it(graph, role):
    model = graph.model("risk", aliases=(Alias("prod", 5),))

    assert role(model) is ModelRole.RELEASED
    assert role(model, as_of=4) is None


def test_not_released_when_the_alias_was_taken_away_and_again_when_given_back(graph, role):
    gone = (Alias("prod", 5, "deleted"), Alias("prod", 1))

    assert role(graph.model("gone", aliases=gone)) is None
    assert role(graph.model("back", aliases=(*gone, Alias("prod", 9)))) is ModelRole.RELEASED


def test_released_when_a_service_used_it_even_one_that_has_ended(graph, role):
    model = graph.model("risk")
    graph.run("serve", reads={model: InputRole.MODEL}, service=True)

    assert role(model) is ModelRole.RELEASED


def test_intermediate_within_the_same_root_run(checkpoints, role):
    assert role(checkpoints.checkpoint) is ModelRole.INTERMEDIATE
    assert role(checkpoints.final) is None


def test_released_goes_before_intermediate(checkpoints, role):
    checkpoints.run("serve", reads={checkpoints.checkpoint: None}, service=True)

    assert role(checkpoints.checkpoint) is ModelRole.RELEASED


def test_not_intermediate_under_different_root_runs(graph, role):
    first, second = graph.model("first"), graph.model("second")
    graph.run("one", writes=(first,))
    graph.run("two", writes=(second,))
    graph.derived(second, first)

    assert role(first) is None


def test_not_intermediate_when_only_data_derives_from_it(graph, role):
    model, scores = graph.model("risk"), graph.version("scores")
    graph.run("all", writes=(model, scores))
    graph.derived(scores, model)

    assert role(model) is None


def test_a_cycle_of_parents_ends(graph, role):
    first, second = graph.model("first"), graph.model("second")
    graph.run("one", writes=(first,))
    graph.run("two", writes=(second,), parent="run/one")
    graph.edge(EdgeType.CHILD_OF, "run/one", "run/two")
    graph.derived(second, first)

    assert role(first) is ModelRole.INTERMEDIATE


def test_many_at_once_and_what_is_no_model_has_none(ask, checkpoints):
    data = checkpoints.version("data")
    asked = [checkpoints.checkpoint, checkpoints.final, data, "version/no/such/thing"]

    found = ask(queries.model_role(checkpoints.store(), asked))

    assert found == {asked[0]: ModelRole.INTERMEDIATE, asked[1]: None, data: None, asked[3]: None}


def test_serving_is_a_service_run_that_has_not_ended(ask, graph):
    model = graph.model("risk")
    live = graph.run("live", reads={model: InputRole.MODEL}, service=True, state=RunState.RUNNING, at=2)
    ended = graph.run("ended", reads={model: InputRole.MODEL}, service=True, at=1, end=5)
    graph.run("batch", reads={model: InputRole.MODEL}, state=RunState.RUNNING)
    store = graph.store()

    assert [run.uid for run in ask(queries.serving(store, model))] == [live]
    assert [run.uid for run in ask(queries.serving(store, model, as_of=3))] == [live, ended]
