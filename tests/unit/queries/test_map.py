"""Everything by time and pipeline, in columns: lanes, what is shared, what is left out."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import BadRequest
from whence.model import map as model
from whence.model import uid
from whence.model.graph import EnvironmentDetail, Node
from whence.model.kinds import CutBy, EdgeType, Evidence, GapKind, InputRole, Kind, RunState
from whence.model.map import MapView

MS = 1_000_000


def rows(answer):
    """{uid: its row, codes turned into what they mean}"""
    return {
        each: {
            "name": answer.names[place],
            "kind": answer.kind_table[answer.kinds[place]],
            "lane": None if answer.lanes[place] < 0 else answer.lane_table[answer.lanes[place]].name,
            "at": answer.at[place],
            "until": answer.until[place],
            "state": None if answer.states[place] < 0 else answer.state_table[answer.states[place]],
            "flags": answer.flags[place],
        }
        for place, each in enumerate(answer.ids)
    }


def edges(answer):
    return {
        (answer.ids[source], answer.edge_type_table[kind], answer.ids[target])
        for source, kind, target in zip(answer.sources, answer.edge_types, answer.targets, strict=True)
    }


@pytest.fixture
def world(graph):
    """Two teams: `etl` makes clean from raw, which `ml` trains on; the model is served for a while."""
    graph.raw = graph.version("raw", at=1 * MS)
    graph.clean = graph.version("clean", at=2 * MS)
    graph.risk = graph.model("risk", at=3 * MS)
    etl, ml = graph.job("load", "etl"), graph.job("train", "ml")
    graph.load = graph.run("load", reads={graph.raw: None}, writes=(graph.clean,), at=2 * MS, job=etl)
    graph.train = graph.run("train", reads={graph.clean: InputRole.TRAIN}, writes=(graph.risk,), at=3 * MS, job=ml)
    graph.serve = graph.run("serve", reads={graph.risk: InputRole.MODEL}, service=True, at=4 * MS, end=9 * MS)
    return graph


def test_a_node_is_a_place_in_every_column_newest_first(ask, world):
    answer = ask(queries.lineage_map(world.store()))

    assert answer.ids == [world.serve, world.train, world.risk, world.load, world.clean, world.raw]
    assert rows(answer)[world.serve] == {
        "name": "serve", "kind": Kind.RUN, "lane": "jobs", "at": 4, "until": 9, "state": RunState.COMPLETE, "flags": model.SERVICE,
    }  # fmt: skip
    assert rows(answer)[world.clean]["state"] is None
    assert rows(answer)[world.clean]["until"] is None
    assert (answer.left_out, answer.left_out_exact) == (0, True)
    assert answer.total_by_kind == {Kind.DATASET_VERSION: 2, Kind.MODEL_VERSION: 1, Kind.RUN: 3}


def test_a_version_lies_where_it_was_made_else_where_it_is_kept(ask, world):
    found = rows(ask(queries.lineage_map(world.store())))

    assert {each: row["lane"] for each, row in found.items()} == {
        world.serve: "jobs", world.train: "ml", world.risk: "ml", world.load: "etl", world.clean: "etl", world.raw: "s3://lake",
    }  # fmt: skip


def test_lanes_are_listed_fullest_first_with_their_sizes(ask, world):
    world.run("tune", at=5 * MS, job=world.job("tune", "ml"))
    table = ask(queries.lineage_map(world.store())).lane_table

    assert [(lane.name, lane.namespace, lane.nodes) for lane in table] == [
        ("ml", "ml", 3), ("etl", "etl", 2), ("jobs", "jobs", 1), ("s3://lake", "s3://lake", 1),
    ]  # fmt: skip


def test_where_all_jobs_have_one_namespace_pipelines_are_the_lanes(ask, graph):
    for name in ("churn.load", "churn.train", "ads.train"):
        graph.run(name, job=graph.job(name, "airflow"))
    table = ask(queries.lineage_map(graph.store())).lane_table

    assert [(lane.name, lane.namespace, lane.nodes) for lane in table] == [
        ("churn", "airflow", 2),
        ("ads", "airflow", 1),
    ]


def test_one_job_without_a_pipeline_keeps_the_namespace_as_the_lane(ask, graph):
    for name in ("churn.load", "train"):
        graph.run(name, job=graph.job(name, "airflow"))

    assert [lane.name for lane in ask(queries.lineage_map(graph.store())).lane_table] == ["airflow"]


def test_a_run_of_no_known_job_has_a_lane_of_its_own(ask, graph):
    graph.run("alone")
    assert [(lane.name, lane.nodes) for lane in ask(queries.lineage_map(graph.store())).lane_table] == [("", 1)]


def test_edges_are_told_by_the_places_of_their_ends(ask, world):
    twin = world.version("tidy", at=2 * MS)
    world.twins(world.clean, twin)
    world.written(world.risk, world.serve)

    assert edges(ask(queries.lineage_map(world.store()))) == {
        (world.load, EdgeType.USED, world.raw), (world.clean, EdgeType.GENERATED_BY, world.load),
        (world.train, EdgeType.USED, world.clean), (world.risk, EdgeType.GENERATED_BY, world.train),
        (world.serve, EdgeType.USED, world.risk), (world.risk, EdgeType.WRITTEN_BY, world.serve),
        (twin, EdgeType.SAME_STATE, world.clean),
    }, "twins once"  # fmt: skip


def test_what_runs_of_several_lanes_use_is_shared(ask, graph):
    holdout, other = graph.version("holdout"), graph.version("other")
    pin = Node(uid.environment("e" * 64), Kind.ENVIRONMENT, "e", 0, EnvironmentDetail())
    graph.nodes[pin.uid] = pin
    jobs = [graph.job("evaluate", namespace) for namespace in ("ads", "churn")]
    runs = [
        graph.run(f"run{number}", reads={holdout: None}, at=number * MS, job=jobs[number % 2], environment=pin.uid)
        for number in range(6)
    ]
    graph.edge(EdgeType.USED, runs[0], other)
    answer = ask(queries.lineage_map(graph.store()))
    places = {each: place for place, each in enumerate(answer.ids)}

    assert [(answer.ids[hub.node], hub.uses) for hub in answer.shared] == [(pin.uid, 6), (holdout, 6)]
    assert {answer.lanes[places[each]] for each in (pin.uid, holdout)} == {-1}
    assert answer.lanes[places[other]] >= 0
    assert (runs[0], EdgeType.IN_ENVIRONMENT, pin.uid) in edges(answer)
    assert sum(lane.nodes for lane in answer.lane_table) == len(answer.ids) - 2


def test_the_newest_are_kept_and_the_rest_is_counted(ask, world):
    answer = ask(queries.lineage_map(world.store(), MapView(max_nodes=2)))

    assert answer.ids == [world.serve, world.train]
    assert (answer.left_out, answer.left_out_exact) == (4, True)
    assert answer.completeness.cut_by == (CutBy.NODES,)
    assert (answer.completeness.remaining, answer.completeness.complete) == (4, False)
    assert edges(answer) == set(), "no edge without both of its ends"


def test_the_maker_of_what_is_kept_decides_its_lane_though_it_is_left_out(ask, world):
    late = world.version("late", at=99 * MS)
    world.edge(EdgeType.GENERATED_BY, late, world.load)

    assert rows(ask(queries.lineage_map(world.store(), MapView(max_nodes=1))))[late]["lane"] == "etl"


def test_times_kinds_and_namespaces(ask, world):
    def found(**words):
        return set(ask(queries.lineage_map(world.store(), MapView(**words))).ids)

    assert found(since=3 * MS) == {world.risk, world.train, world.serve}
    assert found(until=2 * MS) == {world.raw}
    assert found(kinds=(Kind.RUN, Kind.COMMIT)) == {world.load, world.train, world.serve}
    assert found(namespace="etl") == {world.load, world.clean}
    assert found(namespace="s3://lake") == {world.raw}


def test_one_namespace_among_many_pages(ask, world, monkeypatch):
    monkeypatch.setattr("whence.queries.map.asking.MOST", 2)
    store = world.store()

    assert set(ask(queries.lineage_map(store, MapView(namespace="etl"))).ids) == {world.load, world.clean}
    first = ask(queries.lineage_map(store, MapView(namespace="etl", max_nodes=1)))
    assert (first.ids, first.left_out, first.left_out_exact) == ([world.load], 1, False)
    monkeypatch.setattr("whence.queries.map.asking.MOST_LOOKED_AT", 2)
    cut = ask(queries.lineage_map(store, MapView(namespace="etl")))
    assert (cut.ids, cut.left_out, cut.left_out_exact) == ([], 1, False)


def test_rule_24_as_of_an_instant(ask, world):
    answer = ask(queries.lineage_map(world.store(), MapView(as_of=5 * MS)))

    assert rows(answer)[world.serve]["state"] is RunState.RUNNING
    assert rows(answer)[world.serve]["until"] is None
    assert world.serve not in ask(queries.lineage_map(world.store(), MapView(as_of=3 * MS))).ids


def test_gaps_are_those_of_what_is_mapped(ask, world):
    world.edge(EdgeType.USED, world.train, world.raw, evidence=Evidence.INFERRED)
    whole = ask(queries.lineage_map(world.store())).completeness

    assert [gap.kind for gap in whole.gaps] == [GapKind.INFERRED_READ]
    assert whole.complete


def test_flags_of_versions(ask, graph):
    failed = graph.version("failed", failed=True, conflict=True)
    base = graph.model("base", base=True)
    unknown = graph.version("unknown", "~")
    found = rows(ask(queries.lineage_map(graph.store())))

    assert {each: found[each]["flags"] for each in (failed, base, unknown)} == {
        failed: model.FAILED + model.CONFLICT, base: model.BASE, unknown: model.UNVERSIONED,
    }  # fmt: skip


def test_an_empty_store_has_an_empty_map_that_says_so(ask, graph):
    answer = ask(queries.lineage_map(graph.store()))
    assert (answer.ids, answer.lane_table) == ([], ())
    assert answer.completeness.sentence.startswith("Nothing recorded fits.")


@pytest.mark.parametrize(
    "view", [MapView(max_nodes=0), MapView(max_nodes=20_001), MapView(since=2, until=1), MapView(kinds=(Kind.COMMIT,))]
)
def test_impossible_views_are_refused(ask, graph, view):
    with pytest.raises(BadRequest):
        ask(queries.lineage_map(graph.store(), view))
