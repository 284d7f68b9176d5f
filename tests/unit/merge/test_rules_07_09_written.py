"""Rules 7 to 9: what an attempt wrote, what describes it, and what answers for a replaced uid."""

from __future__ import annotations

from .scenes import complete, ds, event, fail, ran, running, said, scene, start


def test_rule_7_each_name_among_the_outputs_is_a_version() -> None:
    seen = scene(start("r1", 1), running("r1", 2, [], ["m@s1"]), running("r1", 3, [], ["m@s2"]), complete("r1", 4))
    assert seen.links("GENERATED_BY") == {"m@s1 GENERATED_BY r1", "m@s2 GENERATED_BY r1"}
    assert seen.versions() == {"m@s1", "m@s2"}


def test_rule_7_without_a_name_it_is_one_stand_in() -> None:
    seen = scene(start("r1", 1, [], ["clean"]), complete("r1", 4, [], [ds("clean", "a")]))
    assert seen.versions() == {"clean@run:r1"}
    assert seen.links("GENERATED_BY") == {"clean@run:r1 GENERATED_BY r1"}


def test_rule_7_each_attempt_has_its_own_stand_in() -> None:
    seen = scene(ran("r1", 1, 5, outs=["clean"]), ran("r1", 10, 12, outs=["clean"]))
    assert seen.links("GENERATED_BY") == {"clean@run:r1 GENERATED_BY r1", "clean@run:r1@10 GENERATED_BY r1@10"}


def test_rule_7_digests_do_not_name_what_a_run_wrote() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("clean", "a", "md5:a")]))
    assert seen.versions() == {"clean@run:r1"}


def test_rule_7_a_late_name_replaces_the_stand_in() -> None:
    seen = scene(ran("r1", 1, 5, outs=["clean"]), start("r2", 6, ["clean"]), event("r1", "OTHER", 9, [], ["clean@1"]))
    assert seen.versions() == {"clean@1"}
    assert seen.edges("GENERATED_BY", "USED") == {"clean@1 GENERATED_BY r1 @5", "r2 USED clean@1 @6 INFERRED"}


def test_rule_7_a_name_from_start_counts_only_if_no_other_event_gives_one() -> None:
    only = scene(start("r1", 1, [], ["clean@draft"]), complete("r1", 5))
    assert only.versions() == {"clean@draft"}
    both = scene(start("r1", 1, [], [ds("clean@draft", "a")]), complete("r1", 5, [], ["clean@1"]))
    assert both.versions() == {"clean@1"}
    assert both.links("HAS_CONTENT") == set()
    assert "sha256:a" not in both.nodes


def test_rule_7_a_start_name_that_is_repeated_is_a_name() -> None:
    seen = scene(start("r1", 1, [], ["clean@1"]), running("r1", 2, [], ["clean@1"]), complete("r1", 5, [], ["clean@2"]))
    assert seen.versions() == {"clean@1", "clean@2"}


def test_rule_7_what_start_says_of_a_name_that_is_repeated_counts_however_it_is_repeated() -> None:
    for again in ("clean@1", ds("clean@1", "a")):
        seen = scene(start("r1", 1, [], [ds("clean@1", "a")]), event("r1", "OTHER", 5, [], [again]))
        assert seen.edges("GENERATED_BY") == {"clean@1 GENERATED_BY r1 @1"}
        assert seen.links("HAS_CONTENT") == {"clean@1 HAS_CONTENT sha256:a"}


def test_rule_7_older_spark_names_it_under_another_key() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("clean", datasetVersion={"datasetVersion": "7"})]))
    assert seen.versions() == {"clean@7"}


def test_rule_8_nameless_digests_describe_the_version_named_last() -> None:
    seen = scene(
        start("r1", 1),
        running("r1", 2, [], ["m@s1"]),
        running("r1", 3, [], ["m@s2"]),
        complete("r1", 4, [], [ds("m", "a", documentation={"description": "best"})]),
    )
    assert seen.links("HAS_CONTENT") == {"m@s2 HAS_CONTENT sha256:a"}
    assert seen.facet("m@s2", "documentation")["description"] == "best"
    assert seen.facet("m@s1", "documentation") is None


def test_rule_8_the_group_not_the_name_says_which_version_is_the_last() -> None:
    seen = scene(running("r1", 2, [], ["a@1"]), complete("r1", 4, [], [ds("b", "a")]), said(ds("a", also=["b"]), 9))
    assert seen.versions() == {"a@1"}
    assert seen.links("HAS_CONTENT") == {"a@1 HAS_CONTENT sha256:a"}


def test_rule_8_else_they_describe_the_stand_in() -> None:
    seen = scene(start("r1", 1, [], [ds("m", "a")]), complete("r1", 4, [], [ds("m", "md5:a")]))
    assert seen.links("HAS_CONTENT") == {"m@run:r1 HAS_CONTENT sha256:a", "m@run:r1 HAS_CONTENT md5:a"}


def test_rule_9_a_stand_in_is_answered_by_what_replaced_it() -> None:
    seen = scene(ran("r1", 1, 5, outs=["clean"]), event("r1", "OTHER", 9, [], ["clean@1"]))
    assert seen.resolves("clean@run:r1") == "clean@1"
    named = scene(ran("r1", 1, 5, outs=["clean@1"]))
    assert named.resolves("clean@run:r1") == "clean@1"


def test_rule_9_of_several_names_the_last_answers() -> None:
    seen = scene(running("r1", 2, [], ["m@s9"]), running("r1", 3, [], ["m@s1"]), complete("r1", 4, [], ["m"]))
    assert seen.resolves("m@run:r1") == "m@s1"


def test_rule_9_a_stand_in_of_an_attempt_that_was_cut_off_is_answered() -> None:
    seen = scene(start("r1", 1), start("r1", 10), complete("r1", 12, [], ["clean"]), fail("r1", 5))
    assert seen.versions() == {"clean@run:r1@10"}
    assert seen.resolves("clean@run:r1@10") == "clean@run:r1@10"


def test_rule_9_an_unversioned_state_that_nothing_derives_is_gone() -> None:
    read = start("r2", 6, ["raw"])
    assert scene(read).resolves("raw@~") == "raw@~"
    assert scene(read, ran("r1", 1, 5, outs=["raw@1"])).resolves("raw@~") is None


def test_rule_9_a_state_known_by_its_bytes_that_nothing_derives_is_gone() -> None:
    read = start("r2", 6, [ds("raw", "a")])
    assert scene(read).resolves("raw@sha256:a") == "raw@sha256:a"
    assert scene(read, ran("r1", 1, 5, outs=[ds("raw@1", "a")])).resolves("raw@sha256:a") is None


def test_rule_9_an_attempt_is_answered_by_the_one_that_contains_its_instant() -> None:
    seen = scene(ran("r1", 1, 5), complete("r1", 12, [], ["clean"]), start("r1", 10), start("r1", 7))
    assert seen.links("RESTART_OF") == {"r1@7 RESTART_OF r1"}
    assert seen.resolves("r1@10") == "r1@7"
    assert seen.resolves("r1@1") == "r1"
    assert seen.resolves("clean@run:r1@10") == "clean@run:r1@7"


def test_rule_7_a_discarded_start_name_names_no_base() -> None:
    seen = scene(start("r1", 1, [], [ds("m@draft", base="b@1")]), complete("r1", 5, [], ["m@1"]))
    assert seen.versions() == {"m@1"}
