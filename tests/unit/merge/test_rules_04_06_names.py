"""Rules 4 to 6: names of one thing, versions that are one state, types."""

from __future__ import annotations

from typing import Any

import pytest

from whence.model.kinds import Kind

from .scenes import complete, ds, fail, ran, said, scene, start


def test_rule_4_a_symlink_joins_whenever_it_is_heard_of() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw"]),
        ran("r2", 3, 4, ["table"], ["clean@1"]),
        said(ds("raw", also=["table"]), 50),
    )
    assert seen.edges("SAME_AS") == {"raw SAME_AS table"}
    assert seen.links("USED") == {"r2 USED raw@run:r1"}
    assert seen.versions("table") == set()


def test_rule_4_a_chain_of_symlinks_is_one_group() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=[ds("a@1", also=["b"])]),
        start("r2", 3, [ds("c", also=["b"])]),
        fail("r3", 4, [], [ds("c", also=["e"])]),
    )
    assert seen.links("SAME_AS") == {"a SAME_AS b", "b SAME_AS c", "c SAME_AS e"}
    assert seen.links("USED") == {"r2 USED a@1"}
    assert [len(seen.asset(word).same_as) for word in "abce"] == [3, 3, 3, 3]


def test_rule_4_uids_keep_the_name_that_was_mentioned() -> None:
    seen = scene(ran("r1", 1, 2, outs=["b@1"]), ran("r2", 3, 4, ["c@7"], ["a"]), said(ds("a", also=["b", "c"]), 9))
    assert seen.versions() == {"b@1", "c@7", "a@run:r2"}


def test_rule_4_lineage_matches_by_group() -> None:
    seen = scene(
        ran("r1", 1, 5, ["raw@1"], ["clean@1"], lineage={"clean-table": ["raw-table"]}),
        said(ds("clean", also=["clean-table"]), 9),
        said(ds("raw-table", also=["raw"]), 9),
    )
    assert seen.links("WRITTEN_BY", "GENERATED_BY", "DERIVED_FROM", "USED") == {
        "clean@1 WRITTEN_BY r1",
        "clean@1 DERIVED_FROM raw@1",
        "r1 USED raw@1",
    }


def test_rule_5_the_same_name_in_a_group_is_one_state() -> None:
    seen = scene(
        ran("r1", 1, 5, outs=["b@1"]),
        ran("r2", 6, 7, ["c@1", "a@1"]),
        ran("r3", 8, 9, ["a@2"]),
        said(ds("a", also=["b", "c"]), 10),
    )
    assert seen.edges("SAME_STATE") == {
        "a@1 SAME_STATE b@1 @5",
        "b@1 SAME_STATE a@1 @5",
        "a@1 SAME_STATE c@1 @5",
        "c@1 SAME_STATE a@1 @5",
    }


def test_rule_5_digests_and_contents_are_pooled() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("a@1", "a", also=["b"])]), ran("r2", 6, 7, ["b@1"]))
    assert seen.links("HAS_CONTENT", "CONTENT_OF") == {
        "a@1 HAS_CONTENT sha256:a",
        "b@1 HAS_CONTENT sha256:a",
        "sha256:a CONTENT_OF a@1",
        "sha256:a CONTENT_OF b@1",
    }
    assert seen.version("b@1").digests == seen.version("a@1").digests != ()


def test_rule_5_recorded_beats_inferred_when_pooled() -> None:
    inferred = [ran("r1", 1, 2, outs=["a@1"]), ran("r2", 3, 4, [ds("a", "a")])]
    alone = scene(*inferred)
    assert alone.edges("HAS_CONTENT") == {"a@1 HAS_CONTENT sha256:a @2 INFERRED"}
    twin = scene(*inferred, ran("r3", 5, 6, [ds("b@1", "a")]), said(ds("a", also=["b"]), 9))
    assert twin.edges("HAS_CONTENT") == {"a@1 HAS_CONTENT sha256:a @2", "b@1 HAS_CONTENT sha256:a @2"}


def test_rule_5_a_conflict_of_one_name_is_one_of_all() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=[ds("a@1", "a")]), ran("r2", 3, 4, outs=[ds("b@1", "b")]), said(ds("a", also=["b"]), 9)
    )
    assert seen.version("a@1").conflict
    assert seen.version("b@1").conflict
    assert seen.links("CONTENT_OF") == set()
    assert len(seen.links("HAS_CONTENT")) == 4


def test_rule_5_a_writer_that_completed_under_another_name_clears_the_failed_flag() -> None:
    failed = scene(start("r1", 1), fail("r1", 2, [], ["a@1"]))
    assert failed.version("a@1").failed
    seen = scene(
        start("r1", 1), fail("r1", 2, [], ["a@1"]), ran("r2", 3, 4, outs=["b@1"]), said(ds("a", also=["b"]), 9)
    )
    assert not seen.version("a@1").failed
    assert not seen.version("b@1").failed
    assert (seen.minute("a@1"), seen.minute("b@1")) == (4, 4)


def test_rule_5_writes_and_sightings_are_pooled() -> None:
    """A version written under one name is not sighted anew under another."""
    seen = scene(
        ran("r1", 1, 2, outs=["a@1"]),
        ran("r2", 3, 4, outs=["a@2"]),
        start("r3", 5, ["b@1"]),
        start("r4", 6, ["a"]),
        said(ds("a", also=["b"]), 9),
    )
    assert "r4 USED a@2" in seen.links("USED")


def test_rule_6_the_greatest_type_of_any_mention_counts_for_the_group() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["m@1"]),
        ran("r2", 3, 4, [ds("n@1", datasetType={"datasetType": "MODEL"})]),
        ran("r3", 5, 6, [ds("m", datasetType={"datasetType": "TABLE"})], [ds("n@1", writes="REPORT")]),
        said(ds("m", also=["n"]), 9),
    )
    assert {seen.nodes[word].kind for word in ("m", "n")} == {Kind.MODEL}
    assert {seen.nodes[word].kind for word in ("m@1", "n@1")} == {Kind.MODEL_VERSION}


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (ds("x@1"), Kind.DATASET_VERSION),
        (ds("x@1", datasetType={"datasetType": "VIEW"}), Kind.DATASET_VERSION),
        (ds("x@1", datasetType={"datasetType": "MODEL"}), Kind.MODEL_VERSION),
        (ds("x@1", whence_modelSignature={"inputs": [], "outputs": []}), Kind.MODEL_VERSION),
        (ds("x@1", base="y@1"), Kind.MODEL_VERSION),
        (ds("x@1", writes="CHECKPOINT"), Kind.MODEL_VERSION),
        *((ds("x@1", writes=w), Kind.ARTIFACT_VERSION) for w in ("CONFIG", "METRICS", "PLOT", "REPORT", "NOTEBOOK")),
        (ds("x@1") | {"namespace": "hf://models"}, Kind.MODEL_VERSION),
        (ds("x@1") | {"namespace": "mlflow://host"}, Kind.MODEL_VERSION),
        (ds("x@1") | {"namespace": "hf://datasets"}, Kind.DATASET_VERSION),
    ],
)
def test_rule_6_what_makes_a_type(output: dict[str, Any], kind: Kind) -> None:
    assert scene(ran("r1", 1, 2, outs=[output])).nodes["x@1"].kind is kind


def test_rule_6_a_type_never_goes_down() -> None:
    """An artifact that is a model as well is a model; a model that is mentioned as a plain dataset stays one."""
    report, model, plain = ds("x@1", writes="REPORT"), ds("x@1", writes="CHECKPOINT"), ds("x@1")
    seen = scene(ran("r1", 1, 2, outs=[model]), ran("r2", 3, 4, outs=[report]), ran("r3", 5, 6, outs=[plain]))
    assert (seen.nodes["x"].kind, seen.nodes["x@1"].kind) == (Kind.MODEL, Kind.MODEL_VERSION)


def test_rule_6_the_job_type_model_means_nothing() -> None:
    dbt = {"jobType": {"processingType": "BATCH", "integration": "DBT", "jobType": "MODEL"}}
    seen = scene(complete("r1", 2, [], ["clean@1"], job_facets=dbt))
    assert seen.nodes["clean@1"].kind is Kind.DATASET_VERSION


def test_rule_6_a_late_type_reaches_every_version() -> None:
    seen = scene(
        ran("r1", 1, 5, ["m@0"], ["m@1", "m@2"]),
        said("m@3", 6),
        start("r2", 7, ["n"]),
        said(ds("n", also=["m"]), 8),
        said(ds("n", datasetType={"datasetType": "MODEL"}), 9),
    )
    assert {seen.nodes[v].kind for v in seen.versions()} == {Kind.MODEL_VERSION}
    assert {seen.nodes[v].kind for v in "mn"} == {Kind.MODEL}
