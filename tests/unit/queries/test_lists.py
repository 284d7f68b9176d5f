"""find, versions, neighbours and holders: pages without loss or repeats, answers for the whole alias group, reasons when empty."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import BadRequest, NotFound
from whence.model import uid
from whence.model.answers import NodeFilter
from whence.model.kinds import EdgeType, Kind, RunState

SHA = "ab" * 32


def all_of(ask, question, read=lambda item: item.uid):
    """Every item of a list, page by page, by a question of (first, after)."""
    seen, after = [], None
    while True:
        page = ask(question(2, after))
        assert len(page.items) == len(page.cursors) <= 2
        seen += [read(item) for item in page.items]
        if not page.has_next:
            return seen
        after = page.cursors[-1]


@pytest.fixture
def aliased(graph):
    """One dataset under two names, three versions under one of them and two under the other."""
    graph.made = [graph.version("clean" if number % 2 == 0 else "tidy", str(number), at=number) for number in range(5)]
    graph.same_as(uid.asset("s3://lake", "clean"), uid.asset("s3://lake", "tidy"))
    return graph


@pytest.mark.parametrize("ref", ["clean", "tidy", "clean@0"])
def test_rule_4_versions_of_all_names_newest_first(ask, aliased, ref):
    store = aliased.store()

    assert all_of(ask, lambda first, after: queries.versions(store, ref, first, after)) == aliased.made[::-1]


def test_rule_4_find_by_asset_means_all_its_names(ask, aliased):
    wanted = NodeFilter(versions_of=(uid.asset("s3://lake", "tidy"),), until=3)

    assert [node.uid for node in ask(queries.find(aliased.store(), wanted)).items] == aliased.made[2::-1]


def test_versions_as_of(ask, aliased):
    store = aliased.store()

    assert [node.uid for node in ask(queries.versions(store, "clean", as_of=1)).items] == aliased.made[1::-1]
    late = aliased.version("late", at=9)
    page = ask(queries.versions(aliased.store(), late, as_of=1))
    assert page.items == ()
    assert page.completeness.sentence.startswith("No version of it had been recorded at that time.")


def test_what_has_no_versions_is_refused_and_an_empty_list_says_why(ask, graph):
    graph.asset("named")
    run = graph.run("train")
    store = graph.store()

    assert ask(queries.versions(store, "named")).completeness.sentence.startswith(
        "No version of it has been recorded, only its name."
    )
    with pytest.raises(BadRequest):
        ask(queries.versions(store, run))


def test_find_tells_gaps_of_the_page_and_says_when_nothing_fits(ask, graph):
    graph.version("clean", conflict=True)
    store = graph.store()

    found = ask(queries.find(store, NodeFilter(kinds=(Kind.DATASET_VERSION,))))
    none = ask(queries.find(store, NodeFilter(text="nothing of that name")))

    assert [gap.kind.value for gap in found.completeness.gaps] == ["CONFLICT"]
    assert none.completeness.sentence.startswith("Nothing recorded fits.")


def test_rule_24_find_as_of_tells_states_of_that_time(ask, graph):
    graph.run("train", at=5, end=9)

    [run] = ask(queries.find(graph.store(), NodeFilter(kinds=(Kind.RUN,), as_of=7))).items

    assert run.detail.state is RunState.RUNNING


@pytest.mark.parametrize("first", [0, -1, 10_001])
def test_no_page_has_such_a_length(ask, graph, first):
    clean = graph.version("clean")
    store = graph.store()

    for question in (
        queries.find(store, NodeFilter(), first),
        queries.events(store, first=first),
        queries.rejected(store, first),
        queries.neighbours(store, [clean], None, upstream=False, first=first),
        queries.models_using(store, clean, first=first),
        queries.datasets_of(store, clean, first=first),
    ):
        with pytest.raises(BadRequest):
            ask(question)


def test_a_time_that_ends_before_it_begins_is_refused(ask, graph):
    with pytest.raises(BadRequest):
        ask(queries.find(graph.store(), NodeFilter(since=2, until=1)))
    with pytest.raises(BadRequest):
        ask(queries.events(graph.store(), since=2, until=1))


async def used_of(store, uid, first, after):
    return (await queries.neighbours(store, [uid], [EdgeType.USED], False, first, after))[uid]


def test_neighbours_of_a_hub_page_by_page(ask, graph):
    clean = graph.version("clean")
    runs = [graph.run(f"r{number}", reads={clean: None}, at=number) for number in range(7)]
    store = graph.store()

    used = all_of(
        ask,
        lambda first, after: used_of(store, clean, first, after),
        lambda e: e.source,
    )
    page = ask(queries.neighbours(store, [clean], [EdgeType.USED], upstream=False, first=2))[clean]

    assert used == runs[::-1]
    assert (page.total, page.total_exact) == (7, True)


def test_a_page_can_go_on_after_any_of_its_edges(ask, graph):
    clean = graph.version("clean")
    for number in range(4):
        graph.run(f"r{number}", reads={clean: None}, at=number)
    store = graph.store()
    page = ask(queries.neighbours(store, [clean], None, upstream=False))[clean]

    rest = ask(queries.neighbours(store, [clean], None, upstream=False, after=page.cursors[1]))[clean]

    assert rest.items == page.items[2:]


def test_neighbours_without_types_are_all_edges_one_way(ask, graph):
    clean = graph.version("clean", bytes_={"sha256": SHA})

    page = ask(queries.neighbours(graph.store(), [clean], None, upstream=True))[clean]

    assert {edge.type for edge in page.items} == {EdgeType.VERSION_OF, EdgeType.HAS_CONTENT}


def test_a_node_without_neighbours_is_not_an_unknown_node(ask, graph):
    run = graph.run("train")
    store = graph.store()

    pages = ask(queries.neighbours(store, [run, "run/none"], None, upstream=True))
    assert {uid: page.items for uid, page in pages.items()} == {run: ()}
    with pytest.raises(NotFound):
        ask(queries.holders(store, "content/sha256:none"))


def test_neighbours_of_many_nodes_and_as_of_an_instant(ask, graph):
    one, two = graph.version("one"), graph.version("two")
    early = graph.run("early", reads={one: None, two: None}, at=3)
    late = graph.run("late", reads={two: None}, at=5)
    store = graph.store()

    def readers(as_of):
        pages = ask(queries.neighbours(store, [one, two, one], [EdgeType.USED], upstream=False, as_of=as_of))
        return {uid: [edge.source for edge in page.items] for uid, page in pages.items()}

    assert readers(None) == {one: [early], two: [late, early]}
    assert readers(4) == {one: [early], two: [early]}
    cursor = ask(queries.neighbours(store, [two], None, upstream=False, first=1))[two].cursors[0]
    with pytest.raises(BadRequest):
        ask(queries.neighbours(store, [one, two], None, upstream=False, after=cursor))


def test_holders_of_the_same_bytes(ask, graph):
    versions = [graph.version(f"v{number}", at=number, bytes_={"sha256": SHA}) for number in range(5)]
    store = graph.store()

    found = all_of(ask, lambda first, after: queries.holders(store, f"content/sha256:{SHA}", first, after))

    assert found == versions[::-1]
