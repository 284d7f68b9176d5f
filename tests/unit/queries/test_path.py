"""Does this depend on that, and by which steps."""

from __future__ import annotations

import importlib

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence import queries
from whence.errors import NotFound
from whence.model import uid
from whence.model.kinds import UPSTREAM_EDGES, CutBy, EdgeType, GapKind, InputRole

SHA = "ab" * 32


def passed(answer):
    return [node.uid for node in answer.path.nodes]


@pytest.fixture
def line(graph):
    graph.raw, graph.clean, graph.risk = graph.version("raw"), graph.version("clean"), graph.model("risk")
    graph.run("clean", reads={graph.raw: None}, writes=(graph.clean,))
    graph.run("train", reads={graph.clean: InputRole.TRAIN}, writes=(graph.risk,))
    return graph


def test_the_chain_with_its_events(ask, line):
    answer = ask(queries.path(line.store(), line.risk, line.raw))

    assert passed(answer) == [line.risk, "run/train", line.clean, "run/clean", line.raw]
    assert len(answer.path.event_seqs) == 4
    assert answer.completeness.complete


def test_it_does_not_depend_on_what_came_from_it(ask, line):
    answer = ask(queries.path(line.store(), line.raw, line.risk))

    assert answer.path is None
    assert answer.completeness.complete
    assert answer.completeness.sentence.startswith(
        "It is a root: no event says what made it. It does not depend on risk@1."
    )


def test_null_and_cut_is_not_null_and_complete(ask, line, monkeypatch):
    monkeypatch.setattr(importlib.import_module("whence.queries.path"), "WHOLE", 2)
    far = ask(queries.path(line.store(), line.risk, line.raw))

    assert far.path is None
    assert far.completeness.cut_by == (CutBy.NODES,)
    assert far.completeness.sentence.startswith("No dependence on raw@1 was found as far as it was followed.")


def test_a_path_that_was_found_is_whole_though_the_walk_was_cut(ask, line, monkeypatch):
    monkeypatch.setattr(importlib.import_module("whence.queries.path"), "WHOLE", 3)

    near = ask(queries.path(line.store(), line.risk, line.clean))

    assert passed(near) == [line.risk, "run/train", line.clean]
    assert near.completeness.complete


def test_any_version_under_any_name_of_an_asset_will_do(ask, line):
    tidy = line.asset("tidy")
    line.same_as(uid.asset("s3://lake", "raw"), tidy)

    answer = ask(queries.path(line.store(), uid.asset("s3://lake", "risk"), tidy))

    assert passed(answer)[-1] == line.raw


def test_any_holder_of_the_bytes_will_do(ask, graph):
    held, risk = graph.version("held", bytes_={"sha256": SHA}), graph.model("risk")
    graph.version("elsewhere", bytes_={"sha256": SHA})
    graph.run("train", reads={held: None}, writes=(risk,))

    assert passed(ask(queries.path(graph.store(), risk, f"sha256:{SHA}")))[-1] == held


def test_a_rerun_that_gave_the_same_bytes_inherits_no_foreign_history(ask, graph):
    """Rule 23: equal bytes of an original lead nowhere upstream."""
    here, there, raw = (
        graph.version("here", bytes_={"md5": SHA}),
        graph.version("there", bytes_={"md5": SHA}),
        graph.version("raw"),
    )
    graph.run("one", writes=(here,))
    graph.run("two", reads={raw: None}, writes=(there,))

    assert ask(queries.path(graph.store(), here, raw)).path is None


def test_gaps_are_those_of_the_path(ask, line):
    line.run("other", reads={line.version("odd", conflict=True): None}, writes=(line.risk,))

    found = ask(queries.path(line.store(), line.risk, line.raw))
    elsewhere = line.version("else")
    none = ask(queries.path(line.store(), line.risk, elsewhere))

    assert found.completeness.gaps == ()
    assert [gap.kind for gap in none.completeness.gaps] == [GapKind.CONFLICT]


def test_an_unknown_end_is_an_error(ask, line):
    with pytest.raises(NotFound):
        ask(queries.path(line.store(), line.risk, "nothing"))


NAMES = [f"v{number}" for number in range(7)]
links = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=16, unique=True)


@given(found=links, source=st.sampled_from(NAMES), target=st.sampled_from(NAMES))
def test_it_is_as_short_as_that_of_networkx_and_least_among_those(ask, new_graph, found, source, target):
    graph = new_graph()
    version = {name: graph.version(name) for name in NAMES}
    for made, base in found:
        if made != base:
            graph.derived(version[made], version[base])
    walked = networkx.DiGraph((e.source, e.target) for e in graph.edges.values() if e.type in UPSTREAM_EDGES)
    walked.add_nodes_from(version.values())

    answer = ask(queries.path(graph.store(), version[source], version[target]))

    if networkx.has_path(walked, version[source], version[target]):
        assert passed(answer) == min(networkx.all_shortest_paths(walked, version[source], version[target]))
        assert all(edge.type is EdgeType.DERIVED_FROM for edge in answer.path.edges)
    else:
        assert answer.path is None
        assert answer.completeness.complete
