"""Rule 9a: an ancestor that mentions without a name what its descendants wrote (Airflow around Spark)."""

from __future__ import annotations

from whence.model.kinds import Evidence

from .scenes import complete, ds, fail, ran, running, said, scene, start

OUTER = [start("parent", 1), complete("parent", 20, [], ["clean"])]


def test_rule_9a_the_parent_makes_no_version_of_its_own() -> None:
    seen = scene(OUTER, ran("child", 5, 10, outs=["clean"], parent="parent"))
    assert seen.versions() == {"clean@run:child"}
    assert seen.links("GENERATED_BY") == {
        "clean@run:child GENERATED_BY child",
        "clean@run:child GENERATED_BY parent",
    }
    assert seen.resolves("clean@run:parent") == "clean@run:child"


def test_rule_9a_it_makes_no_row() -> None:
    """A read after the parent's end still means what the child wrote, and one before it what another run wrote."""
    seen = scene(
        OUTER, ran("child", 5, 10, outs=["clean@1"], parent="parent"), ran("r1", 11, 15, outs=["clean@2"]),
        start("r2", 30, ["clean"]),
    )  # fmt: skip
    assert "r2 USED clean@2" in seen.links("USED")


def test_rule_9a_it_describes_the_newest_row_of_its_descendants() -> None:
    seen = scene(
        [start("parent", 1), complete("parent", 20, [], [ds("clean", "a")])],
        ran("child", 2, 5, outs=["clean@1"], parent="parent"),
        ran("other", 6, 9, outs=["clean@2"], parent="parent"),
    )
    assert seen.links("HAS_CONTENT") == {"clean@2 HAS_CONTENT sha256:a"}
    assert seen.links("GENERATED_BY") == {
        "clean@1 GENERATED_BY child",
        "clean@2 GENERATED_BY other",
        "clean@2 GENERATED_BY parent",
    }
    assert seen.resolves("clean@run:parent") == "clean@2"


def test_rule_9a_descendants_of_any_depth_count() -> None:
    seen = scene(OUTER, ran("child", 2, 15, parent="parent"), ran("r1", 3, 9, outs=["clean@1"], parent="child"))
    assert seen.links("GENERATED_BY") == {"clean@1 GENERATED_BY r1", "clean@1 GENERATED_BY parent"}


def test_rule_9a_only_a_complete_descendant_wrote() -> None:
    seen = scene(
        OUTER,
        [start("child", 5, parent="parent"), fail("child", 10, [], ["clean"], parent="parent")],
        [start("other", 5, [], ["clean"], parent="parent")],
    )
    assert {"clean@run:parent GENERATED_BY parent", "clean@run:child GENERATED_BY child"} <= seen.links("GENERATED_BY")
    assert seen.resolves("clean@run:parent") == "clean@run:parent"
    reader = scene(
        OUTER, [start("child", 5, parent="parent"), fail("child", 9, [], ["clean"])], start("r1", 30, ["clean"])
    )
    assert reader.links("USED") == {"r1 USED clean@run:parent"}


def test_rule_9a_attempts_on_a_parent_cycle_have_no_parent() -> None:
    seen = scene(
        ran("parent", 1, 20, outs=["clean"], parent="child"), ran("child", 5, 10, outs=["clean"], parent="parent")
    )
    assert seen.links("GENERATED_BY") == {
        "clean@run:parent GENERATED_BY parent",
        "clean@run:child GENERATED_BY child",
    }
    assert seen.links("CHILD_OF") == set()


def test_rule_9a_a_nameless_read_beside_a_descendants_is_silent() -> None:
    outer = [start("parent", 1, ["raw"]), complete("parent", 20, [], ["clean"])]
    seen = scene(ran("r1", 0, 0, outs=["raw@1"]), outer, ran("child", 5, 10, ["raw@1"], ["clean"], parent="parent"))
    assert seen.links("USED") == {"child USED raw@1"}
    assert "raw@~" not in seen.nodes


def test_rule_9a_a_read_by_name_or_by_digest_is_not_silent() -> None:
    child = ran("child", 5, 10, ["raw@1", "more@1"], parent="parent")
    seen = scene(start("parent", 1, ["raw@2", ds("more", "a")]), child)
    assert seen.links("USED") == {
        "child USED raw@1",
        "child USED more@1",
        "parent USED raw@2",
        "parent USED more@sha256:a",
    }


def test_rule_9a_a_digest_read_binds_strictly_below_as_well() -> None:
    seen = scene(
        ran("r1", 0, 0, outs=[ds("clean@0", "a")]),
        [start("parent", 1), running("parent", 15, [ds("clean", "a")]), complete("parent", 20, [], ["clean"])],
        ran("child", 2, 5, outs=[ds("clean@1", "a")], parent="parent"),
    )
    assert seen.links("USED") == {"parent USED clean@0"}


def test_rule_9a_a_parent_that_only_reads_what_a_child_wrote_reads_it() -> None:
    seen = scene(
        [start("parent", 1), running("parent", 15, ["clean"]), complete("parent", 20)],
        ran("child", 2, 5, outs=["clean@1"], parent="parent"),
    )
    assert seen.edges("USED") == {"parent USED clean@1 @15 INFERRED"}


def test_rule_9a_with_explicit_lineage_it_is_written_by_the_parent() -> None:
    seen = scene(
        [start("parent", 1, ["raw@1"]), complete("parent", 20, [], ["clean"], lineage={"clean": ["raw"]})],
        ran("child", 2, 5, outs=["clean@1"], parent="parent"),
    )
    assert seen.links("GENERATED_BY", "WRITTEN_BY", "DERIVED_FROM") == {
        "clean@1 GENERATED_BY child",
        "clean@1 WRITTEN_BY parent",
        "clean@1 DERIVED_FROM raw@1",
    }


def test_rule_9a_it_makes_no_append_and_no_rename_of_its_own() -> None:
    seen = scene(
        ran("r1", 0, 0, outs=["clean@0", "old@0"]),
        [start("parent", 1), complete("parent", 20, [], [ds("clean", append=True, change="RENAME", was="old")])],
        ran("child", 2, 5, outs=["clean@1"], parent="parent"),
        start("r2", 30, ["old"]),
    )
    assert seen.links("DERIVED_FROM") == set()
    assert seen.links("USED") == {"r2 USED old@0"}


def test_rule_9a_a_parent_that_names_its_output_around_a_nameless_child_gives_two() -> None:
    seen = scene(
        [start("parent", 1), complete("parent", 20, [], ["clean@1"])],
        ran("child", 2, 5, outs=["clean"], parent="parent"),
    )
    assert seen.links("GENERATED_BY") == {"clean@1 GENERATED_BY parent", "clean@run:child GENERATED_BY child"}


def test_rule_9a_only_the_attempt_that_is_an_ancestor_defers() -> None:
    seen = scene(
        [start("parent", 1), fail("parent", 3, [], ["clean"])],
        ran("parent", 10, 20, outs=["clean"]),
        ran("child", 11, 15, outs=["clean@1"], parent="parent"),
    )
    assert seen.links("GENERATED_BY") == {
        "clean@run:parent GENERATED_BY parent",
        "clean@1 GENERATED_BY child",
        "clean@1 GENERATED_BY parent@10",
    }
    assert seen.version("clean@run:parent").failed


def test_rule_9a_the_parents_digests_of_a_childs_version_are_recorded() -> None:
    seen = scene(
        [start("parent", 1), complete("parent", 20, [], [ds("clean", "a")])],
        ran("child", 2, 5, outs=["clean"], parent="parent"),
    )
    assert [d.evidence for d in seen.version("clean@run:child").digests] == [Evidence.RECORDED]


def test_rule_9a_its_own_read_binds_strictly_below_the_descendants_first_row() -> None:
    seen = scene(
        ran("r1", 0, 0, outs=["clean@0"]),
        [start("parent", 1), running("parent", 15, ["clean"]), complete("parent", 20, [], ["clean"])],
        ran("child", 2, 5, outs=["clean@1"], parent="parent"),
        ran("other", 6, 9, outs=["clean@2"], parent="parent"),
    )
    assert seen.links("USED") == {"parent USED clean@0"}


def test_rule_9a_20a_its_base_is_read_strictly_below_the_descendants_first_row() -> None:
    seen = scene(
        ran("r1", 0, 0, outs=["base@0"]),
        [start("parent", 1), complete("parent", 20, [], ["base", ds("m@1", base="base")])],
        ran("child", 0, 1, outs=["base@1"], parent="parent"),
    )
    assert seen.links("DERIVED_FROM") == {"m@1 DERIVED_FROM base@0"}


def test_rule_9a_a_late_symlink_makes_the_parent_defer() -> None:
    seen = scene(
        [start("parent", 1), complete("parent", 20, [], ["a"])],
        ran("child", 2, 5, outs=["b@1"], parent="parent"),
        said(ds("a", also=["b"]), 9),
    )
    assert seen.links("GENERATED_BY") == {"b@1 GENERATED_BY child", "b@1 GENERATED_BY parent"}
    assert seen.resolves("a@run:parent") == "b@1"


def test_rule_9a_a_read_with_a_weak_id_only_is_silent() -> None:
    etag = {"algorithm": "etag", "value": "x", "strength": "WEAK"}
    seen = scene(start("parent", 1, [ds("raw", etag)]), ran("child", 5, 10, ["raw@1"], parent="parent"))
    assert seen.links("USED") == {"child USED raw@1"}


def test_rule_9a_a_running_ancestor_sights_nothing_of_its_descendants() -> None:
    child = ran("child", 2, 12, outs=["clean"], parent="parent")
    seen = scene(running("parent", 8, [], [ds("clean", "z")]), child, start("r3", 9, ["clean"]))
    assert seen.minute("clean@run:child") == 12
    assert seen.links("USED") == {"r3 USED clean@~"}


def test_rule_9a_a_source_that_lineage_makes_an_input_of_a_descendant_counts() -> None:
    child = start("child", 9, parent="parent", lineage={"out": ["raw"]})
    assert scene(running("parent", 5, ["raw"]), child).links("USED") == {"child USED raw@~"}
