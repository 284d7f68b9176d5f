"""Rules 15 to 19: which version an attempt read."""

from __future__ import annotations

from typing import Any

import pytest

from .scenes import abort, complete, ds, event, fail, ran, running, said, scene, start


def test_rule_15_a_name_binds_exactly_that_and_is_recorded() -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw@1"]), ran("r2", 3, 4, outs=["raw@2"]), start("r3", 5, ["raw@1"]))
    assert seen.edges("USED") == {"r3 USED raw@1 @5"}


def test_rule_15_several_names_are_all_used_and_nameless_mentions_add_nothing() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw@9"]),
        start("r3", 5, ["raw@1"]),
        running("r3", 6, ["raw@2"]),
        complete("r3", 7, ["raw"]),
    )
    assert seen.edges("USED") == {"r3 USED raw@1 @5", "r3 USED raw@2 @6"}


def test_rule_15_the_digests_of_a_nameless_mention_go_to_the_latest_named() -> None:
    seen = scene(start("r3", 5, ["raw@1"]), running("r3", 6, ["raw@2"]), complete("r3", 7, [ds("raw", "a")]))
    assert seen.links("HAS_CONTENT") == {"raw@2 HAS_CONTENT sha256:a"}
    assert seen.links("USED") == {"r3 USED raw@1", "r3 USED raw@2"}


def test_rule_15_a_name_from_another_name_of_the_group_makes_a_mention_nameless() -> None:
    seen = scene(start("r3", 5, ["raw@1", "table"]), said(ds("raw", also=["table"]), 0))
    assert seen.links("USED") == {"r3 USED raw@1"}


@pytest.mark.parametrize(
    "writer",
    [[], [start("r1", 1, [], ["raw@1"])], [fail("r1", 2, [], ["raw@1"])], [abort("r1", 2, [], ["raw@1"])]],
    ids=["none", "running", "failed", "aborted"],
)
def test_rule_15_a_name_binds_whatever_the_writers_state(writer: list[bytes]) -> None:
    assert scene(writer, start("r3", 5, ["raw@1"])).edges("USED") == {"r3 USED raw@1 @5"}


def test_rule_15_a_name_binds_what_is_written_later() -> None:
    seen = scene(start("r3", 5, ["raw@1"]), ran("r1", 8, 9, outs=["raw@1"]))
    assert seen.links("USED", "GENERATED_BY") == {"r3 USED raw@1", "raw@1 GENERATED_BY r1"}


def test_rule_15_what_a_person_says_is_asserted() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=[ds("raw@1", "a")]),
        start("r3", 5, [ds("raw@1", asserted=True), ds("more", "b", asserted=True)]),
        start("r4", 5, [ds("raw", "a", asserted=True)]),
    )
    assert seen.edges("USED") == {
        "r3 USED raw@1 @5 ASSERTED",
        "r3 USED more@sha256:b @5 ASSERTED",
        "r4 USED raw@1 @5 ASSERTED",
    }


def test_rule_15_an_inferred_read_is_not_asserted() -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw@1"]), start("r3", 5, [ds("raw", asserted=True)]))
    assert seen.edges("USED") == {"r3 USED raw@1 @5 INFERRED"}


WROTE = [*ran("r1", 1, 2, outs=[ds("raw@1", "a")]), *ran("r2", 3, 4, outs=[ds("raw@2", "b")])]


def test_rule_16_a_digest_binds_the_newest_row_that_has_it() -> None:
    again = ran("r4", 5, 6, outs=[ds("raw@3", "a")])
    early = scene(WROTE, again, start("r3", 5, [ds("raw", "a")]))
    assert early.edges("USED") == {"r3 USED raw@1 @5"}
    late = scene(WROTE, again, start("r3", 7, [ds("raw", "a")]))
    assert late.edges("USED") == {"r3 USED raw@3 @7"}


def test_rule_16_any_shared_digest_will_do() -> None:
    seen = scene(ran("r1", 1, 2, outs=[ds("raw@1", "a", "md5:m")]), start("r3", 7, [ds("raw", "md5:m", "sha512:z")]))
    assert seen.edges("USED") == {"r3 USED raw@1 @7"}


def test_rule_16_mentions_that_share_a_digest_are_one_thing() -> None:
    seen = scene(
        WROTE, start("r3", 5, [ds("raw", "md5:m")]), running("r3", 6, [ds("raw", "a", "md5:m")]), complete("r3", 7)
    )
    assert seen.edges("USED") == {"r3 USED raw@1 @5"}


def test_rule_16_mentions_that_share_none_are_several() -> None:
    seen = scene(WROTE, start("r3", 5, [ds("raw", "a"), ds("raw", "b")]))
    assert seen.links("USED") == {"r3 USED raw@1", "r3 USED raw@2"}


def test_rule_16_a_version_without_such_digests_is_inferred_and_gains_them() -> None:
    seen = scene(ran("r1", 1, 2, outs=[ds("raw@1", "md5:m")]), start("r3", 5, [ds("raw", "a")]))
    assert seen.edges("USED", "HAS_CONTENT") == {
        "r3 USED raw@1 @5 INFERRED",
        "raw@1 HAS_CONTENT md5:m @2",
        "raw@1 HAS_CONTENT sha256:a @2 INFERRED",
    }


def test_rule_16_inferred_contents_are_not_looked_at() -> None:
    """Two reads infer two values for raw@1: neither finds or forbids the other."""
    seen = scene(ran("r1", 1, 2, outs=["raw@1"]), start("r3", 5, [ds("raw", "a")]), start("r4", 6, [ds("raw", "b")]))
    assert seen.edges("USED") == {"r3 USED raw@1 @5 INFERRED", "r4 USED raw@1 @6 INFERRED"}


def test_rule_16_other_bytes_are_another_version() -> None:
    seen = scene(WROTE, start("r3", 5, [ds("raw", "md5:c", "c")]))
    assert seen.edges("USED") == {"r3 USED raw@sha256:c @5"}
    assert {(d.algorithm, d.strong) for d in seen.version("raw@sha256:c").digests} == {("md5", True), ("sha256", True)}


def test_rule_16_the_version_is_named_by_the_preferred_algorithm() -> None:
    seen = scene(start("r3", 5, [ds("raw", "git-blob:c", "md5:c", "sha512:c")]))
    assert seen.links("USED") == {"r3 USED raw@sha512:c"}


def test_rule_16_a_state_known_by_its_bytes_makes_no_row() -> None:
    seen = scene(start("r3", 5, [ds("raw", "c")]), start("r4", 6, ["raw"]), start("r5", 7, [ds("raw", "c")]))
    assert seen.links("USED") == {"r3 USED raw@sha256:c", "r4 USED raw@~", "r5 USED raw@sha256:c"}


def test_rule_16_a_digest_heard_of_late_is_bound_anew() -> None:
    read = start("r3", 5, [ds("raw", "a")])
    before = scene(read, ran("r1", 1, 2, outs=[ds("raw@1", "b")]))
    assert before.links("USED") == {"r3 USED raw@sha256:a"}
    after = scene(
        read, ran("r2", 0, 0.5, outs=["raw@0"]), ran("r1", 1, 2, outs=[ds("raw@1", "b")]), said(ds("raw@0", "a"), 60)
    )
    assert after.links("USED") == {"r3 USED raw@0"}
    assert "raw@sha256:a" not in after.nodes


def test_rule_16_weak_ids_bind_nothing() -> None:
    etag = {"algorithm": "etag", "value": "x", "strength": "WEAK"}
    writes = [*ran("r1", 1, 2, outs=[ds("raw@1", etag)]), *ran("r2", 3, 4, outs=["raw@2"])]
    assert scene(writes, start("r3", 5, [ds("raw", etag)])).edges("USED") == {"r3 USED raw@2 @5 INFERRED"}


def test_rule_17_a_nameless_read_binds_the_newest_row_and_is_inferred() -> None:
    seen = scene(WROTE, ran("r4", 8, 9, outs=["raw@3"]), start("r3", 5, ["raw"]))
    assert seen.edges("USED") == {"r3 USED raw@2 @5 INFERRED"}


def test_rule_17_equal_times_are_at_or_before() -> None:
    assert scene(WROTE, start("r3", 4, ["raw"])).links("USED") == {"r3 USED raw@2"}


def test_rule_17_nothing_before_it_is_the_unversioned_state() -> None:
    seen = scene(start("r3", 1, ["raw"]), ran("r1", 2, 3, outs=["raw@1"]))
    assert seen.edges("USED") == {"r3 USED raw@~ @1 INFERRED"}
    assert seen.version("raw@~").unversioned
    assert not seen.version("raw@1").unversioned


def test_rule_17_a_version_named_tilde_is_no_unversioned_state() -> None:
    seen = scene(ran("r1", 1, 2, outs=[ds("raw@~")]), start("r3", 5, ["raw"]))
    assert seen.links("USED") == {"r3 USED raw@%7E"}
    assert not seen.version("raw@%7E").unversioned


def test_rule_18_an_attempts_own_rows_are_skipped() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]), start("r2", 3), running("r2", 9, ["raw"]), complete("r2", 9, [], ["raw@2"])
    )
    assert seen.links("USED") == {"r2 USED raw@1"}


def test_rule_18_rows_are_skipped_not_versions() -> None:
    """An earlier writer of the same name is a valid origin."""
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]), start("r2", 3), running("r2", 9, ["raw"]), complete("r2", 9, [], ["raw@1"])
    )
    assert seen.links("USED", "GENERATED_BY") == {
        "r2 USED raw@1",
        "raw@1 GENERATED_BY r1",
        "raw@1 GENERATED_BY r2",
    }


def test_rule_18_rows_of_an_earlier_attempt_are_not_its_own() -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw"]), ran("r1", 5, 6, ["raw"], ["raw"]))
    assert seen.links("USED") == {"r1@5 USED raw@run:r1"}


@pytest.mark.parametrize("read", ["raw", ds("raw", "a")], ids=["by time", "by digest"])
def test_rule_18_what_a_running_attempt_writes_is_no_row_to_its_own_reads(read: Any) -> None:
    wrote = running("r2", 5, [read], [ds("raw", "a")])
    assert scene(wrote).links("USED") in ({"r2 USED raw@~"}, {"r2 USED raw@sha256:a"})
    assert scene(ran("r1", 1, 2, outs=[ds("raw@1", "b")]), running("r2", 5, ["raw"], ["raw"])).links("USED") == {
        "r2 USED raw@1"
    }


def test_rule_18_a_sighting_that_another_attempt_gives_as_well_is_not_its_own() -> None:
    """Two unfinished attempts report the same version at the same time: each sees that the other did."""
    seen = scene(
        running("r2", 5, [], ["raw@1"]), running("r3", 5, [], ["raw@1"]), event("r2", "OTHER", 6, ["raw"], ["raw@1"])
    )
    assert seen.links("USED") == {"r2 USED raw@1"}


def test_rule_18_a_digest_read_skips_its_own_rows_as_well() -> None:
    seen = scene(start("r2", 3), running("r2", 9, [ds("raw", "a")]), complete("r2", 9, [], [ds("raw@2", "a")]))
    assert seen.links("USED") == {"r2 USED raw@sha256:a"}


def test_rule_19_the_read_instant_is_the_first_event_that_names_it_as_input() -> None:
    seen = scene(
        WROTE, ran("r4", 8, 9, outs=["raw@3"]), start("r3", 1), running("r3", 5, ["raw"]), running("r3", 10, ["raw"])
    )
    assert seen.edges("USED") == {"r3 USED raw@2 @5 INFERRED"}


def test_rule_19_if_only_the_end_names_it_it_was_read_at_the_start() -> None:
    seen = scene(WROTE, start("r3", 3), complete("r3", 9, ["raw"]))
    assert seen.edges("USED") == {"r3 USED raw@1 @9 INFERRED"}


def test_rule_19_at_most_the_end() -> None:
    seen = scene(WROTE, start("r3", 1), complete("r3", 3), event("r3", "OTHER", 20, ["raw"]))
    assert seen.links("USED") == {"r3 USED raw@1"}


def test_rule_19_an_append_reads_strictly_below_its_own_row() -> None:
    """At the instant of its own row the other write of the same time with a greater uid is above it."""
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]),
        ran("r2", 3, 9, outs=["raw@9"]),
        [start("r3", 4), running("r3", 9, ["raw"]), complete("r3", 9, [], [ds("raw@5", append=True)])],
    )
    assert seen.links("USED", "DERIVED_FROM") == {"r3 USED raw@1", "raw@5 DERIVED_FROM raw@1"}


def test_rule_19_appends_of_one_instant_build_on_the_lower_uid() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]),
        ran("r2", 3, 9, outs=[ds("raw@5", append=True)]),
        ran("r3", 3, 9, outs=[ds("raw@7", append=True)]),
    )
    assert seen.links("DERIVED_FROM") == {"raw@5 DERIVED_FROM raw@1", "raw@7 DERIVED_FROM raw@5"}


def test_rules_15_and_21_two_roles_and_two_subsets_are_two_edges_each() -> None:
    half = {"inputCondition": {"type": "partition", "partitions": [{"identifier": "half"}]}}
    seen = scene(
        start("r3", 5, [ds("raw@1", role="TRAIN"), ds("raw@1", role="TEST")]),
        start("r4", 5, [ds("raw@1", role="TRAIN"), ds("raw@1", role="TRAIN", subset=half)]),
    )
    condition = '{"partitions":[{"identifier":"half"}],"type":"partition"}'
    assert seen.edges("USED") == {
        "r3 USED raw@1 [TRAIN] @5",
        "r3 USED raw@1 [TEST] @5",
        "r4 USED raw@1 [TRAIN] @5",
        f"r4 USED raw@1 [TRAIN] {condition} @5",
    }


def test_rule_16_a_digest_under_another_name_finds_the_row() -> None:
    seen = scene(
        said(ds("a@1", "a"), 3),
        ran("r2", 3, 4, outs=["b@1"]),
        said("a@2", 5),
        start("r1", 6, [ds("a", "a")]),
        said(ds("a", also=["b"]), 9),
    )
    assert seen.edges("USED") == {"r1 USED b@1 @6"}


def test_rule_16_each_mention_of_the_same_bytes_has_its_own_evidence() -> None:
    seen = scene(event("r1", "OTHER", 9, [ds("raw", "a", "md5:b"), ds("raw", "a", role="TEST", asserted=True)]))
    assert seen.edges("USED") == {"r1 USED raw@sha256:a @9", "r1 USED raw@sha256:a [TEST] @9 ASSERTED"}
