"""Where a walk starts; which holder of some bytes they came from (rule 23)."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model import uid
from whence.model.kinds import Direction, EdgeType

UP, DOWN = Direction.UPSTREAM, Direction.DOWNSTREAM
SHA = "ab" * 32
CONTENT = f"content/sha256:{SHA}"


@pytest.fixture
def holder(graph):
    """A version with the bytes in question, at a time."""

    def version(name, at, **words):
        return graph.version(name, at=at, bytes_={"sha256": SHA}, **words)

    return version


@pytest.fixture
def roots(ask, graph):
    def of(ref, direction, **words):
        return ask(queries.roots_of(graph.store(), ref, direction, **words))[1]

    return of


def test_versions_runs_and_commits_are_their_own_roots(graph, roots):
    for made in (graph.version("clean"), graph.run("train"), graph.commit("c0ffee00")):
        assert roots(made, UP) == roots(made, DOWN) == (made,)


def test_an_asset_starts_at_its_versions_newest_first(graph, roots):
    versions = [graph.version("clean", str(at), at=at) for at in (1, 3, 2)]

    assert roots("clean", UP) == roots("clean", DOWN) == (versions[1], versions[2], versions[0])
    assert roots("clean", UP, as_of=2) == (versions[2], versions[0])
    assert roots("clean", UP, as_of=0) == ()


def test_an_asset_without_a_version_is_its_own_root(graph, roots):
    asset = graph.asset("named")

    assert roots("named", UP) == (asset,)


def test_rule_23_bytes_start_downstream_at_every_holder_also_one_in_conflict(graph, roots, holder):
    versions = {holder("a", 1), holder("b", 2), holder("c", 3, conflict=True)}

    assert set(roots(CONTENT, DOWN)) == versions


def test_rule_23_an_original_goes_before_an_earlier_unexplained_holder(graph, roots, holder):
    holder("found", 1)
    made = holder("made", 5)
    graph.run("make", writes=(made,), at=4)

    assert roots(CONTENT, UP) == (made,)


def test_rule_23_the_original_born_first_wins_by_the_start_of_its_maker(graph, roots, holder):
    late, early = holder("a", 5), holder("b", 6)
    graph.run("long", writes=(early,), at=1, end=6)
    graph.run("short", writes=(late,), at=4, end=5)

    assert roots(CONTENT, UP) == (early,)


def test_rule_23_a_copy_is_no_origin_though_it_was_born_first(graph, roots, holder):
    source, copied, moved = holder("source", 5), holder("copied", 2), holder("moved", 3)
    graph.run("make", writes=(source,), at=4)
    graph.run("copy", reads={source: None}, writes=(copied,), at=1)
    graph.derived(moved, copied)

    assert roots(CONTENT, UP) == (source,)


def test_rule_23_what_was_made_from_other_bytes_is_an_original(graph, roots, holder):
    holder("found", 1)
    made, raw = holder("made", 5), graph.version("raw")
    graph.run("make", reads={raw: None}, writes=(made,), at=4)

    assert roots(CONTENT, UP) == (made,)


def test_rule_23_one_run_that_did_not_read_the_bytes_makes_an_original(graph, roots, holder):
    source, made = holder("source", 9), holder("made", 5)
    graph.run("copy", reads={source: None}, writes=(made,), at=4)
    graph.run("make", writes=(made,), at=6)

    assert roots(CONTENT, UP) == (made,)


def test_rule_23_explicit_lineage_makes_an_original(graph, roots, holder):
    holder("found", 1)
    stated, raw = holder("stated", 5), graph.version("raw")
    graph.written(stated, graph.run("make", at=4))
    graph.derived(stated, raw)

    assert roots(CONTENT, UP) == (stated,)


def test_rule_23_of_unexplained_holders_the_first_by_time_then_uid(graph, roots, holder):
    holder("b", 2)
    first = holder("a", 2)

    assert roots(CONTENT, UP) == (first,)


def test_rule_23_conflicts_give_only_when_there_is_nothing_else(graph, roots, holder):
    conflict = holder("conflict", 1, conflict=True)
    assert roots(CONTENT, UP) == (conflict,)

    sound = holder("sound", 2)
    assert roots(CONTENT, UP) == (sound,)


def test_rule_5_what_explains_one_name_explains_the_other(graph, roots, holder):
    """`b` is made by the run that `a`, the same version, is known to be made by."""
    a, b, other = holder("a", 5), holder("b", 5), holder("other", 1)
    graph.twins(a, b)
    graph.run("make", writes=(b,), at=4)

    assert roots(CONTENT, UP) == (a,)
    assert other not in roots(CONTENT, UP)


def test_a_digest_and_its_content_mean_the_same(ask, graph, holder):
    version = holder("clean", 1)

    node, found = ask(queries.roots_of(graph.store(), f"sha256:{SHA}", UP))

    assert (node.uid, found) == (uid.content("sha256", SHA), (version,))


def test_rule_23_bytes_asked_by_several_digests_are_looked_for_under_each(graph, roots, holder):
    by_sha256 = holder("lfs", 2)
    by_md5 = graph.version("dvc", at=1, bytes_={"md5": "cd" * 16})
    both = f"sha256:{SHA},md5:{'cd' * 16}"

    assert set(roots(both, DOWN)) == {by_sha256, by_md5}
    assert roots(both, UP) == (by_md5,), "the first that nothing explains, of all"
    assert roots(f"sha256:{'ef' * 32},md5:{'cd' * 16}", DOWN) == (by_md5,), "one of them may be unknown"


def test_rule_23_the_origin_is_one_over_all_digests(graph, roots, holder):
    holder("lfs", 1)
    made = graph.version("dvc", at=2, bytes_={"md5": "cd" * 16})
    graph.edge(EdgeType.GENERATED_BY, made, graph.run("make"))

    assert roots(f"sha256:{SHA},md5:{'cd' * 16}", UP) == (made,)
