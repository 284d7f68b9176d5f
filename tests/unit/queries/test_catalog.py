"""What there is, at a glance, and what of the newest is not accounted for."""

from __future__ import annotations

from whence import queries
from whence.model.answers import KindCount
from whence.model.kinds import EdgeType, Evidence, GapKind, Kind
from whence.queries import catalog


def test_every_kind_is_counted_also_what_there_is_none_of(ask, graph):
    graph.run("train", reads={graph.version("clean"): None}, writes=(graph.model("risk"),))
    found = {each.kind: each for each in ask(queries.counts(graph.store()))}

    assert list(found) == list(Kind)
    assert found[Kind.RUN] == KindCount(Kind.RUN, 1, exact=True)
    assert found[Kind.MODEL].count == found[Kind.DATASET_VERSION].count == 1
    assert found[Kind.COMMIT].count == 0


def test_rule_24_counts_as_of_an_instant(ask, graph):
    for at in (1, 2, 3):
        graph.run(f"run{at}", at=at)
    found = {each.kind: each.count for each in ask(queries.counts(graph.store(), as_of=2))}
    assert found[Kind.RUN] == 2


def test_a_version_that_nothing_accounts_for_is_uncaptured(ask, graph):
    raw, clean, stated, copy, origin = (
        graph.version(name, at=at) for at, name in enumerate(("raw", "clean", "stated", "copy", "origin"))
    )
    graph.run("load", reads={raw: None}, writes=(clean, origin))
    graph.written(stated, graph.run("write"))
    graph.edge(EdgeType.SAME_BYTES, copy, origin)
    found = ask(queries.uncaptured(graph.store()))

    assert [node.uid for node in found.without_maker] == [raw]
    assert (found.looked_at, found.all_of_them) == (7, True)


def test_rule_5_what_accounts_for_one_name_of_a_state_accounts_for_all(ask, graph, monkeypatch):
    """Also where the other name is too old to be looked at."""
    old, new = graph.version("old", at=1), graph.version("new", at=9)
    graph.run("load", writes=(old,), at=0)
    graph.twins(old, new)
    monkeypatch.setattr(catalog, "LOOKED_AT", 1)
    found = ask(queries.uncaptured(graph.store()))

    assert (found.looked_at, found.all_of_them, found.without_maker) == (1, False, ())


def test_gaps_of_the_newest_are_told(ask, graph):
    clean = graph.version("clean")
    run = graph.run("train")
    graph.edge(EdgeType.USED, run, clean, evidence=Evidence.INFERRED)
    graph.run("partial", capture_missing=2)

    assert [gap.kind for gap in ask(queries.uncaptured(graph.store())).gaps] == [
        GapKind.INFERRED_READ,
        GapKind.CAPTURE_INCOMPLETE,
    ]
