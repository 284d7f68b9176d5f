"""What nothing accounts for: models without a run, runs without data, code or environment; by namespace and by team."""

from __future__ import annotations

import random
from importlib import import_module

import pytest

from whence import queries
from whence.model import uid
from whence.model.kinds import AssetType, EdgeType, RunState
from whence.queries.tallies import LISTED

question = import_module("whence.queries.unaccounted")  # the package calls the function by this name


def shares(found):
    """{name: (models, without run, runs, without data, without code, without environment)}"""
    return {each.name: numbers(each) for each in found}


def numbers(each):
    runs = each.runs
    lacks = (runs.without_data, runs.without_code, runs.without_environment)
    return (each.models.total, each.models.without_run.count, runs.total, *(lack.count for lack in lacks))


def test_nothing_at_all(ask, graph):
    found = ask(queries.unaccounted(graph.store()))
    assert numbers(found) == (0, 0, 0, 0, 0, 0)
    assert (found.complete, found.looked_at, found.models.without_run.percent) == (True, 0, None)
    assert found.sentence.startswith("0 of 0 versions of models")


def test_counts_percentages_and_the_newest_examples(ask, graph):
    made, *lost = (graph.model("risk", str(n), at=n) for n in range(8))
    graph.run(
        "train",
        reads={graph.version("clean"): None},
        writes=(made,),
        at=9,
        commit="commit/h/a",
        environment="environment/e",
    )
    graph.run("bare", at=10)
    found = ask(queries.unaccounted(graph.store()))

    assert numbers(found) == (8, 7, 2, 1, 1, 1)
    assert found.models.without_run.percent == 87.5
    assert found.models.without_run.examples == tuple(reversed(lost))[:5]
    assert (found.runs.without_code.percent, found.runs.without_code.examples) == (50.0, (uid.run("bare"),))
    assert (found.complete, found.looked_at) == (True, 10)


def test_explicit_lineage_counts_as_a_run(ask, graph):
    graph.written(graph.model("stated"), graph.run("write"))
    assert ask(queries.unaccounted(graph.store())).models.without_run.count == 0


def test_rule_5_a_run_of_one_name_of_a_state_accounts_for_all(ask, graph):
    names = sorted(graph.model(name) for name in ("a", "b", "c"))
    graph.twins(*names)
    graph.run("train", writes=(names[2],))
    assert ask(queries.unaccounted(graph.store())).models.without_run.count == 0, (
        "from the second to the third: two hops"
    )


def test_rule_23_a_copy_is_accounted_for_when_its_origin_is(ask, graph):
    copy, origin, orphan, from_nowhere = (graph.model(name) for name in ("copy", "origin", "orphan", "nowhere"))
    graph.edge(EdgeType.SAME_BYTES, copy, origin)
    graph.edge(EdgeType.SAME_BYTES, orphan, from_nowhere)
    graph.run("train", writes=(origin,))
    found = ask(queries.unaccounted(graph.store()))
    assert set(found.models.without_run.examples) == {orphan, from_nowhere}


def test_deriving_from_something_is_no_run_and_bases_are_told_apart(ask, graph):
    base, tuned = graph.model("base", base=True), graph.model("tuned")
    graph.derived(tuned, base)
    found = ask(queries.unaccounted(graph.store()))
    assert (found.models.without_run.count, found.models.bases) == (2, 1)


def test_what_a_run_has_the_runs_above_it_have(ask, graph):
    graph.run("pipeline")
    graph.run("task", parent=uid.run("pipeline"))
    graph.run(
        "step",
        parent=uid.run("task"),
        reads={graph.version("raw"): None},
        commit="commit/h/a",
        environment="environment/e",
    )
    graph.run("beside", parent=uid.run("pipeline"))
    found = ask(queries.unaccounted(graph.store()))
    assert found.runs.without_data.examples == found.runs.without_code.examples == (uid.run("beside"),)


def test_parents_in_a_circle_end(ask, graph):
    graph.run("a", parent=uid.run("b"), reads={graph.version("raw"): None})
    graph.run("b", parent=uid.run("a"))
    assert ask(queries.unaccounted(graph.store())).runs.without_data.count == 0


def test_what_executes_nothing_is_not_counted(ask, graph):
    graph.run("known only from others", state=RunState.UNKNOWN)
    for job in ("git commit", "git tag"):
        graph.run(f"of {job}", job=graph.job(job, ns="git+https://host/o/r"))
    graph.run("failed", state=RunState.FAIL)
    found = ask(queries.unaccounted(graph.store()))
    assert (found.runs.total, found.runs.without_data.examples) == (1, (uid.run("failed"),))


def test_by_namespace_and_by_team(ask, graph):
    graph.asset("risk", owners=("fraud", "models"), kind=AssetType.MODEL)
    graph.model("risk")
    graph.model("other", ns="elsewhere")
    graph.run("train", job=graph.job("train", owners=("fraud",)))
    graph.run("jobless")
    found = ask(queries.unaccounted(graph.store()))

    assert shares(found.namespaces) == {
        "s3://lake": (1, 1, 0, 0, 0, 0),
        "elsewhere": (1, 1, 0, 0, 0, 0),
        "jobs": (0, 0, 1, 1, 1, 1),
        None: (0, 0, 1, 1, 1, 1),
    }
    assert shares(found.teams) == {"fraud": (1, 1, 1, 1, 1, 1), "models": (1, 1, 0, 0, 0, 0), None: (1, 1, 1, 1, 1, 1)}
    assert numbers(ask(queries.unaccounted(graph.store(), namespace="jobs"))) == (0, 0, 1, 1, 1, 1)
    of_team = ask(queries.unaccounted(graph.store(), team="fraud"))
    assert (numbers(of_team), shares(of_team.teams)) == ((1, 1, 1, 1, 1, 1), {"fraud": (1, 1, 1, 1, 1, 1)})
    assert numbers(ask(queries.unaccounted(graph.store(), namespace="elsewhere", team="fraud"))) == (0,) * 6


def test_the_owner_of_one_name_owns_all(ask, graph):
    graph.model("shown")
    graph.asset("registered", owners=("fraud",))
    graph.same_as(uid.asset("s3://lake", "shown"), uid.asset("s3://lake", "registered"))
    assert shares(ask(queries.unaccounted(graph.store())).teams) == {"fraud": (1, 1, 0, 0, 0, 0)}


def test_lists_hold_the_worst_and_say_how_many_there_are(ask, graph):
    for number in range(LISTED + 5):
        graph.model("m", ns=f"ns{number:03}")
    graph.model("n", ns="ns104")
    found = ask(queries.unaccounted(graph.store()))
    assert (len(found.namespaces), found.namespace_count) == (LISTED, LISTED + 5)
    assert found.namespaces[0].name == "ns104"


def test_a_cut_answer_says_so(ask, graph, monkeypatch):
    monkeypatch.setattr(question, "MOST", 4)
    monkeypatch.setattr(question, "PAGE", 3)
    for at in range(6):
        graph.run(f"run{at}", at=at)
    found = ask(queries.unaccounted(graph.store()))
    assert (found.complete, found.runs.total) == (False, 4)
    assert found.runs.without_data.examples[0] == uid.run("run5")
    assert "Only the newest 4 runs were looked at." in found.sentence


@pytest.mark.parametrize("seed", range(8))
def test_pages_of_any_length_give_the_same_answer(ask, new_graph, monkeypatch, seed):
    drawn = random.Random(seed)
    graph = new_graph()
    models = [graph.model(f"m{n}", at=drawn.randrange(5)) for n in range(12)]
    for n in range(15):
        parent = uid.run(f"r{drawn.randrange(15)}") if drawn.random() < 0.5 else None
        reads = {graph.version("raw"): None} if drawn.random() < 0.3 else None
        writes = tuple(drawn.sample(models, drawn.randrange(2)))
        graph.run(f"r{n}", at=drawn.randrange(5), parent=parent, reads=reads, writes=writes)
    whole = ask(queries.unaccounted(graph.store()))
    monkeypatch.setattr(question, "PAGE", 1 + seed)
    assert ask(queries.unaccounted(graph.store())) == whole
    parents = {node.uid: node.detail.parent for node in graph.nodes.values() if node.uid.startswith("run/")}

    def has(run, passed=()):
        own = any(edge.source == run and edge.type is EdgeType.USED for edge in graph.edges.values())
        below = (each for each, above in parents.items() if above == run and each not in passed)
        return own or any(has(each, (*passed, run)) for each in below)

    assert whole.runs.without_data.count == sum(not has(run) for run in parents)


def test_edges_are_asked_for_only_of_what_no_run_wrote(ask, graph):
    """On real events the two agree: whether a run wrote a version, and whether an edge says so (tests/store/test_looks_agree.py)."""
    written, failed, read = (
        graph.model(name, **words) for name, words in (("a", {"written": True}), ("b", {"failed": True}), ("c", {}))
    )
    found = ask(queries.unaccounted(graph.store()))
    assert found.models.without_run.examples == (read,)
    assert {written, failed}.isdisjoint(found.models.without_run.examples)
