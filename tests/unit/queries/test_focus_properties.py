"""Whatever the graph: the picture counts what the lists count, holds together, and can be opened until nothing is folded."""

from __future__ import annotations

import asyncio

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import queries
from whence.model.answers import Walk
from whence.model.focus import FocusView
from whence.model.kinds import AssetType, EdgeType, Kind

NAMES = [f"{kind}{number}" for kind in "dam" for number in range(6)]
RUNS = [f"r{number}" for number in range(8)]
KINDS = {"d": AssetType.DATASET, "a": AssetType.ARTIFACT, "m": AssetType.MODEL}
BYTES = ["aa" * 32, "bb" * 32]

names, runs = st.sampled_from(NAMES), st.sampled_from(RUNS)
worlds = st.fixed_dictionaries(
    {
        "reads": st.lists(st.tuples(runs, names), max_size=30),
        "writes": st.lists(st.tuples(names, runs), max_size=20),
        "derived": st.lists(st.tuples(names, names), max_size=5),
        "bytes": st.lists(
            st.tuples(names, st.sampled_from(BYTES), st.booleans()), max_size=5, unique_by=lambda each: each[0]
        ),
        "twins": st.lists(st.tuples(names, names), max_size=2),
        "copied": st.lists(st.tuples(names, names), max_size=2),
        "code": st.lists(runs, max_size=3),
    }
)
views = st.builds(
    FocusView,
    as_of=st.sampled_from([None, None, 4, 9]),
    max_nodes=st.sampled_from([20_000, 20_000, 3, 7, 12]),
    up=st.integers(0, 6),
    down=st.integers(0, 6),
    budget=st.integers(0, 16),
    code=st.booleans(),
    services=st.sampled_from([None, None, True, False]),
    kinds=st.none() | st.frozensets(st.sampled_from([Kind.RUN, Kind.DATASET_VERSION, Kind.MODEL_VERSION])),
)
focuses = st.sampled_from([*NAMES, *RUNS, "asset", "content"])


def build(new_graph, world):
    graph, uids = new_graph(), {}
    held = {name: (value, conflict) for name, value, conflict in world["bytes"]}
    for number, name in enumerate(NAMES):
        words = {}
        if name in held:
            words = {"bytes_": {"sha256": held[name][0]}, "conflict": held[name][1]}
        # Versions of two assets a kind, so that an asset that is asked for has several.
        uids[name] = graph.version(name[0] + "ab"[number % 2], name, KINDS[name[0]], at=number, **words)
    for number, run in enumerate(RUNS):
        uids[run] = graph.run(run, at=number, service=number == 0)
    for run, name in world["reads"]:
        graph.edge(EdgeType.USED, uids[run], uids[name])
    for name, run in world["writes"]:
        graph.edge(EdgeType.GENERATED_BY, uids[name], uids[run])
    for kind in ("derived", "copied"):
        for name, other in world[kind]:
            if name != other:
                type_ = EdgeType.DERIVED_FROM if kind == "derived" else EdgeType.SAME_BYTES
                graph.edge(type_, uids[name], uids[other])
    for name, other in world["twins"]:
        if name != other:
            graph.twins(uids[name], uids[other])
    for run in world["code"]:
        graph.commit("c0ffee00", uids[run])
    uids["asset"] = "asset/s3%3A%2F%2Flake/da"
    uids["content"] = (
        f"content/sha256:{BYTES[0]}" if any(value == BYTES[0] for value, _ in held.values()) else uids["d0"]
    )
    return graph, uids  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(world=worlds, asked=focuses, view=views)
def test_what_is_shown_folded_and_filtered_is_everything_that_the_lists_count(new_graph, world, asked, view):
    graph, uids = build(new_graph, world)
    store, ref = graph.store(), uids[asked]
    walk = Walk(as_of=view.as_of, max_nodes=view.max_nodes)

    async def ask():
        return (
            await queries.focus(store, ref, view),
            await queries.focus(store, ref, view),
            await queries.provenance(store, ref, walk),
            await queries.impact(store, ref, walk),
        )

    answer, again, whence, impact = asyncio.run(ask())
    left_out = {Kind.CONTENT} | (set() if view.code else {Kind.COMMIT, Kind.ENVIRONMENT})
    listed = {node.uid for node in (*whence.nodes, *impact.subgraph.nodes) if node.kind not in left_out}
    roots = {*whence.roots, *impact.subgraph.roots}
    standing = listed - roots if asked == "asset" else listed
    standing |= {answer.focus} if roots else set()
    whole = [each.completeness for each in (whence, impact.subgraph)]

    assert answer == again
    assert answer.completeness.complete == all(each.complete for each in whole)
    assert answer.completeness.remaining == sum(each.remaining for each in whole)
    assert answer.up_total == sum(n.uid not in whence.roots and n.kind not in left_out for n in whence.nodes)
    assert answer.down_total == impact.total
    assert answer.shown + answer.folded + answer.filtered == answer.total == len(standing)
    assert sum(answer.total_by_kind.values()) == answer.total
    assert answer.shown == len(answer.cards) == len({card.node.uid for card in answer.cards})
    assert answer.folded == sum(fold.count for fold in answer.folds) + sum(card.more for card in answer.cards)
    assert {card.node.uid for card in answer.cards} <= standing


@settings(max_examples=150, deadline=None)
@given(world=worlds, asked=focuses, view=views)
def test_edges_have_ends_and_no_card_stands_alone(new_graph, world, asked, view):
    graph, uids = build(new_graph, world)
    answer = asyncio.run(queries.focus(graph.store(), uids[asked], view))
    items = {card.node.uid for card in answer.cards} | {fold.id for fold in answer.folds}
    beside = {uid: set() for uid in items}
    for edge in answer.edges:
        assert edge.source != edge.target
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    waiting = [answer.focus] if items else []
    reached = set(waiting)
    while waiting:
        for item in beside[waiting.pop()] - reached:
            reached.add(item)
            waiting.append(item)

    assert len({fold.id for fold in answer.folds}) == len(answer.folds)
    if (
        view.kinds is None and view.services is not False
    ):  # what is left out by kind may be all that joined two things as one
        assert reached == items
    for fold in answer.folds:
        assert set(fold.adjacent) <= {card.node.uid for card in answer.cards}
        assert sum(fold.by_kind.values()) == fold.count > 0


@settings(max_examples=150, deadline=None)
@given(world=worlds, asked=focuses, view=views, everything=st.booleans())
def test_whatever_is_folded_can_be_opened_until_nothing_is(new_graph, world, asked, view, everything):
    graph, uids = build(new_graph, world)
    store, opened = graph.store(), ()

    async def ask(names):
        return await queries.focus(store, uids[asked], msgspec.structs.replace(view, open=names))

    answer = asyncio.run(ask(()))
    for _ in range(40):
        closed = [fold.id for fold in answer.folds] + [card.node.uid for card in answer.cards if card.more]
        if not closed:
            break
        opened = (*opened, *(f"all:{each}" if everything else each for each in closed[:1]))
        before, answer = answer, asyncio.run(ask(opened))
        assert answer.shown > before.shown
        assert answer.unopened == ()

    assert answer.folded == 0
    assert answer.shown + answer.filtered == answer.total
