"""Models of many versions by one walk: for each what `models_using` finds."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from tests.unit.queries.test_models_using_oracle import NAMES, build, worlds

from whence import queries
from whence.model.graph import Metric
from whence.model.kinds import EdgeType, How, InputRole


@settings(max_examples=150, deadline=None)
@given(world=worlds)
def test_for_each_version_what_models_using_finds(new_graph, world):
    graph, version = build(new_graph, world)
    store = graph.store()

    async def ask():
        one_by_one = {}
        for name in NAMES:
            page = await queries.models_using(store, version[name])
            one_by_one[version[name]] = {use.version.uid: use.how for use in page.items}
        return one_by_one, await queries.models_of_each(store, [version[name] for name in NAMES])

    expected, found = asyncio.run(ask())
    assert {uid: {use.version.uid: use.how for use in each.models} for uid, each in found.items()} == expected
    assert all(each.complete for each in found.values())


def test_newest_first_and_nothing_for_what_is_unused(ask, graph):
    clean, unused = graph.version("clean"), graph.version("unused")
    old, new = graph.model("risk", "1", at=1), graph.model("risk", "2", at=2)
    for model in (old, new):
        graph.run(f"train {model}", reads={clean: InputRole.TRAIN}, writes=(model,))
    found = ask(queries.models_of_each(graph.store(), [clean, unused]))

    assert [(use.version.uid, use.how) for use in found[clean].models] == [
        (new, (How.TRAINED_ON,)),
        (old, (How.TRAINED_ON,)),
    ]
    assert found[unused].models == ()


def test_rule_24_as_of_an_instant(ask, graph):
    clean, risk = graph.version("clean"), graph.model("risk", at=5)
    run = graph.run("train", at=4)
    graph.edge(EdgeType.USED, run, clean, 4, role=InputRole.TRAIN)
    graph.edge(EdgeType.GENERATED_BY, risk, run, 5)

    assert ask(queries.models_of_each(graph.store(), [clean], as_of=4))[clean].models == ()
    assert len(ask(queries.models_of_each(graph.store(), [clean], as_of=5))[clean].models) == 1


def headline_of(graph, makers, evaluations):
    def runs(given, name):
        return [graph.nodes[graph.run(f"{name}{at}", at=at, metrics=metrics)] for at, metrics in given.items()]

    return queries.headline(runs(makers, "make"), runs(evaluations, "judge"))


def test_the_headline_is_of_the_newest_evaluation_else_of_the_making(graph):
    f1, auc, loss = Metric("f1", 0.9), Metric("auc", 0.8), Metric("loss", 0.1)

    assert headline_of(graph, {1: (auc,)}, {2: (loss, f1), 3: ()}) == f1
    assert headline_of(graph, {4: (auc,), 5: (loss,)}, {}) == loss
    assert headline_of(graph, {}, {}) is None


def test_the_headline_is_a_score_before_a_loss_at_its_last_step(graph):
    steps = (
        Metric("loss", 0.5, step=1),
        Metric("f1", 0.7, step=1),
        Metric("f1", 0.9, step=2),
        Metric("auc", 0.8, step=3),
    )
    assert headline_of(graph, {6: steps}, {}) == steps[2]
