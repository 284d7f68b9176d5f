"""What came from this: D without S, and what of it matters (semantics page, Answers)."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence import queries
from whence.model import uid
from whence.model.answers import Walk
from whence.model.kinds import DOWNSTREAM_EDGES, EdgeType, InputRole, Kind, RunState

SHA = "ab" * 32


@pytest.fixture
def world(graph):
    """clean is trained on (risk@1, risk@2), served, evaluated on, copied; every asset and job has an owner."""
    for name in ("clean", "copy", "report"):
        graph.asset(name, owners=(f"{name}-team",))
    graph.clean = graph.version("clean", bytes_={"sha256": SHA})
    graph.copy = graph.version("copy", bytes_={"sha256": SHA})
    graph.old, graph.new = graph.model("risk", "1", at=1), graph.model("risk", "2", at=2)
    graph.judged = graph.model("judged")
    graph.job("train", owners=("ml-team",))
    job = uid.job("jobs", "train")
    reads = {graph.clean: InputRole.TRAIN}
    graph.train1 = graph.run("train1", reads=reads, writes=(graph.old,), job=job)
    graph.train2 = graph.run("train2", reads=reads, writes=(graph.new,), job=job)
    graph.evaluate = graph.run("evaluate", reads={graph.clean: InputRole.TEST, graph.judged: InputRole.MODEL})
    graph.serving = graph.run("serve", reads={graph.new: InputRole.MODEL}, service=True, state=RunState.RUNNING)
    graph.stopped = graph.run("stopped", reads={graph.old: InputRole.MODEL}, service=True)
    graph.commit("c0ffee00", graph.train1)
    return graph


def uids_of(nodes):
    return [node.uid for node in nodes]


def test_what_has_to_be_done_about_it(ask, world):
    answer = ask(queries.impact(world.store(), world.clean))

    assert uids_of(answer.serving_now) == [world.serving]
    assert uids_of(answer.models_to_retrain) == [world.new]
    assert uids_of(answer.copies) == [world.copy]
    assert answer.owners == ("ml-team",)
    assert answer.total == 7
    assert answer.counts_by_kind == {Kind.MODEL_VERSION: 2, Kind.RUN: 5}


def test_the_newest_version_is_the_one_to_retrain_though_the_older_used_it(ask, world):
    """risk@3 is in D because its run read clean as a reference; that risk@1 was trained on clean makes the model one to retrain."""
    newest = world.model("risk", "3", at=3)
    world.run("train3", reads={world.clean: InputRole.REFERENCE}, writes=(newest,))

    assert uids_of(ask(queries.impact(world.store(), world.clean)).models_to_retrain) == [newest]


def test_names_of_one_model_are_one_model_to_retrain(ask, world):
    other = world.model("hazard", "2", at=5)
    world.run("train4", reads={world.clean: InputRole.TRAIN}, writes=(other,))
    world.same_as(uid.asset("s3://lake", "risk"), uid.asset("s3://lake", "hazard"))

    assert uids_of(ask(queries.impact(world.store(), world.clean)).models_to_retrain) == [other]


def test_rule_5_another_name_is_no_copy_and_no_dependent(ask, world):
    twin = world.version("tidy")
    world.twins(world.clean, twin)

    answer = ask(queries.impact(world.store(), world.clean))

    assert uids_of(answer.copies) == [world.copy]
    assert answer.total == 7


def test_what_only_a_copy_of_the_model_asked_for_did_is_no_reason_to_retrain(ask, graph):
    """D without S: copy@1 is the model asked for under another name, so its making says nothing of copy@2."""
    base, copy = graph.model("base", bytes_={"sha256": SHA}), graph.model("copy", bytes_={"sha256": SHA})
    other = graph.model("copy", "2")
    graph.run("copy", reads={base: None}, writes=(copy,))
    graph.run("train", reads={base: InputRole.REFERENCE}, writes=(other,))

    answer = ask(queries.impact(graph.store(), base))

    assert other in uids_of(answer.subgraph.nodes)
    assert answer.models_to_retrain == ()


def test_rule_23_asked_by_a_digest_every_holder_is_a_root(ask, world):
    answer = ask(queries.impact(world.store(), f"sha256:{SHA}"))

    assert set(answer.subgraph.roots) == {world.clean, world.copy}
    assert answer.copies == ()
    assert answer.total == 7


def test_dependents_of_a_copy_are_dependents(ask, world):
    report = world.version("report")
    world.run("report", reads={world.copy: None}, writes=(report,))

    answer = ask(queries.impact(world.store(), world.clean))

    assert report in uids_of(answer.subgraph.nodes)
    assert answer.owners == ("ml-team", "report-team")


def test_rule_24_as_of_a_time_when_the_stopped_service_still_ran(ask, graph):
    risk = graph.model("risk")
    stopped = graph.run("serve", reads={risk: InputRole.MODEL}, service=True, at=5, end=9)

    assert uids_of(ask(queries.impact(graph.store(), risk, Walk(as_of=7))).serving_now) == [stopped]
    assert ask(queries.impact(graph.store(), risk)).serving_now == ()


def test_a_cut_answer_is_not_complete_but_tells_what_it_kept(ask, world):
    answer = ask(queries.impact(world.store(), world.clean, Walk(max_nodes=5)))

    assert not answer.subgraph.completeness.complete
    assert len(answer.subgraph.nodes) == 5
    assert answer.total > 0


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("lonely", "Nothing recorded reads it."),
        ("pair", "Nothing recorded reads it, nor the one other version with the same bytes."),
        ("failed", "The run failed, and no event says that it wrote anything."),
        ("idle", "No event says that this run wrote anything."),
        ("sha", "No recorded run was at this commit."),
        ("named", "No version of it has been recorded, only its name."),
    ],
)
def test_an_empty_answer_says_why(ask, graph, what, sentence):
    there = {
        "lonely": graph.version("lonely"),
        "pair": graph.version("pair", bytes_={"md5": "cd" * 16}),
        "failed": graph.run("failed", state=RunState.FAIL),
        "idle": graph.run("idle"),
        "sha": graph.commit("c0ffee00"),
        "named": graph.asset("named"),
    }
    graph.version("other", bytes_={"md5": "cd" * 16})

    answer = ask(queries.impact(graph.store(), there[what]))

    assert answer.total == 0
    assert answer.subgraph.completeness.complete
    assert answer.subgraph.completeness.sentence.startswith(sentence)


def test_nothing_is_said_to_be_empty_that_was_not_looked_for(ask, world):
    answer = ask(queries.impact(world.store(), world.clean, Walk(edges=(EdgeType.DERIVED_FROM,))))

    assert answer.subgraph.completeness.sentence == "Complete, without known gaps."


NAMES = [f"v{number}" for number in range(8)]
links = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20)


@given(found=links, root=st.sampled_from(NAMES))
def test_total_counts_what_networkx_reaches(ask, new_graph, found, root):
    graph = new_graph()
    version = {name: graph.version(name) for name in NAMES}
    for number, (made, read) in enumerate(found):
        graph.run(f"r{number}", reads={version[read]: None}, writes=(version[made],))
    walked = networkx.DiGraph((e.source, e.target) for e in graph.edges.values() if e.type in DOWNSTREAM_EDGES)
    walked.add_node(version[root])

    answer = ask(queries.impact(graph.store(), version[root]))

    reached = networkx.ancestors(walked, version[root])
    assert answer.total == len(reached) == sum(answer.counts_by_kind.values())
    assert {node.uid for node in answer.subgraph.nodes} == reached | {version[root]}
