"""Which models used this: each How of the semantics page by a small case of its own."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import BadRequest
from whence.model import uid
from whence.model.kinds import AssetType, EdgeType, How, InputRole, RunState

TRAIN, VALIDATION, TEST = InputRole.TRAIN, InputRole.VALIDATION, InputRole.TEST
BASE, MODEL, CONFIG, REFERENCE = InputRole.BASE_MODEL, InputRole.MODEL, InputRole.CONFIG, InputRole.REFERENCE


@pytest.fixture
def using(ask, graph):
    """{version uid: hows} of the models that used what is asked for."""

    def hows(ref, **words):
        page = ask(queries.models_using(graph.store(), ref, **words))
        return {use.version.uid: list(use.how) for use in page.items}

    return hows


@pytest.fixture
def data(graph):
    return graph.version("clean")


@pytest.mark.parametrize(
    ("role", "hows"),
    [
        (TRAIN, [How.TRAINED_ON]),
        (VALIDATION, [How.VALIDATED_ON]),
        (None, [How.ROLE_UNKNOWN]),
        (TEST, None),
        (CONFIG, None),
        (REFERENCE, None),
        (BASE, None),
        (MODEL, None),
    ],
)
def test_the_role_in_which_the_making_run_used_it(graph, using, data, role, hows):
    risk = graph.model("risk")
    graph.run("train", reads={data: role}, writes=(risk,))

    assert using(data) == ({risk: hows} if hows else {})


def test_trained_on_what_was_derived_from_it_over_many_hops(graph, using, data):
    split, scaled, risk = graph.version("split"), graph.version("scaled"), graph.model("risk")
    graph.run("split", reads={data: None}, writes=(split,))
    graph.run("scale", reads={split: None}, writes=(scaled,))
    graph.run("train", reads={scaled: TRAIN}, writes=(risk,))

    assert using(data) == {risk: [How.TRAINED_ON_DERIVED]}


def test_validated_on_what_was_derived_from_it_is_no_use_of_it(graph, using, data):
    split, risk = graph.version("split"), graph.model("risk")
    graph.run("split", reads={data: None}, writes=(split,))
    graph.run("train", reads={split: VALIDATION}, writes=(risk,))

    assert using(data) == {}


def test_training_on_a_derived_artifact_is_not_training_on_a_dataset(graph, using, data):
    plot, risk = graph.version("plot", kind=AssetType.ARTIFACT), graph.model("risk")
    graph.run("draw", reads={data: None}, writes=(plot,))
    graph.run("train", reads={plot: TRAIN}, writes=(risk,))

    assert using(data) == {}


def test_several_at_once_in_the_order_of_how(graph, using, data):
    split, risk = graph.version("split"), graph.model("risk")
    graph.run("split", reads={data: None}, writes=(split,))
    graph.edge(EdgeType.USED, graph.run("train", writes=(risk,)), data, role=VALIDATION)
    graph.edge(EdgeType.USED, "run/train", data, role=TRAIN)
    graph.edge(EdgeType.USED, "run/train", split, role=TRAIN)
    graph.edge(EdgeType.USED, "run/train", split)
    graph.run("evaluate", reads={data: TEST, risk: MODEL})

    assert using(data) == {
        risk: [
            How.TRAINED_ON,
            How.VALIDATED_ON,
            How.TRAINED_ON_DERIVED,
            How.EVALUATED_ON,
            How.ROLE_UNKNOWN,
        ]
    }


@pytest.mark.parametrize("said", ["by derivation", "by role"])
def test_fine_tuned_from_a_model_that_was_trained_on_it(graph, using, data, said):
    base, tuned = graph.model("base"), graph.model("tuned")
    graph.run("train", reads={data: TRAIN}, writes=(base,))
    if said == "by role":
        graph.run("tune", reads={base: BASE}, writes=(tuned,))
    else:
        graph.run("tune", writes=(tuned,))
        graph.derived(tuned, base, relation="FINE_TUNE")

    assert using(data) == {base: [How.TRAINED_ON], tuned: [How.FINE_TUNED_FROM]}


def test_fine_tuned_from_the_model_asked_for(graph, using):
    base, tuned = graph.model("base"), graph.model("tuned")
    graph.run("tune", reads={base: BASE}, writes=(tuned,))

    assert using(base) == {tuned: [How.FINE_TUNED_FROM]}


def test_a_model_that_no_run_here_made_but_that_derives_from_it_is_told(graph, using, data):
    base, adapter = graph.model("base"), graph.model("adapter")
    graph.derived(base, data)
    graph.derived(adapter, base, relation="ADAPTER")

    assert using(data) == {base: [How.ROLE_UNKNOWN], adapter: [How.FINE_TUNED_FROM]}


def test_evaluation_is_not_training(graph, using, data):
    risk = graph.model("risk")
    graph.run("train", writes=(risk,))
    graph.run("evaluate", reads={data: TEST, risk: MODEL})

    assert using(data) == {risk: [How.EVALUATED_ON]}


def test_evaluated_on_what_was_derived_from_it(graph, using, data):
    split, risk = graph.version("split"), graph.model("risk")
    graph.run("split", reads={data: None}, writes=(split,))
    graph.run("evaluate", reads={split: TEST, risk: MODEL})

    assert using(data) == {risk: [How.EVALUATED_ON]}


def test_without_the_role_model_every_model_used_without_a_role_was_evaluated(graph, using, data):
    one, two, base = graph.model("one"), graph.model("two"), graph.model("base")
    graph.run("compare", reads={data: TEST, one: None, two: None, base: REFERENCE})

    assert using(data) == {one: [How.EVALUATED_ON], two: [How.EVALUATED_ON]}


def test_with_the_role_model_the_other_models_were_not_evaluated(graph, using, data):
    one, two = graph.model("one"), graph.model("two")
    graph.run("compare", reads={data: TEST, one: MODEL, two: None})

    assert using(data) == {one: [How.EVALUATED_ON]}


def test_equal_bytes_in_another_asset_are_what_was_asked_for(graph, using):
    here, there = (
        graph.version("clean", bytes_={"sha256": "ab" * 32}),
        graph.version("copy", bytes_={"sha256": "ab" * 32}),
    )
    risk = graph.model("risk")
    graph.run("train", reads={there: TRAIN}, writes=(risk,))

    assert using(here) == {risk: [How.TRAINED_ON]}
    assert using(f"sha256:{'AB' * 32}") == {risk: [How.TRAINED_ON]}


def test_a_version_in_conflict_lends_its_bytes_to_none(graph, using):
    here = graph.version("clean", bytes_={"sha256": "ab" * 32}, conflict=True)
    there, risk = graph.version("copy", bytes_={"sha256": "ab" * 32}), graph.model("risk")
    graph.run("train", reads={there: TRAIN}, writes=(risk,))

    assert using(here) == {}


def test_rule_5_the_same_version_under_another_name_is_what_was_asked_for(graph, using, data):
    other, risk = graph.version("tidy"), graph.model("risk")
    graph.twins(data, other)
    graph.run("train", reads={other: TRAIN}, writes=(risk,))

    assert using(data) == {risk: [How.TRAINED_ON]}


def test_rule_5_a_model_with_two_names_is_listed_once(graph, using, data):
    risk, alias = graph.model("risk"), graph.model("alias")
    graph.twins(risk, alias)
    graph.run("train", reads={data: TRAIN}, writes=(risk, alias))
    graph.run("evaluate", reads={data: TEST, risk: MODEL})

    assert using(data) == {alias: [How.TRAINED_ON, How.EVALUATED_ON]}


def test_explicit_lineage_wins_over_what_the_run_read_besides(graph, using, data):
    """The run read both, but the model is stated to come from `other` only."""
    other, risk = graph.version("other"), graph.model("risk")
    run = graph.run("train", reads={data: TRAIN, other: TRAIN})
    graph.written(risk, run)
    graph.derived(risk, other, run=run)

    assert using(data) == {}
    assert using(other) == {risk: [How.TRAINED_ON]}


def test_explicit_lineage_wins_also_where_the_model_comes_from_it_by_another_way(graph, using, data):
    split, risk = graph.version("split"), graph.model("risk")
    graph.derived(split, data)
    run = graph.run("train", reads={data: TRAIN, split: TRAIN})
    graph.written(risk, run)
    graph.derived(risk, split, run=run)

    assert using(data) == {risk: [How.TRAINED_ON_DERIVED]}


def test_the_proof_is_the_shortest_path_with_its_events(ask, graph, data):
    split, risk = graph.version("split"), graph.model("risk")
    graph.run("split", reads={data: None}, writes=(split,))
    graph.run("train", reads={split: TRAIN, data: None}, writes=(risk,))

    [use] = ask(queries.models_using(graph.store(), data)).items
    trained, unknown = use.via

    assert use.model.uid == uid.asset("s3://lake", "risk")
    assert use.how == (How.TRAINED_ON_DERIVED, How.ROLE_UNKNOWN)
    assert [node.uid for node in trained.nodes] == [risk, "run/train", split, "run/split", data]
    assert [node.uid for node in unknown.nodes] == [risk, "run/train", data]
    assert trained.event_seqs == tuple(sorted(seq for edge in trained.edges for seq in edge.event_seqs))
    assert len(trained.event_seqs) == 4


def test_the_proof_of_an_evaluation_goes_over_the_run_that_evaluated(ask, graph, data):
    risk = graph.model("risk")
    graph.run("evaluate", reads={data: TEST, risk: MODEL})

    [use] = ask(queries.models_using(graph.store(), data)).items

    assert [node.uid for node in use.via[0].nodes] == [risk, "run/evaluate", data]


def test_pages_hold_every_model_once_in_a_stable_order(ask, graph, data):
    for number in range(7):
        graph.run(
            f"train{number}", reads={data: TRAIN}, writes=(graph.model(f"m{number % 3}", str(number), at=number),)
        )
    store = graph.store()
    seen, after = [], None
    while True:
        page = ask(queries.models_using(store, data, first=2, after=after))
        seen += [(use.model.name, use.version.detail.version) for use in page.items]
        assert page.total == 7
        if not page.has_next:
            break
        after = page.cursors[-1]

    assert seen == [("m0", "6"), ("m0", "3"), ("m0", "0"), ("m1", "4"), ("m1", "1"), ("m2", "5"), ("m2", "2")]


@pytest.mark.parametrize("cursor", ["?", "Zm9v", "WzFd", "é"])
def test_what_is_no_cursor_is_refused(ask, graph, data, cursor):
    graph.run("train", reads={data: TRAIN}, writes=(graph.model("risk"),))

    with pytest.raises(BadRequest):
        ask(queries.models_using(graph.store(), data, after=cursor))


def test_rule_24_as_of_a_time_before_the_training_no_model_used_it(graph, using, data):
    graph.run("train", reads={data: TRAIN}, writes=(graph.model("risk", at=9),), at=5)

    assert using(data, as_of=4) == {}
    assert len(using(data, as_of=9)) == 1


@pytest.mark.parametrize(
    ("reader", "sentence"),
    [
        (None, "Nothing recorded reads it. No recorded model used it."),
        ("report", "No recorded model used it."),
        ("reference", "Models came after it, but no event says that one used it or anything made from it."),
    ],
)
def test_an_empty_answer_says_why(ask, graph, data, reader, sentence):
    if reader == "report":
        graph.run("report", reads={data: None})
    if reader == "reference":
        graph.run("train", reads={data: REFERENCE}, writes=(graph.model("risk"),))

    page = ask(queries.models_using(graph.store(), data))

    assert page.items == ()
    assert page.completeness.sentence.startswith(sentence)


def test_gaps_of_the_evaluating_run_are_told(ask, graph, data):
    graph.run("evaluate", reads={data: TEST, graph.model("risk", conflict=True): MODEL}, state=RunState.RUNNING)

    gaps = ask(queries.models_using(graph.store(), data)).completeness.gaps

    assert [gap.kind.value for gap in gaps] == ["CONFLICT", "RUN_NOT_ENDED"]
