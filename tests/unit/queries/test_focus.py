"""What is around one thing: cards, folds, badges and the edges between them (folding by best-first under a budget)."""

from __future__ import annotations

import msgspec
import pytest

from whence import queries
from whence.errors import BadRequest, NotFound
from whence.model import uid
from whence.model.focus import FocusView
from whence.model.graph import Digest
from whence.model.kinds import AssetType, EdgeType, Evidence, InputRole, Kind, RunState

SHA = "ab" * 32


@pytest.fixture
def story(graph):
    """raw -> clean -> train -> risk, which is served and evaluated into a report; the base is someone else's."""
    graph.raw = graph.version("raw", at=1)
    graph.clean = graph.version("clean", at=2)
    graph.base = graph.model("base", at=0)
    graph.risk = graph.model("risk", at=3)
    graph.report = graph.version("report", kind=AssetType.ARTIFACT, at=5)
    job = graph.job("prepare")
    graph.prepare = graph.run(
        "prepare",
        reads={graph.raw: None},
        writes=(graph.clean,),
        at=2,
        job=job,
        commit=uid.commit("https://host/o/r", "c0ffee0011"),
    )
    graph.commit("c0ffee0011", graph.prepare)
    graph.train = graph.run(
        "train", reads={graph.clean: InputRole.TRAIN, graph.base: InputRole.BASE_MODEL}, writes=(graph.risk,), at=3
    )
    graph.serve = graph.run("serve", reads={graph.risk: InputRole.MODEL}, service=True, state=RunState.RUNNING, at=4)
    graph.evaluate = graph.run(
        "evaluate", reads={graph.risk: InputRole.MODEL, graph.clean: InputRole.TEST}, writes=(graph.report,), at=5
    )
    return graph  # fmt: skip


def depths(answer):
    return {card.node.uid: card.depth for card in answer.cards}


def ends(answer, *, same=False):
    return {(edge.source, edge.target) for edge in answer.edges if edge.same_bytes is same}


def card(answer, uid):
    return next(card for card in answer.cards if card.node.uid == uid)


def only(folds):
    assert len(folds) == 1, folds
    return folds[0]


def test_a_small_lineage_is_shown_whole_with_depths_to_both_sides(ask, story):
    answer = ask(queries.focus(story.store(), story.risk))

    assert answer.focus == story.risk
    assert depths(answer) == {
        story.raw: -4, story.prepare: -3, story.clean: -2, story.base: -2, story.train: -1,
        story.risk: 0, story.serve: 1, story.evaluate: 1, story.report: 2,
    }  # fmt: skip
    assert (answer.shown, answer.folded, answer.total) == (9, 0, 9)
    assert answer.folds == ()
    assert answer.completeness.complete


def test_the_totals_are_those_of_provenance_and_impact(ask, story):
    store = story.store()
    answer = ask(queries.focus(store, story.clean))
    whence = ask(queries.provenance(store, story.clean))
    impact = ask(queries.impact(store, story.clean))
    code = [node for node in whence.nodes if node.kind is Kind.COMMIT]

    assert answer.up_total == len(whence.nodes) - len(whence.roots) - len(code) == 2
    assert answer.down_total == impact.total == 5
    with_code = ask(queries.focus(store, story.clean, FocusView(code=True)))
    assert with_code.up_total == len(whence.nodes) - len(whence.roots)


def test_the_gaps_are_those_of_both_walks(ask, story):
    unknown = story.version("secret", "~")
    story.edge(EdgeType.USED, story.prepare, unknown, evidence=Evidence.INFERRED)
    story.edge(EdgeType.USED, story.evaluate, story.raw, evidence=Evidence.INFERRED)
    store = story.store()
    answer = ask(queries.focus(store, story.raw))
    impact = ask(queries.impact(store, story.raw))

    assert answer.completeness.gaps == impact.subgraph.completeness.gaps
    assert {gap.kind for gap in ask(queries.focus(store, story.clean)).completeness.gaps} >= {"UNVERSIONED_READ"}


def test_code_rides_on_the_cards_of_runs_unless_it_is_asked_for(ask, story):
    answer = ask(queries.focus(story.store(), story.risk))
    prepare = card(answer, story.prepare)
    commit = uid.commit("https://host/o/r", "c0ffee0011")

    assert (prepare.job.id, prepare.job.label) == (uid.job("jobs", "prepare"), "prepare")
    assert (prepare.commit.id, prepare.commit.label) == (commit, "c0ffee00")
    assert card(answer, story.risk).asset.label == "risk"
    assert commit not in depths(answer)

    with_code = ask(queries.focus(story.store(), story.risk, FocusView(code=True)))
    assert depths(with_code)[commit] == -4
    assert (story.prepare, commit) in ends(with_code)
    assert with_code.total == answer.total + 1


def test_origins_and_deployments_are_marked(ask, story):
    answer = ask(queries.focus(story.store(), story.risk))

    assert {each.node.uid for each in answer.cards if each.origin} == {story.raw, story.base}
    assert {each.node.uid for each in answer.cards if each.serving} == {story.serve}
    assert answer.services_total == 1
    assert answer.total_by_kind == {
        Kind.DATASET_VERSION: 2, Kind.MODEL_VERSION: 2, Kind.ARTIFACT_VERSION: 1, Kind.RUN: 4,
    }  # fmt: skip


def test_a_read_downstream_of_what_is_upstream_is_drawn(ask, story):
    """The evaluation tests on what the model was trained on: no walk from the model passes that edge."""
    answer = ask(queries.focus(story.store(), story.risk))

    assert (story.evaluate, story.clean) in ends(answer)


def test_an_edge_tells_role_evidence_and_since_when(ask, graph):
    clean, risk = graph.version("clean"), graph.model("risk")
    run = graph.run("train", writes=(risk,))
    graph.edge(EdgeType.USED, run, clean, 7, role=InputRole.TRAIN)
    graph.edge(EdgeType.USED, run, clean, 5, role=InputRole.TEST, evidence=Evidence.INFERRED)

    answer = ask(queries.focus(graph.store(), risk))
    read = only([edge for edge in answer.edges if edge.source == run])

    assert read.count == 2
    assert read.roles == (InputRole.TRAIN, InputRole.TEST)
    assert (read.evidence, read.at) == (Evidence.INFERRED, 5)


def test_bytes_are_no_card_but_join_what_has_them(ask, graph):
    clean, copy = (graph.version(name, bytes_={"sha256": SHA}) for name in ("clean", "copy"))
    use = graph.run("use", reads={copy: None})
    other = graph.version("other")
    graph.twins(clean, other)

    answer = ask(queries.focus(graph.store(), clean))

    assert set(depths(answer)) == {clean, copy, other, use}
    assert ends(answer, same=True) == {(copy, clean), (clean, other)}
    assert ends(answer) == {(use, copy)}
    assert answer.down_total == 1, "copies are no dependents"


def test_rule_23_shared_bytes_are_as_sure_as_the_less_sure_of_both(ask, graph):
    clean, copy = graph.version("clean", at=1), graph.version("copy", at=5)
    for version, at, evidence in ((clean, 1, Evidence.INFERRED), (copy, 5, Evidence.RECORDED)):
        graph.content(version, Digest("sha256", SHA), at, conflict=True)
        key = (EdgeType.HAS_CONTENT, version, uid.content("sha256", SHA), "")
        graph.edges[key] = msgspec.structs.replace(graph.edges[key], evidence=evidence)
        graph.edge(EdgeType.CONTENT_OF, uid.content("sha256", SHA), version, at)

    edge = only(ask(queries.focus(graph.store(), clean)).edges)
    assert (edge.evidence, edge.at, edge.types) == (Evidence.INFERRED, 5, (EdgeType.HAS_CONTENT,))


def test_asked_by_bytes_the_version_that_they_came_from_is_the_focus(ask, graph):
    origin = graph.version("origin", bytes_={"sha256": SHA}, at=1)
    copies = [graph.version(f"copy{number}", bytes_={"sha256": SHA}, at=2) for number in range(2)]

    answer = ask(queries.focus(graph.store(), f"sha256:{SHA}"))

    assert answer.focus == origin
    assert set(depths(answer)) == {origin, *copies}
    assert ends(answer, same=True) == {(copy, origin) for copy in copies}


def test_bytes_that_all_holders_disagree_about_still_show_them(ask, graph):
    holders = {graph.version(name, bytes_={"sha256": SHA}, conflict=True) for name in ("one", "two")}

    assert set(depths(ask(queries.focus(graph.store(), f"sha256:{SHA}")))) == holders


def test_bytes_that_nothing_holds_any_more_are_the_focus_themselves(ask, graph):
    """The one case in which bytes are a card: there is nothing else to show."""
    graph.content(graph.version("gone"), Digest("sha256", SHA), 0, conflict=False)
    content = uid.content("sha256", SHA)
    graph.edges = {key: edge for key, edge in graph.edges.items() if content not in (edge.source, edge.target)}

    assert depths(ask(queries.focus(graph.store(), content))) == {content: 0}


def test_an_asset_is_one_card_that_stands_for_its_versions(ask, story):
    newer = story.version("clean", "2", at=6)
    late = story.run("late", reads={newer: None}, at=7)
    asset = uid.asset("s3://lake", "clean")

    answer = ask(queries.focus(story.store(), asset))

    assert answer.focus == asset
    assert card(answer, asset).stands_for == 2
    assert story.clean not in depths(answer)
    assert {(late, asset), (story.train, asset), (asset, story.prepare)} <= ends(answer)
    assert answer.down_total == ask(queries.impact(story.store(), asset)).total


def test_a_job_is_one_card_that_stands_for_its_runs(ask, graph):
    job = graph.job("train")
    raw = graph.version("raw")
    for number in range(3):
        graph.run(f"train{number}", reads={raw: None}, job=job)

    answer = ask(queries.focus(graph.store(), job))

    assert depths(answer) == {raw: -1, job: 0}
    assert only(answer.edges).count == 3


def test_the_budget_is_a_half_for_each_side_nearest_first(ask, graph):
    middle = graph.version("middle")
    above = below = middle
    up, down = [], []
    for number in range(10):
        source, result = graph.version(f"source{number}"), graph.version(f"result{number}")
        up += [graph.run(f"up{number}", reads={source: None}, writes=(above,)), source]
        down += [graph.run(f"down{number}", reads={below: None}, writes=(result,)), result]
        above, below = source, result

    answer = ask(queries.focus(graph.store(), middle, FocusView(budget=6, up=100, down=100)))

    assert set(depths(answer)) == {middle, *up[:3], up[-1], *down[:3]}, "the origin is pinned"
    assert all(len(set(fold.members)) == fold.count for fold in answer.folds)
    assert {(fold.title, fold.count, fold.upstream) for fold in answer.folds} == {
        ("8 steps", 16, True),
        ("8 steps", 17, False),
    }
    assert answer.shown + answer.folded == answer.total == 41


def test_no_more_hops_than_asked_for(ask, story):
    answer = ask(queries.focus(story.store(), story.risk, FocusView(up=1, down=0)))

    assert {uid for uid, depth in depths(answer).items() if depth not in (0, -1)} <= {
        story.raw, story.base, story.serve,
    }, "what is pinned is shown however far"  # fmt: skip
    assert answer.up_total == 5


@pytest.fixture
def hub(graph):
    """A holdout that 40 runs read, each writing a report."""
    graph.holdout = graph.version("holdout")
    graph.readers = [
        graph.run(
            f"judge{number:02}",
            reads={graph.holdout: None},
            writes=(graph.version(f"report{number:02}", kind=AssetType.ARTIFACT, at=number),),
            at=number,
        )
        for number in range(40)
    ]
    return graph


def test_consumers_of_a_hub_are_one_fold_and_the_newest_are_shown(ask, hub):
    answer = ask(queries.focus(hub.store(), hub.holdout, FocusView(budget=10)))
    fold = only(answer.folds)

    shown = [uid for uid in depths(answer) if uid in hub.readers]
    assert set(shown) == set(hub.readers[-len(shown) :])
    assert (fold.title, fold.adjacent, fold.upstream) == (f"{40 - len(shown)} consumers", (hub.holdout,), False)
    assert fold.by_kind == {Kind.ARTIFACT_VERSION: 40 - len(shown), Kind.RUN: 40 - len(shown)}
    assert only([edge for edge in answer.edges if edge.source == fold.id]).count == 40 - len(shown)


def test_up_to_three_that_hang_off_one_card_are_a_badge_on_it(ask, graph):
    clean = graph.version("clean")
    train = graph.run("train", reads={clean: None}, writes=tuple(graph.model(f"risk{number}") for number in range(4)))

    answer = ask(queries.focus(graph.store(), clean, FocusView(budget=4)))
    assert card(answer, train).more == 3
    assert (answer.folds, answer.folded, answer.shown) == ((), 3, 3)

    opened = ask(queries.focus(graph.store(), clean, FocusView(budget=4, open=(train,))))
    assert (card(opened, train).more, opened.shown, opened.folded) == (0, 6, 0)


def test_what_would_be_a_fold_of_one_is_shown(ask, graph):
    """Between two cards a pill would take as much room as the card, and say less."""
    raw, clean, risk = graph.version("raw"), graph.version("clean"), graph.model("risk")
    graph.run("load", reads={raw: None}, writes=(clean,))
    graph.run("train", reads={clean: None}, writes=(risk,))

    answer = ask(queries.focus(graph.store(), risk, FocusView(budget=4)))

    assert (answer.shown, answer.folds) == (5, ())


def test_opening_shows_twenty_more_and_all_shows_all(ask, hub):
    store = hub.store()
    closed = ask(queries.focus(store, hub.holdout, FocusView(budget=10)))
    fold = only(closed.folds)
    opened = ask(queries.focus(store, hub.holdout, FocusView(budget=10, open=(fold.id,))))
    whole = ask(queries.focus(store, hub.holdout, FocusView(budget=10, open=(f"all:{fold.id}",))))

    assert opened.shown == closed.shown + 20
    assert set(depths(closed)) < set(depths(opened))
    assert whole.folds == ()
    assert whole.folded == sum(each.more for each in whole.cards) == 81 - whole.shown, (
        "what hangs off a card is opened by its card"
    )


def test_a_fold_opened_in_a_link_opens_after_others_came(ask, hub):
    """Its id is made of one of its nodes: that one need not be the least any more."""
    fold = only(ask(queries.focus(hub.store(), hub.holdout, FocusView(budget=10))).folds)
    hub.run("0-before-all", reads={hub.holdout: None}, at=-1)
    later = ask(queries.focus(hub.store(), hub.holdout, FocusView(budget=10)))
    opened = ask(queries.focus(hub.store(), hub.holdout, FocusView(budget=10, open=(fold.id,))))

    assert only(later.folds).id != fold.id
    assert opened.shown == later.shown + 20
    assert opened.unopened == ()


def test_what_is_not_there_to_be_opened_is_told(ask, story):
    assert ask(queries.focus(story.store(), story.risk, FocusView(open=("f0123456789",)))).unopened == ("f0123456789",)


def test_edges_pass_through_what_is_left_out_by_kind(ask, story):
    kinds = frozenset({Kind.DATASET_VERSION, Kind.MODEL_VERSION})
    answer = ask(queries.focus(story.store(), story.risk, FocusView(kinds=kinds)))

    assert set(depths(answer)) == {story.risk, story.clean, story.base, story.raw}
    assert ends(answer) == {(story.risk, story.clean), (story.risk, story.base), (story.clean, story.raw)}
    assert next(edge for edge in answer.edges if edge.target == story.clean).types == (
        EdgeType.USED,
        EdgeType.GENERATED_BY,
    )
    assert (answer.shown, answer.filtered, answer.total) == (4, 5, 9)  # fmt: skip


def test_deployments_can_be_shown_without_other_runs_and_left_out_without_them(ask, story):
    models = frozenset({Kind.MODEL_VERSION})
    only_services = ask(queries.focus(story.store(), story.risk, FocusView(kinds=models, services=True)))
    without = ask(queries.focus(story.store(), story.risk, FocusView(services=False)))

    assert set(depths(only_services)) == {story.risk, story.base, story.serve}
    assert ends(only_services) == {(story.risk, story.base), (story.serve, story.risk)}
    assert (set(depths(without)) & {story.serve, story.evaluate}, without.filtered) == ({story.evaluate}, 1)


def test_the_focus_is_shown_whatever_kinds_are_asked_for(ask, story):
    answer = ask(queries.focus(story.store(), story.risk, FocusView(kinds=frozenset())))

    assert (set(depths(answer)), answer.filtered) == ({story.risk}, 8)


def test_rule_24_what_is_later_is_in_no_count(ask, story):
    answer = ask(queries.focus(story.store(), story.risk, FocusView(as_of=4)))

    assert answer.down_total == 1
    assert story.evaluate not in depths(answer)


def test_before_it_was_there_is_nothing_and_the_answer_says_so(ask, graph):
    clean = graph.version("clean", at=9)
    answer = ask(queries.focus(graph.store(), clean, FocusView(as_of=5)))

    assert (answer.cards, answer.total) == ((), 0)
    assert answer.completeness.sentence.startswith("Nothing of it had been recorded at that time.")


def test_a_cut_walk_says_so_and_calls_nothing_an_origin_that_may_not_be(ask, story):
    answer = ask(queries.focus(story.store(), story.risk, FocusView(max_nodes=4)))

    assert not answer.completeness.complete
    assert answer.completeness.remaining > 0
    assert not any(each.origin for each in answer.cards)


def test_a_twin_explains_what_it_is_the_twin_of(ask, graph):
    """A version whose other name was made by a run is no origin."""
    one, other = graph.version("one"), graph.version("other")
    graph.twins(one, other)
    run = graph.run("make", writes=(other,))

    assert not any(each.origin for each in ask(queries.focus(graph.store(), one)).cards if each.node.uid != run)


@pytest.mark.parametrize(
    "view",
    [FocusView(up=-1), FocusView(down=101), FocusView(budget=501), FocusView(max_nodes=20_001), FocusView(max_nodes=0)],
)
def test_impossible_bounds_are_refused(ask, story, view):
    with pytest.raises(BadRequest):
        ask(queries.focus(story.store(), story.risk, view))


def test_too_many_folds_to_open_are_refused(ask, story):
    with pytest.raises(BadRequest, match="101 folds"):
        ask(queries.focus(story.store(), story.risk, FocusView(open=("f",) * 101)))


def test_what_nobody_knows_is_not_found(ask, story):
    with pytest.raises(NotFound):
        ask(queries.focus(story.store(), "nobody"))
