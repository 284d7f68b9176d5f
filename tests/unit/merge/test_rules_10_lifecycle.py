"""Rule 10: dropped, appended, renamed, overwritten."""

from __future__ import annotations

import pytest

from .scenes import at, complete, ds, event, fail, ran, running, said, scene, start

OLD = ran("r1", 1, 2, outs=["raw@1"])


def test_rule_10_a_drop_writes_nothing_and_ends_the_timeline() -> None:
    seen = scene(
        OLD, ran("r2", 5, 10, outs=[ds("raw", change="DROP")]), start("r3", 9, ["raw"]), start("r4", 11, ["raw"])
    )
    assert seen.links("USED") == {"r3 USED raw@1", "r4 USED raw@~"}
    assert seen.links("GENERATED_BY") == {"raw@1 GENERATED_BY r1"}
    assert seen.asset("raw").dropped_at == at(10)


def test_rule_10_a_dataset_event_drops_at_its_time() -> None:
    seen = scene(OLD, said(ds("raw", change="DROP"), 10), start("r3", 9, ["raw"]), start("r4", 11, ["raw"]))
    assert seen.links("USED") == {"r3 USED raw@1", "r4 USED raw@~"}
    assert seen.asset("raw").dropped_at == at(10)
    again = scene(OLD, said(ds("raw", change="DROP"), 10), ran("r5", 11, 12, outs=["raw@2"]), start("r4", 13, ["raw"]))
    assert again.links("USED") == {"r4 USED raw@2"}
    assert again.asset("raw").dropped_at is None


def test_rule_10_a_drop_ends_the_whole_group() -> None:
    seen = scene(
        OLD, said(ds("raw", also=["table"]), 0), ran("r2", 5, 10, outs=[ds("table", change="DROP")]),
        start("r4", 11, ["raw"]),
    )  # fmt: skip
    assert seen.links("USED") == {"r4 USED raw@~"}
    assert seen.asset("raw").dropped_at == seen.asset("table").dropped_at == at(10)


@pytest.mark.parametrize("end", ["FAIL", "ABORT", "RUNNING"])
def test_rule_10_a_change_counts_only_if_the_attempt_completed(end: str) -> None:
    dropped = [start("r2", 5), event("r2", end, 10, [], [ds("raw", change="DROP")])]
    seen = scene(OLD, dropped, start("r4", 20, ["raw"]))
    assert "r4 USED raw@~" not in seen.links("USED")
    renamed = [start("r2", 5), event("r2", end, 10, [], [ds("new@1", change="RENAME", was="raw")])]
    seen = scene(OLD, renamed, start("r4", 20, ["raw"]))
    assert seen.links("USED") == {"r4 USED raw@1"}
    assert seen.links("DERIVED_FROM") == set()


def test_rule_10_a_failed_drop_leaves_what_was_there() -> None:
    seen = scene(OLD, start("r2", 5), fail("r2", 10, [], [ds("raw", change="DROP")]), start("r4", 20, ["raw"]))
    assert seen.links("USED") == {"r4 USED raw@1"}
    assert seen.links("GENERATED_BY") == {"raw@1 GENERATED_BY r1", "raw@run:r2 GENERATED_BY r2"}
    assert seen.version("raw@run:r2").failed


@pytest.mark.parametrize("change", ["TRUNCATE", "CREATE", "OVERWRITE", "ALTER"])
def test_rule_10_other_changes_are_writes(change: str) -> None:
    seen = scene(OLD, ran("r2", 5, 10, outs=[ds("raw", change=change)]), start("r4", 20, ["raw"]))
    assert seen.links("USED", "DERIVED_FROM") == {"r4 USED raw@run:r2"}


def test_rule_10_the_latest_change_counts() -> None:
    drop, create = ds("raw", change="DROP"), ds("raw", change="CREATE")
    recreated = scene(running("r2", 5, [], [drop]), complete("r2", 10, [], [create]))
    assert recreated.versions() == {"raw@run:r2"}
    dropped = scene(running("r2", 5, [], [create]), complete("r2", 10, [], [drop]))
    assert dropped.versions() == set()
    assert dropped.asset("raw").dropped_at == at(10)


@pytest.mark.parametrize(
    "added",
    [ds("raw@2", append=True), ds("raw@2", subset={"outputCondition": {"type": "partition", "partitions": []}})],
    ids=["versionInfo", "subset"],
)
def test_rule_10_an_append_derives_from_the_row_just_below(added: dict[str, object]) -> None:
    seen = scene(OLD, ran("r2", 5, 10, outs=[added]), ran("r3", 11, 12, outs=["raw@3"]))
    assert seen.edges("DERIVED_FROM") == {"raw@2 DERIVED_FROM raw@1 [APPENDED] by r2 @10 INFERRED"}


def test_rule_10_appends_build_a_chain() -> None:
    batches = [ran(f"r{n}", n, n + 0.5, outs=[ds("raw", append=True)]) for n in (2, 3, 4)]
    seen = scene(OLD, *batches)
    assert seen.links("DERIVED_FROM") == {
        "raw@run:r2 DERIVED_FROM raw@1",
        "raw@run:r3 DERIVED_FROM raw@run:r2",
        "raw@run:r4 DERIVED_FROM raw@run:r3",
    }


def test_rule_10_an_append_to_nothing_or_after_a_drop_derives_from_nothing() -> None:
    append = ran("r2", 5, 10, outs=[ds("raw@2", append=True)])
    assert scene(append).links("DERIVED_FROM") == set()
    assert scene(OLD, said(ds("raw", change="DROP"), 4), append).links("DERIVED_FROM") == set()


def test_rule_10_a_failed_append_derives_from_nothing() -> None:
    seen = scene(OLD, start("r2", 5), fail("r2", 10, [], [ds("raw@2", append=True)]))
    assert seen.links("DERIVED_FROM") == set()


def test_rule_10_a_plain_write_overwrites() -> None:
    assert scene(OLD, ran("r2", 5, 10, outs=["raw@2"])).links("DERIVED_FROM") == set()


def test_rule_10_a_rename_derives_from_the_newest_of_the_old_name() -> None:
    seen = scene(
        OLD,
        ran("r2", 3, 4, outs=["raw@2"]),
        ran("r3", 5, 10, outs=[ds("new@1", change="RENAME", was="raw")]),
        start("r4", 9, ["raw"]),
        start("r5", 11, ["raw"]),
        start("r6", 11, ["new"]),
    )
    assert seen.edges("DERIVED_FROM") == {"new@1 DERIVED_FROM raw@2 [RENAMED] by r3 @10"}
    assert seen.links("USED") == {"r4 USED raw@2", "r5 USED raw@~", "r6 USED new@1"}


def test_rule_10_a_rename_is_never_an_alias() -> None:
    seen = scene(OLD, ran("r3", 5, 10, outs=[ds("new", change="RENAME", was="raw")]))
    assert seen.links("SAME_AS", "SAME_STATE") == set()
    assert (seen.asset("raw").dropped_at, seen.asset("new").dropped_at) == (at(10), None)
    assert seen.links("DERIVED_FROM") == {"new@run:r3 DERIVED_FROM raw@1"}


def test_rule_10_a_rename_ends_the_old_name_s_whole_group() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["a@1"]),
        ran("r2", 3, 4, outs=[ds("n@1", change="RENAME", was="b")]),
        said(ds("a", also=["b"]), 9),
        start("r3", 5, ["a"]),
    )
    assert seen.links("DERIVED_FROM") == {"n@1 DERIVED_FROM a@1"}
    assert seen.links("USED") == {"r3 USED a@~"}
    assert seen.asset("a").dropped_at == seen.asset("b").dropped_at


def test_rule_10_a_rename_between_names_of_one_thing_drops_nothing() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=[ds("a@1", also=["b"])]),
        ran("r2", 3, 4, outs=[ds("a@2", change="RENAME", was="b")]),
        start("r3", 5, ["b"]),
    )
    assert seen.links("USED") == {"r3 USED a@2"}
    assert seen.asset("b").dropped_at is None


def test_rule_10_what_nothing_is_known_of_is_as_old_as_the_rename_that_names_it() -> None:
    seen = scene(
        start("r1", 7, [], ["new"]),
        complete("r1", 9),
        event("r1", "OTHER", 12, [], [ds("new", change="RENAME", was="old")]),
    )
    assert seen.edges("DERIVED_FROM") == {"new@run:r1 DERIVED_FROM old@~ [RENAMED] by r1 @9 INFERRED"}
    assert seen.minute("old@~") == 12


def test_rule_10_what_a_drop_says_beside_describes_no_version() -> None:
    seen = scene(complete("r1", 9, [], [ds("raw", change="DROP", parents=["a@1"], base="b@1")]))
    assert seen.versions() == set()


def test_rule_10_only_what_was_appended_goes_on_from_the_state_below() -> None:
    seen = scene(OLD, complete("r2", 9, ["raw"], [ds("raw@2", append=True), "raw@3"]))
    assert seen.links("DERIVED_FROM") == {"raw@2 DERIVED_FROM raw@1"}
