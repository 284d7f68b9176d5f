"""Which datasets did this come from."""

from __future__ import annotations

import itertools

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence import queries
from whence.model.kinds import UPSTREAM_EDGES, AssetType, EdgeType, InputRole

TRAIN, VALIDATION = InputRole.TRAIN, InputRole.VALIDATION


@pytest.fixture
def came_from(ask, graph):
    """[(dataset version, role, distance)] in the order of the answer."""

    def uses(ref, **words):
        page = ask(queries.datasets_of(graph.store(), ref, **words))
        return [(use.version.uid, use.role, use.distance) for use in page.items]

    return uses


def test_nearest_first_with_the_role_of_the_nearest_use(graph, came_from):
    raw, split, risk = graph.version("raw"), graph.version("split"), graph.model("risk")
    graph.run("split", reads={raw: None}, writes=(split,))
    graph.run("train", reads={split: TRAIN}, writes=(risk,))

    assert came_from(risk) == [(split, TRAIN, 2), (raw, None, 4)]


def test_the_nearest_of_two_uses_counts(graph, came_from):
    raw, split, risk = graph.version("raw"), graph.version("split"), graph.model("risk")
    graph.run("split", reads={raw: None}, writes=(split,))
    graph.run("train", reads={split: TRAIN, raw: VALIDATION}, writes=(risk,))

    assert came_from(risk) == [(raw, VALIDATION, 2), (split, TRAIN, 2)]


def test_of_two_roles_in_one_run_the_first_of_the_list_counts(graph, came_from):
    data, risk = graph.version("data"), graph.model("risk")
    run = graph.run("train", writes=(risk,))
    for role in (None, VALIDATION, TRAIN):
        graph.edge(EdgeType.USED, run, data, role=role)

    assert came_from(risk) == [(data, TRAIN, 2)]


def test_the_role_of_explicit_lineage_is_that_of_the_run_that_states_it(graph, came_from):
    data, risk = graph.version("data"), graph.model("risk")
    run = graph.run("train", reads={data: TRAIN})
    graph.written(risk, run)
    graph.derived(risk, data, run=run)

    assert came_from(risk) == [(data, TRAIN, 1)]


def test_models_and_artifacts_on_the_way_are_passed_not_listed(graph, came_from):
    data, base, config = graph.version("data"), graph.model("base"), graph.version("cfg", kind=AssetType.ARTIFACT)
    risk = graph.model("risk")
    graph.run("pretrain", reads={data: TRAIN, config: InputRole.CONFIG}, writes=(base,))
    graph.derived(risk, base, relation="FINE_TUNE")

    assert came_from(risk) == [(data, TRAIN, 3)]


def test_rule_23_equal_bytes_lead_to_the_origin_in_the_same_role(graph, came_from):
    found, origin, risk = graph.version("found"), graph.version("origin"), graph.model("risk")
    graph.run("train", reads={found: TRAIN}, writes=(risk,))
    graph.edge(EdgeType.SAME_BYTES, found, origin)

    assert came_from(risk) == [(found, TRAIN, 2), (origin, TRAIN, 3)]


def test_rule_5_a_version_with_two_names_is_listed_once_under_the_nearest(graph, came_from):
    data, other, risk = graph.version("data"), graph.version("a-name"), graph.model("risk")
    graph.twins(data, other)
    graph.run("train", reads={data: TRAIN}, writes=(risk,))

    assert came_from(risk) == [(data, TRAIN, 2)]


def test_the_dataset_asked_for_is_not_upstream_of_itself(graph, came_from):
    raw, data, twin = graph.version("raw"), graph.version("data"), graph.version("twin")
    graph.twins(data, twin)
    graph.run("clean", reads={raw: None}, writes=(data, twin))

    assert came_from(data) == [(raw, None, 2)]


def test_rule_24_as_of(graph, came_from):
    risk = graph.model("risk")
    graph.run("train", reads={graph.version("data"): TRAIN}, writes=(risk,), at=5)

    assert came_from(risk, as_of=4) == []


def test_none_says_why(ask, graph):
    risk = graph.model("risk")

    page = ask(queries.datasets_of(graph.store(), risk))

    assert page.items == ()
    assert page.completeness.sentence.startswith(
        "It is a root: no event says what made it. No dataset is recorded upstream of it."
    )


def test_paths_lead_from_the_model_to_the_dataset_over_pages(ask, graph):
    risk = graph.model("risk")
    graph.run("train", reads={graph.version(f"d{number}"): TRAIN for number in range(5)}, writes=(risk,))
    store, seen, after = graph.store(), [], None
    while True:
        page = ask(queries.datasets_of(store, risk, first=2, after=after))
        for use in page.items:
            assert [node.uid for node in use.via.nodes] == [risk, "run/train", use.version.uid]
            assert len(use.via.event_seqs) == 2
            seen.append(use.dataset.name)
        if not page.has_next:
            break
        after = page.cursors[-1]

    assert seen == ["d0", "d1", "d2", "d3", "d4"]


NAMES = ["d0", "d1", "d2", "d3", "m0", "m1"]
steps = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=16)


@given(found=steps)
def test_distances_are_those_of_networkx(ask, new_graph, found):
    graph = new_graph()
    kinds = {"d": AssetType.DATASET, "m": AssetType.MODEL}
    version = {name: graph.version(name, kind=kinds[name[0]]) for name in NAMES}
    for number, (made, read) in enumerate(found):
        graph.run(f"r{number % 5}")
        graph.edge(EdgeType.USED, f"run/r{number % 5}", version[read])
        graph.edge(EdgeType.GENERATED_BY, version[made], f"run/r{number % 5}")
    walked = networkx.DiGraph((e.source, e.target) for e in graph.edges.values() if e.type in UPSTREAM_EDGES)
    walked.add_node(version["m0"])

    page = ask(queries.datasets_of(graph.store(), version["m0"]))

    lengths = networkx.single_source_shortest_path_length(walked, version["m0"])
    datasets = {uid: hops for uid, hops in lengths.items() if uid.startswith("version/") and "/d" in uid}
    assert {use.version.uid: use.distance for use in page.items} == datasets
    for use in page.items:
        passed = [node.uid for node in use.via.nodes]
        assert len(use.via.edges) == use.distance
        assert (passed[0], passed[-1]) == (version["m0"], use.version.uid)
        assert all(walked.has_edge(a, b) for a, b in itertools.pairwise(passed))
