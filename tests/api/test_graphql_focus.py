"""The page's questions over GraphQL: the focused picture, the map, the catalogue, and models of many versions at once."""

from __future__ import annotations

import pytest

from whence.model.kinds import EdgeType, Kind, RunState

from .conftest import body_of
from .test_graphql import RUN, STORY, Asked, facet, thing

FOCUS = """query Focus($ref: String!, $view: FocusView) { focus(ref: $ref, view: $view) {
  focus shown folded filtered total upTotal downTotal totalByKind servicesTotal unopened seq headHash
  completeness { complete sentence gaps { kind } }
  cards { id depth more standsFor origin serving job { id label } commit { id label } environment { id label } asset { id label }
    node { id kind name at ... on Version { version failed } ... on ModelVersion { headline { name text } } ... on Run { state } } }
  edges { source target types count evidence sameBytes at roles relations }
  folds { id title count byKind services upstream adjacent } } }"""
MAP = """query Map($view: MapView) { map(view: $view) {
  ids names kinds lanes at until states flags sources targets edgeTypes
  kindTable laneTable { name namespace nodes } stateTable edgeTypeTable shared { node uses }
  total edgeTotal totalByKind truncated leftOut leftOutExact completeness { complete sentence } seq headHash } }"""


@pytest.fixture(scope="module")
def ask() -> Asked:
    return Asked([*STORY, body_of("broken", kind="FAIL", time="2026-01-06T00:00:00Z", inputs=[thing("clean", "1")])])


def test_the_picture_around_a_model(ask: Asked) -> None:
    found = ask.data(FOCUS, ref="version/risk/model/1", view={"budget": 100})["focus"]
    cards = {card["id"]: card for card in found["cards"]}
    clean = cards[f"run/{RUN['clean']}"]

    assert (found["focus"], found["total"], found["shown"]) == ("version/risk/model/1", 9, 9)
    assert clean["commit"]["label"] == "c" * 8
    assert clean["environment"]["label"] == "Python 3.11.7, A100"
    assert clean["job"] == {"id": "job/risk/clean", "label": "clean"}
    assert cards["version/risk/clean/1"]["asset"] == {"id": "asset/risk/clean", "label": "clean"}
    assert cards["version/risk/model/2"]["node"]["headline"] == {"name": "auc", "text": "0.9"}
    assert cards[f"run/{RUN['serve']}"]["serving"]
    assert {"source": f"run/{RUN['train']}", "target": "version/risk/clean/1"}.items() <= next(
        edge for edge in found["edges"] if edge["roles"] == ["TRAIN"]
    ).items()
    assert found["seq"] == 6


def test_the_picture_is_asked_of_the_store_a_few_times_however_many_cards(ask: Asked) -> None:
    ask.data("{ service { seq } }")  # the first answer of a store asks also whether its graph is current
    ask.data(FOCUS, ref="version/risk/clean/1", view={"budget": 20})
    few = len(ask.store.calls)
    ask.data(FOCUS, ref="version/risk/clean/1", view={"budget": 200})
    assert len(ask.store.calls) == few <= 12


def test_null_means_the_usual(ask: Asked) -> None:
    nulls = dict.fromkeys(("asOf", "asKnown", "up", "down", "budget", "open", "kinds", "services", "code", "maxNodes"))
    assert ask.data(FOCUS, ref="model@1", view=nulls) == ask.data(FOCUS, ref="model@1")
    nulls = dict.fromkeys(("asOf", "asKnown", "since", "until", "kinds", "namespace", "maxNodes"))
    assert ask.data(MAP, view=nulls) == ask.data(MAP)


def test_as_known_and_as_of_reach_the_picture(ask: Asked) -> None:
    known = ask.data(FOCUS, ref="version/risk/model/1", view={"asKnown": "2"})["focus"]
    dated = ask.data(FOCUS, ref="version/risk/model/1", view={"asOf": "2026-01-03T12:00:00Z"})["focus"]
    assert (known["downTotal"], known["seq"]) == (0, 2)
    assert (dated["downTotal"], dated["seq"]) == (2, 6)


def test_a_picture_too_costly_is_refused_before_it_is_made(ask: Asked) -> None:
    error = ask.error(FOCUS, ref="version/risk/model/1", view={"open": ["all:f"] * 99})
    assert error["extensions"]["code"] == "TOO_COSTLY"
    assert ask.store.calls == []
    assert ask.error(FOCUS, ref="x", view={"budget": -1})["extensions"]["code"] == "BAD_REQUEST"
    many = " ".join(f"m{number}: map {{ seq }}" for number in range(5))
    assert ask.error(f"{{ {many} }}")["extensions"]["code"] == "TOO_COSTLY"


def test_what_the_page_asks_is_within_the_limits(ask: Asked) -> None:
    opened = [*(f"f{number}" for number in range(10)), "all:f1", "all:f2", "all:f3"]
    ask.data(FOCUS, ref="version/risk/model/1", view={"open": opened, "maxNodes": 20_000})


def test_the_map_is_columns_and_tables(ask: Asked) -> None:
    found = ask.data(MAP)["map"]
    places = {uid: place for place, uid in enumerate(found["ids"])}
    train, clean = places[f"run/{RUN['train']}"], places["version/risk/clean/1"]
    edges = {
        (source, target, found["edgeTypeTable"][kind])
        for source, target, kind in zip(found["sources"], found["targets"], found["edgeTypes"], strict=True)
    }

    assert found["kindTable"] == [kind.value for kind in Kind]
    assert found["edgeTypeTable"] == [kind.value for kind in EdgeType]
    assert {len(found[name]) for name in ("ids", "names", "kinds", "lanes", "at", "until", "states", "flags")} == {
        found["total"]
    }
    assert (train, clean, "USED") in edges
    assert found["at"][clean] == 1767225600000
    assert found["kindTable"][found["kinds"][train]] == "RUN"
    assert [found["stateTable"][found["states"][train]]] * 2 == [RunState.COMPLETE, "COMPLETE"]
    assert found["laneTable"] == [{"name": "risk", "namespace": "risk", "nodes": found["total"]}]
    assert (found["truncated"], found["leftOut"]) == (False, 0)


CATALOG = """{ catalog { counts { kind count exact } recentRuns(first: 2) { id state } recentModels { id } failedRuns { id job { name } }
  uncaptured { lookedAt allOfThem gaps { kind } withoutMakerTotal withoutMaker { id } } } }"""


def test_the_catalogue_tells_what_is_new_what_failed_and_what_is_uncaptured(ask: Asked) -> None:
    found = ask.data(CATALOG)["catalog"]
    counts = {each["kind"]: each["count"] for each in found["counts"]}

    assert (counts["RUN"], counts["MODEL_VERSION"], counts["DATASET"]) == (6, 2, 2)
    assert [run["state"] for run in found["recentRuns"]] == ["FAIL", "COMPLETE"]
    assert [model["id"] for model in found["recentModels"]] == ["version/risk/model/2", "version/risk/model/1"]
    assert [run["job"]["name"] for run in found["failedRuns"]] == ["broken"]
    assert found["uncaptured"]["withoutMaker"] == [{"id": "version/risk/raw/1"}]
    assert found["uncaptured"]["allOfThem"]


def test_a_run_that_failed_later_had_not_failed_then() -> None:
    """Runs are found by the state that they have now."""
    run = RUN["train"]
    ask = Asked(
        [body_of(kind=kind, run=run, time=f"2026-01-0{day}T00:00:00Z") for kind, day in (("START", 1), ("FAIL", 3))]
    )
    asked = "query($at: DateTime) { catalog(asOf: $at) { failedRuns { id } } }"
    assert ask.data(asked, at="2026-01-02T00:00:00Z")["catalog"]["failedRuns"] == []
    assert ask.data(asked, at="2026-01-03T00:00:00Z")["catalog"]["failedRuns"] == [{"id": f"run/{run}"}]


VERSIONS = """{ versions(ref: "asset/risk/clean") { edges { node { id rows at digests { value } changeNote: name
  ... on Version { modelsUsing(first: 3) { total complete models { how version { id ... on ModelVersion { headline { name text } } } } } } } } } }"""


def test_versions_tell_the_models_made_of_them_and_their_headline_metric() -> None:
    ask = Asked(STORY)
    query = VERSIONS.replace("rows at digests { value } changeNote: name", "at")
    found = ask.data(query)["versions"]["edges"][0]["node"]["modelsUsing"]
    assert (found["total"], found["complete"]) == (2, True)
    assert found["models"] == [
        {"how": ["FINE_TUNED_FROM", "EVALUATED_ON"], "version": {"id": "version/risk/model/2", "headline": {"name": "auc", "text": "0.9"}}},
        {"how": ["TRAINED_ON"], "version": {"id": "version/risk/model/1", "headline": {"name": "auc", "text": "NaN"}}},
    ]  # fmt: skip


def test_many_versions_ask_the_store_no_more_often_than_one() -> None:
    calls = []
    for number in (1, 20):
        bodies = [
            body_of("train", time=f"2026-02-{day:02}T00:00:00Z", inputs=[thing("clean", str(day), "TRAIN")],
                    outputs=[thing("model", str(day), datasetType={"datasetType": "MODEL"})],
                    run_facets={"whence_metrics": facet(metrics=[{"name": "auc", "value": day / 100}])})
            for day in range(1, number + 1)
        ]  # fmt: skip
        ask = Asked(bodies)
        found = ask.data(VERSIONS.replace("rows at digests { value } changeNote: name", "at"))["versions"]["edges"]
        assert len(found) == number
        assert all(each["node"]["modelsUsing"]["total"] == 1 for each in found)
        calls.append(len(ask.store.calls))
    assert calls[0] == calls[1]
