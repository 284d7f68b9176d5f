"""What a REF means, form by form, in the order of the interface page."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import Ambiguous, NotFound
from whence.model import uid
from whence.model.graph import CommitDetail, Node
from whence.model.kinds import AssetType, EdgeType, Kind

RUN = "0190f3c2-7b1e-7c3a-9d4e-5f6a7b8c9d0e"
SHA = "ab12cd34" + "0" * 56
CLEAN = uid.asset("s3://lake", "data/clean.csv")


@pytest.fixture
def lake(graph):
    graph.clean = graph.version("data/clean.csv", bytes_={"sha256": SHA})
    graph.stand_in = graph.version("data/clean.csv", f"run:{RUN}")
    graph.unknown = graph.version("data/clean.csv", "~")
    graph.job("train")
    graph.run(RUN)
    graph.run("manual__2024")
    graph.commit("feedbeef" * 5)
    return graph


@pytest.fixture
def meant(ask):
    def one(graph, ref):
        return ask(queries.resolve_one(graph.store(), ref)).uid

    return one


@pytest.mark.parametrize(
    ("ref", "meaning"),
    [
        ("asset/s3%3A%2F%2Flake/data%2Fclean.csv", CLEAN),
        ("version/s3%3A%2F%2Flake/data%2Fclean.csv/1", f"version{CLEAN[5:]}/1"),
        (f"run/{RUN}", f"run/{RUN}"),
        (f"sha256:{SHA}", f"content/sha256:{SHA}"),
        (f"SHA256:{SHA.upper()}", f"content/sha256:{SHA}"),
        (RUN, f"run/{RUN}"),
        (f"data/clean.csv/part-00000-{RUN}-c000.csv", CLEAN),
        (f"s3://lake data/clean.csv/part-00000-{RUN}-c000.csv", CLEAN),
        (RUN.upper(), f"run/{RUN}"),
        ("data/clean.csv@1", f"version{CLEAN[5:]}/1"),
        ("s3://lake data/clean.csv@1", f"version{CLEAN[5:]}/1"),
        (f"data/clean.csv@run:{RUN}", f"version{CLEAN[5:]}/run:{RUN}"),
        ("data/clean.csv@~", f"version{CLEAN[5:]}/~"),
        ("data/clean.csv", CLEAN),
        ("train", "job/jobs/train"),
        ("s3://lake data/clean.csv", CLEAN),
        ("jobs train", "job/jobs/train"),
        ("ab12cd34", f"content/sha256:{SHA}"),
        ("AB12CD34", f"content/sha256:{SHA}"),
        (SHA, f"content/sha256:{SHA}"),
        ("feedbeeffeed", uid.commit("https://host/o/r", "feedbeef" * 5)),
        ("manual__2024", "run/manual__2024"),
    ],
)
def test_every_form(lake, meant, ref, meaning):
    assert meant(lake, ref) == meaning


@pytest.mark.parametrize(
    "ref", ["", "nothing", "ab12cd3", "data/clean.csv@2", "@", " ", "x" * 5000, "\ud800", "\0", "run/", f"md5:{SHA}"]
)
def test_what_is_unknown_is_not_found_and_raises_nothing_else(ask, lake, ref):
    assert ask(queries.resolve(lake.store(), ref)).node is None
    with pytest.raises(NotFound):
        ask(queries.resolve_one(lake.store(), ref))


def test_a_name_with_a_colon_in_it_is_no_digest(graph, meant):
    asset = graph.asset("table:12")

    assert meant(graph, "table:12") == asset


def test_a_digest_that_makes_no_content_means_the_version_that_carries_it(graph, meant):
    """An empty file's, say (rule 22)."""
    empty = graph.version("empty", bytes_={"md5": "d4" * 16})
    del graph.nodes[f"content/md5:{'d4' * 16}"]
    for key in [key for key, edge in graph.edges.items() if edge.type in (EdgeType.HAS_CONTENT, EdgeType.CONTENT_OF)]:
        del graph.edges[key]

    assert meant(graph, f"md5:{'d4' * 16}") == empty
    assert meant(graph, "d4" * 4) == empty


def test_rule_1_the_bare_run_id_is_the_last_attempt_and_the_uid_the_first(graph, meant):
    graph.run(RUN, at=1)
    attempts = [uid.attempt(RUN, f"2024-01-0{day}T00:00:00Z") for day in (2, 3)]
    for before, attempt in zip([f"run/{RUN}", *attempts], attempts, strict=False):
        graph.nodes[attempt] = Node(attempt, Kind.RUN, RUN, 2, graph.nodes[f"run/{RUN}"].detail)
        graph.edge(EdgeType.RESTART_OF, attempt, before)

    assert meant(graph, RUN) == attempts[-1]
    assert meant(graph, f"run/{RUN}") == f"run/{RUN}"
    assert meant(graph, attempts[0]) == attempts[0]


def test_several_things_of_one_name_are_candidates(ask, graph):
    here, there = graph.asset("clean", ns="a"), graph.asset("clean", ns="b")

    found = ask(queries.resolve(graph.store(), "clean"))
    with pytest.raises(Ambiguous) as error:
        ask(queries.resolve_one(graph.store(), "clean"))

    assert found.node is None
    assert [node.uid for node in found.candidates] == [here, there]
    assert error.value.candidates == (here, there)


def test_rule_4_names_of_one_asset_are_no_several_things(graph, meant):
    here, there = graph.asset("clean", ns="a"), graph.asset("clean", ns="b")
    graph.same_as(here, there)

    assert meant(graph, "clean") == here


def test_rule_4_a_version_is_found_by_another_name_of_its_asset(graph, meant):
    version, other = graph.version("clean"), graph.asset("tidy")
    graph.same_as(uid.asset("s3://lake", "clean"), other)

    assert meant(graph, "tidy@1") == version


def test_rule_5_one_state_under_two_names_is_no_two_versions(graph, meant):
    versions = [graph.version("clean"), graph.version("tidy")]
    graph.same_as(uid.asset("s3://lake", "clean"), uid.asset("s3://lake", "tidy"))

    assert meant(graph, "tidy@1") == min(versions)


def test_a_prefix_of_two_digests_is_ambiguous(ask, graph):
    for last in "ef":
        graph.version(last, bytes_={"sha256": SHA[:-1] + last})

    with pytest.raises(Ambiguous):
        ask(queries.resolve_one(graph.store(), SHA[:8]))


def test_a_prefix_of_one_commit_in_two_repositories_is_ambiguous(ask, graph):
    for place in ("o/a", "o/b"):
        made = uid.commit(f"https://host/{place}", "feedbeef")
        graph.nodes[made] = Node(made, Kind.COMMIT, "feedbeef", 0, CommitDetail(place, "feedbeef"))

    assert len(ask(queries.resolve(graph.store(), "feedbeef")).candidates) == 2


def test_rule_9_a_version_that_is_gone_suggests_its_asset_and_newest_versions(ask, graph):
    for number in range(6):
        graph.version("clean", str(number), at=number)
    asset = uid.asset("s3://lake", "clean")

    found = ask(queries.resolve(graph.store(), uid.unversioned(asset)))

    assert found.suggestions == (asset, *(uid.version_of(asset, number) for number in "5432"))


@pytest.mark.parametrize(
    "ref", ["clean.csv", "CLEAN", "data/clean.cvs", "clean.parquet", "data/clena.csv@7", "./demo/clean.csv"]
)
def test_a_near_miss_suggests_what_was_meant(ask, lake, ref):
    with pytest.raises(NotFound) as error:
        ask(queries.resolve_one(lake.store(), ref))

    assert CLEAN in error.value.suggestions
    assert CLEAN in error.value.hint


def test_an_asset_before_a_version_of_that_name(graph, meant):
    """A name may hold an @: name@version is tried first, then the name as it is."""
    odd = graph.asset("model@prod", AssetType.MODEL)

    assert meant(graph, "model@prod") == odd
