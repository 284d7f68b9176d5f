"""Rules 20 to 21: explicit lineage, models made of models, recorded parents, and the `at` of every edge."""

from __future__ import annotations

from whence.model.kinds import Kind

from .scenes import complete, ds, entry, fail, ran, running, said, scene, start

PIN = {"python": "3.11.7"}
MADE = ("WRITTEN_BY", "GENERATED_BY", "DERIVED_FROM")


def test_rule_20_lineage_says_which_inputs_an_output_came_from() -> None:
    seen = scene(ran("r1", 1, 5, ["a@1", "b@1"], ["x@1", "y@1"], lineage={"x": ["a"], "y": ["a", "b"]}))
    assert seen.edges(*MADE) == {
        "x@1 WRITTEN_BY r1 @5",
        "y@1 WRITTEN_BY r1 @5",
        "x@1 DERIVED_FROM a@1 by r1 @5",
        "y@1 DERIVED_FROM a@1 by r1 @5",
        "y@1 DERIVED_FROM b@1 by r1 @5",
    }
    assert seen.links("USED") == {"r1 USED a@1", "r1 USED b@1"}


def test_rule_20_outputs_that_are_not_listed_are_generated_by_the_run() -> None:
    seen = scene(ran("r1", 1, 5, ["a@1"], ["x@1", "y@1"], lineage={"x": ["a"]}))
    assert seen.links(*MADE) == {"x@1 WRITTEN_BY r1", "x@1 DERIVED_FROM a@1", "y@1 GENERATED_BY r1"}


def test_rule_20_empty_inputs_mean_that_it_came_from_nothing() -> None:
    seen = scene(ran("r1", 1, 5, ["a@1"], ["x@1"], lineage={"x": []}))
    assert seen.links(*MADE) == {"x@1 WRITTEN_BY r1"}


def test_rule_20_a_stated_source_or_target_that_the_run_does_not_mention_becomes_one() -> None:
    seen = scene(ran("r0", 0, 0.5, outs=["a@1"]), ran("r1", 1, 5, lineage={"x": ["a"]}))
    assert seen.links("USED", *MADE) == {
        "a@1 GENERATED_BY r0",
        "r1 USED a@1",
        "x@run:r1 WRITTEN_BY r1",
        "x@run:r1 DERIVED_FROM a@1",
    }


def test_rule_20_entries_of_type_job_are_ignored() -> None:
    job_target = {"type": "JOB", "namespace": "jobs", "name": "t", "inputs": [entry("a", [])]}
    facet = {"lineage": {"entries": [entry("x", ["job:train", "a"]), job_target]}}
    seen = scene(ran("r1", 1, 5, ["a@1", "b@1"], ["x@1"], job_facets=facet))
    assert seen.links(*MADE) == {"x@1 WRITTEN_BY r1", "x@1 DERIVED_FROM a@1"}


def test_rule_20_sources_of_fields_count() -> None:
    by_field = entry("x", ["a"]) | {"fields": {"f": {"inputs": [entry("b", []) | {"field": "g"}]}}}
    seen = scene(ran("r1", 1, 5, ["a@1", "b@1", "c@1"], ["x@1"], job_facets={"lineage": {"entries": [by_field]}}))
    assert seen.links("DERIVED_FROM") == {"x@1 DERIVED_FROM a@1", "x@1 DERIVED_FROM b@1"}


def test_rule_20_the_latest_whole_facet_counts() -> None:
    seen = scene(
        start("r1", 1, ["a@1", "b@1"], lineage={"x": ["a"], "y": ["a"]}),
        complete("r1", 5, [], ["x@1", "y@1"], lineage={"x": ["b"]}),
    )
    assert seen.links(*MADE) == {"x@1 WRITTEN_BY r1", "x@1 DERIVED_FROM b@1", "y@1 GENERATED_BY r1"}


def test_rule_20_it_derives_from_all_that_was_read_of_the_source() -> None:
    seen = scene(ran("r1", 1, 5, ["a@1", "a@2"], ["x@1", "x@2"], lineage={"x": ["a"]}))
    assert seen.links("DERIVED_FROM") == {f"x@{made} DERIVED_FROM a@{read}" for made in (1, 2) for read in (1, 2)}


def test_rule_20_an_inferred_read_gives_an_inferred_derivation() -> None:
    seen = scene(ran("r0", 0, 0.5, outs=["a@1"]), ran("r1", 1, 5, ["a"], ["x@1"], lineage={"x": ["a"]}))
    assert seen.edges("DERIVED_FROM") == {"x@1 DERIVED_FROM a@1 by r1 @5 INFERRED"}


def test_rule_20_commit_and_environment_are_copied_to_the_version() -> None:
    seen = scene(ran("r1", 1, 5, ["a@1"], ["x@1", "y@1"], lineage={"x": ["a"]}, commit="c1", pin=PIN))
    assert seen.edges("AT_COMMIT") == {"r1 AT_COMMIT commit:c1 @1", "x@1 AT_COMMIT commit:c1 @5"}
    sources = {line.split(" IN_ENVIRONMENT ")[0] for line in seen.links("IN_ENVIRONMENT")}
    assert sources == {"r1", "x@1"}


def test_rule_20_pins_copied_to_a_version_go_with_the_lineage() -> None:
    seen = scene(
        start("r1", 1, ["a@1"], commit="c1", lineage={"x": ["a"]}), complete("r1", 5, [], ["x@1"], lineage={"y": []})
    )
    assert seen.links("AT_COMMIT") == {"r1 AT_COMMIT commit:c1", "y@run:r1 AT_COMMIT commit:c1"}


def test_rule_20a_a_base_by_name() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("m@2", base="b@7", relation="ADAPTER")]))
    assert seen.edges("DERIVED_FROM") == {"m@2 DERIVED_FROM b@7 [ADAPTER] by r1 @5"}
    assert {seen.nodes[word].kind for word in ("b", "m")} == {Kind.MODEL}
    assert {seen.nodes[word].kind for word in ("b@7", "m@2")} == {Kind.MODEL_VERSION}
    assert seen.version("b@7").base
    assert not seen.version("m@2").base


def test_rule_20a_a_base_without_a_name_is_what_the_attempt_read_of_it() -> None:
    seen = scene(
        ran("r0", 0, 0.5, outs=["b@1"]), ran("r1", 1, 5, [ds("b@7", role="BASE_MODEL")], [ds("m@2", base="b")])
    )
    assert seen.edges("DERIVED_FROM") == {"m@2 DERIVED_FROM b@7 [FINE_TUNE] by r1 @5"}


def test_rule_20a_a_base_that_is_no_input_is_read_as_one_would_be() -> None:
    seen = scene(
        ran("r0", 0, 0.5, outs=["b@1"]), ran("r2", 2, 3, outs=["b@2"]), ran("r1", 1, 5, outs=[ds("m@2", base="b")])
    )
    assert seen.edges("DERIVED_FROM") == {"m@2 DERIVED_FROM b@1 [FINE_TUNE] by r1 @5 INFERRED"}
    assert seen.links("USED") == set()
    nothing = scene(ran("r1", 1, 5, outs=[ds("m@2", base="b")]))
    assert nothing.links("DERIVED_FROM") == {"m@2 DERIVED_FROM b@~"}


def test_rule_20a_each_version_that_the_output_describes_derives_from_the_base() -> None:
    seen = scene(
        start("r1", 1),
        running("r1", 2, [], [ds("m@s1", base="b@7")]),
        running("r1", 3, [], ["m@s2"]),
        complete("r1", 5, [], [ds("m", base="b@8", relation="MERGE")]),
    )
    assert seen.edges("DERIVED_FROM") == {
        "m@s1 DERIVED_FROM b@7 [FINE_TUNE] by r1 @5",
        "m@s2 DERIVED_FROM b@8 [MERGE] by r1 @5",
    }


def test_rule_20a_the_base_is_a_model_even_if_its_group_never_says_so() -> None:
    seen = scene(ran("r0", 0, 0.5, outs=["b@1"]), ran("r1", 1, 5, outs=[ds("m@2", base="b")]))
    assert seen.nodes["b@1"].kind is Kind.MODEL_VERSION


def test_rule_20a_recorded_parents_are_shown_as_previous() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("t@3", parents=["t@2", "u@9", "v"])]))
    assert seen.edges("PREVIOUS") == {"t@3 PREVIOUS t@2 @5", "t@3 PREVIOUS u@9 @5"}
    assert seen.links("DERIVED_FROM") == set()
    assert seen.versions("v") == set()


def test_rule_21_used_is_at_the_earliest_mention() -> None:
    seen = scene(start("r1", 1), running("r1", 3, ["a@1"]), complete("r1", 5, ["a@1"]))
    assert seen.edges("USED") == {"r1 USED a@1 @3"}


def test_rule_21_a_write_is_at_its_end_else_at_its_earliest_mention() -> None:
    seen = scene(
        [start("r1", 1, [], ["x@1"]), complete("r1", 5, [], ["x@1"])],
        [start("r2", 2), running("r2", 3, [], ["x@2"])],
        [start("r3", 4, [], ["x@3"]), fail("r3", 6, [], ["x@3"])],
    )
    assert seen.edges("GENERATED_BY") == {
        "x@1 GENERATED_BY r1 @5",
        "x@2 GENERATED_BY r2 @3",
        "x@3 GENERATED_BY r3 @4",
    }


def test_rule_21_pins_jobs_and_parents_are_at_the_start() -> None:
    seen = scene(start("r1", 1), complete("r1", 5, commit="c1", pin=PIN, parent="parent"))
    (environment,) = seen.edges("IN_ENVIRONMENT")
    assert environment.endswith("@1")
    assert seen.edges("AT_COMMIT", "INSTANCE_OF", "CHILD_OF") == {
        "r1 AT_COMMIT commit:c1 @1",
        "r1 INSTANCE_OF job:train @1",
        "r1 CHILD_OF parent @1",
    }


def test_rule_21_what_hangs_on_a_version_is_at_its_time() -> None:
    seen = scene(
        start("r2", 0, ["x@1"]), [start("r1", 1, [], ["x@1"]), complete("r1", 5, [], [ds("x@1", "a", parents=["x@0"])])]
    )
    assert seen.minute("x@1") == 0
    assert seen.edges("VERSION_OF", "PREVIOUS", "HAS_CONTENT", "CONTENT_OF") == {
        "x@1 VERSION_OF x @0",
        "x@0 VERSION_OF x @5",
        "x@1 PREVIOUS x@0 @0",
        "x@1 HAS_CONTENT sha256:a @0",
        "sha256:a CONTENT_OF x@1 @0",
    }


def test_rule_21_a_symlink_has_no_time() -> None:
    assert scene(said(ds("a", also=["b"]), 5)).edges("SAME_AS") == {"a SAME_AS b"}


def test_rule_21_merged_edges_have_the_least_time_and_the_strongest_evidence() -> None:
    seen = scene(start("r1", 1, [ds("a@1", asserted=True)]), complete("r1", 5, ["a@1"]))
    assert seen.edges("USED") == {"r1 USED a@1 @1"}


def test_rules_3_and_20_the_explicit_code_state_wins_over_the_source_code_location() -> None:
    location = {
        "sourceCodeLocation": {"type": "git", "url": "https://h/o/r", "repoUrl": "git@h:o/r.git", "version": "c2"}
    }
    assert scene(start("r1", 1, job_facets=location)).links("AT_COMMIT") == {"r1 AT_COMMIT commit:c2"}
    both = scene(start("r1", 1, commit="c1"), complete("r1", 5, job_facets=location))
    assert both.links("AT_COMMIT") == {"r1 AT_COMMIT commit:c1"}
    assert both.nodes["commit:c1"].kind is Kind.COMMIT
    assert "commit:c2" not in both.nodes


def test_equal_pins_are_one_environment() -> None:
    """Design page: nulls, empty lists and keys that begin with `_` do not count."""
    one, other = {"python": "3.11.7", "accelerators": []}, {"python": "3.11.7", "image": None}
    seen = scene(start("r1", 1, pin=one), start("r2", 1, pin=other), start("r3", 1, pin={"python": "3.12.0"}))
    assert len([node for node in seen.nodes.values() if node.kind is Kind.ENVIRONMENT]) == 2
    assert len(seen.links("IN_ENVIRONMENT")) == 3


def test_rule_20a_a_base_matches_by_group() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["a@1"]), ran("r2", 3, 4, outs=[ds("m@1", base="b")]), said(ds("a", also=["b"]), 9)
    )
    assert seen.links("DERIVED_FROM") == {"m@1 DERIVED_FROM a@1"}
    assert {seen.nodes[v].kind for v in "abm"} == {Kind.MODEL}


def test_rule_20_the_facet_may_be_the_runs() -> None:
    facet = {"lineage": {"entries": [entry("x", ["a"])]}}
    seen = scene(ran("r1", 1, 5, ["a@1", "b@1"], ["x@1"], run_facets=facet))
    assert seen.links("DERIVED_FROM", "WRITTEN_BY", "GENERATED_BY") == {"x@1 WRITTEN_BY r1", "x@1 DERIVED_FROM a@1"}


def test_rule_20a_an_inputs_parents_count_for_the_version_that_it_describes() -> None:
    named = scene(start("r1", 5, ["x@3", ds("x", parents=["x@2"])]), start("r2", 5, [ds("x@2", parents=["x@1"])]))
    assert named.links("PREVIOUS") == {"x@3 PREVIOUS x@2", "x@2 PREVIOUS x@1"}
    assert scene(start("r1", 5, [ds("x", "a", parents=["x@2"])])).links("PREVIOUS") == {"x@sha256:a PREVIOUS x@2"}


def test_rule_21_the_same_state_is_at_the_later_of_the_two() -> None:
    """Without a row each name's version is as old as its own earliest mention."""
    seen = scene(
        start("r1", 1, [ds("x@1", role="TRAIN")], []),
        fail("r2", 2, [], ["a@7"]),
        fail("r3", 4, [], ["b@7"]),
        said(ds("a", also=["b"]), 9),
    )
    assert seen.edges("SAME_STATE") == {"a@7 SAME_STATE b@7 @4", "b@7 SAME_STATE a@7 @4"}
