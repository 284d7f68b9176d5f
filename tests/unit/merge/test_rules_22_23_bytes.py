"""Rules 22 and 23: contents, conflicts, and the origin of bytes that nothing else explains."""

from __future__ import annotations

import pytest

from whence.model.graph import ContentDetail
from whence.model.kinds import Strength

from .scenes import complete, digest, ds, ran, running, said, scene, start

EMPTY = {
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
    "git-blob": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
}


def test_rule_22_each_strong_digest_is_a_content() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", "a", "md5:b")]))
    assert seen.edges("HAS_CONTENT", "CONTENT_OF") == {
        "x@1 HAS_CONTENT sha256:a @5",
        "x@1 HAS_CONTENT md5:b @5",
        "sha256:a CONTENT_OF x@1 @5",
        "md5:b CONTENT_OF x@1 @5",
    }
    detail = seen.nodes["sha256:a"].detail
    assert isinstance(detail, ContentDetail)
    assert (detail.algorithm, len(detail.value)) == ("sha256", 64)


def test_rule_22_equal_bytes_in_two_assets_are_one_content() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", "a")]), ran("r2", 1, 6, outs=[ds("y@1", "a")]))
    assert seen.links("CONTENT_OF") == {"sha256:a CONTENT_OF x@1", "sha256:a CONTENT_OF y@1"}


@pytest.mark.parametrize("strength", ["SNAPSHOT", "WEAK", "DECLARED"])
def test_rule_22_other_ids_are_kept_and_join_nothing(strength: str) -> None:
    seen = scene(
        ran("r1", 1, 5, outs=[ds("x@1", digest("a", strength))]),
        ran("r2", 1, 6, outs=[ds("y@1", digest("a", strength))]),
    )
    assert seen.links("HAS_CONTENT", "CONTENT_OF", "SAME_BYTES") == set()
    assert [d.strength for d in seen.version("x@1").digests] == [Strength(strength)]
    assert not any(word.startswith("sha256:") for word in seen.nodes)


def test_rule_22_an_unknown_algorithm_joins_nothing() -> None:
    etag = {"algorithm": "etag", "value": "abc", "strength": "CONTENT"}
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", etag)]), ran("r2", 1, 6, outs=[ds("y@1", etag)]))
    assert seen.links("HAS_CONTENT") == set()
    assert [d.algorithm for d in seen.version("x@1").digests] == ["etag"]


def test_rule_22_the_digests_of_empty_input_join_nothing() -> None:
    empty = [{"algorithm": name, "value": value, "strength": "CONTENT"} for name, value in EMPTY.items()]
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", *empty)]), ran("r2", 1, 6, outs=[ds("y@1", *empty)]))
    assert seen.links("HAS_CONTENT", "CONTENT_OF") == set()
    assert len(seen.version("x@1").digests) == 3


def test_rule_22_a_size_of_zero_joins_nothing_and_an_unknown_one_does() -> None:
    assert scene(ran("r1", 1, 5, outs=[ds("x@1", "a", size=0)])).links("HAS_CONTENT") == set()
    assert scene(ran("r1", 1, 5, outs=[ds("x@1", "a", size=1)])).links("HAS_CONTENT") == {"x@1 HAS_CONTENT sha256:a"}
    assert scene(ran("r1", 1, 5, outs=[ds("x@1", "a")])).links("HAS_CONTENT") == {"x@1 HAS_CONTENT sha256:a"}


def test_rule_22_hex_is_lower_case() -> None:
    lower = digest("j")
    upper = lower | {"value": lower["value"].upper()}
    assert lower != upper
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", upper)]), start("r2", 6, [ds("x@1", lower)]))
    assert seen.links("HAS_CONTENT") == {"x@1 HAS_CONTENT sha256:j"}
    assert not seen.version("x@1").conflict


def test_rule_22_two_values_of_one_algorithm_are_a_conflict() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", "a")]), start("r2", 6, [ds("x@1", "b")]))
    assert seen.version("x@1").conflict
    assert seen.links("HAS_CONTENT", "CONTENT_OF") == {"x@1 HAS_CONTENT sha256:a", "x@1 HAS_CONTENT sha256:b"}


def test_rule_22_two_algorithms_or_two_weak_values_are_none() -> None:
    weak = [digest("a", "WEAK"), digest("b", "WEAK")]
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", "a", "md5:b"), ds("y@1", *weak)]))
    assert not seen.version("x@1").conflict
    assert not seen.version("y@1").conflict


MADE = ran("r1", 1, 5, outs=[ds("x@1", "a")])


def test_rule_23_a_version_that_nothing_explains_goes_to_the_origin_of_its_bytes() -> None:
    seen = scene(MADE, start("r2", 7, [ds("y@1", "a")]))
    assert seen.edges("SAME_BYTES") == {"y@1 SAME_BYTES x@1 @7"}


def test_rule_23_a_version_that_a_run_made_inherits_no_foreign_history() -> None:
    """A rerun that gives the same bytes, of the same asset or of another."""
    seen = scene(MADE, ran("r2", 6, 7, outs=[ds("x@2", "a")]), ran("r3", 8, 9, ["z@1"], [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == set()


def test_rule_23_a_copy_is_no_origin() -> None:
    """The copy was made before the version asked about and after the original; the original is the origin."""
    seen = scene(MADE, ran("r2", 6, 7, [ds("x@1", "a")], [ds("copy@1", "a")]), start("r3", 9, [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES x@1"}


def test_rule_23_a_copy_made_later_never_becomes_an_origin() -> None:
    """Nothing explains the download raw@1, not even what was copied from it."""
    seen = scene(start("r2", 6, [ds("raw@1", "a")]), complete("r2", 7, [], [ds("copy@1", "a")]))
    assert seen.links("SAME_BYTES") == set()


def test_rule_23_a_copy_by_derivation_is_no_origin() -> None:
    copied = ran("r2", 0, 0.5, ["x@1", "z@1"], [ds("copy@1", "a")], lineage={"copy": ["x"]})
    seen = scene(MADE, copied, start("r3", 9, [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES x@1"}


def test_rule_23_a_copy_of_a_version_that_holds_the_bytes_under_another_name_is_no_origin() -> None:
    """x@2 itself is said to be empty, so it holds nothing; its other name c@2 does."""
    seen = scene(
        start("r1", 1, ["c@2"]),
        ran("r2", 2, 3, [ds("x@2", "a", size=0, also=["c"])], [ds("copy@1", "a")]),
        start("r3", 9, [ds("y@1", "a")]),
    )
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES c@2"}


def test_rule_23_an_original_born_later_explains_nothing() -> None:
    seen = scene(start("r2", 0, [ds("y@1", "a")]), MADE)
    assert seen.links("SAME_BYTES") == set()


def test_rule_23_without_an_original_the_first_unexplained_holder_is_the_origin() -> None:
    seen = scene(start("r1", 1, [ds("x@1", "a")]), start("r2", 2, [ds("y@1", "a")]), start("r3", 3, [ds("z@1", "a")]))
    assert seen.edges("SAME_BYTES") == {"y@1 SAME_BYTES x@1 @2", "z@1 SAME_BYTES x@1 @3"}


def test_rule_23_an_original_before_some_explains_those_only() -> None:
    seen = scene(
        start("r4", 0, [ds("x@0", "a")]),
        start("r2", 0.5, [ds("y@1", "a")]),
        ran("r1", 1, 5, outs=[ds("x@1", "a")]),
        start("r3", 7, [ds("z@1", "a")]),
    )
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES x@0", "z@1 SAME_BYTES x@1"}


def test_rule_23_a_twin_under_another_name_is_no_origin() -> None:
    seen = scene(start("r1", 1, [ds("a@1", "a")]), start("r2", 2, [ds("b@1", "a")]), said(ds("a", also=["b"]), 9))
    assert seen.links("SAME_BYTES") == set()
    assert len(seen.links("SAME_STATE")) == 2


def test_rule_23_an_explained_twin_explains_the_state() -> None:
    """b@1 is a@1, which a run made: nothing is unexplained, and the state is an original."""
    seen = scene(
        ran("r1", 1, 2, outs=[ds("a@1", "a")]), start("r2", 3, ["b@1"]), said(ds("a", also=["b"]), 9),
        start("r3", 5, [ds("y@1", "a")]), start("r4", 0, [ds("first@1", "a")]),
    )  # fmt: skip
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES a@1"}


def test_rule_23_conflicts_neither_give_nor_receive() -> None:
    gives = scene(MADE, start("r3", 6, [ds("x@1", "b")]), start("r2", 7, [ds("y@1", "a")]))
    assert gives.links("SAME_BYTES") == set()
    receives = scene(MADE, start("r2", 7, [ds("y@1", "a")]), start("r3", 8, [ds("y@1", "b")]))
    assert receives.links("SAME_BYTES") == set()


def test_rule_23_the_evidence_is_the_weaker_of_the_two() -> None:
    seen = scene(ran("r1", 1, 2, outs=["x@1"]), start("r4", 3, [ds("x", "a")]), start("r2", 7, [ds("y@1", "a")]))
    assert seen.edges("SAME_BYTES") == {"y@1 SAME_BYTES x@1 @7 INFERRED"}


def test_rule_23_only_if_every_maker_used_the_bytes_is_it_a_copy() -> None:
    """copy@1 was written twice: once from x, once from other bytes. It is an original, the first by birth."""
    seen = scene(
        ran("r1", 3, 5, outs=[ds("x@1", "a")]),
        ran("r2", 6, 7, [ds("x@1", "a")], [ds("copy@1", "a")]),
        ran("r4", 1, 2, [ds("z@1", "c")], [ds("copy@1", "a")]),
        start("r3", 9, [ds("y@1", "a")]),
    )
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES copy@1"}


def test_rule_23_a_failed_writer_explains_as_well() -> None:
    seen = scene(MADE, start("r2", 6), running("r2", 7, [], [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == set()


def test_rule_23_a_version_with_explicit_lineage_from_nothing_is_an_original() -> None:
    seen = scene(ran("r1", 1, 5, outs=[ds("x@1", "a")], lineage={"x": []}), start("r2", 7, [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES x@1"}


def test_rule_23_an_original_is_born_when_its_maker_starts() -> None:
    """x@1 is of minute 5, but its maker had begun at 1: what was seen of the bytes at 3 came from it."""
    seen = scene(start("r2", 3, [ds("y@1", "a")]), MADE)
    assert seen.edges("SAME_BYTES") == {"y@1 SAME_BYTES x@1 @5"}


def test_rule_23_the_first_original_by_born_and_uid_is_the_origin() -> None:
    late = [*ran("r3", 2, 3, outs=[ds("w@1", "a")]), *ran("r4", 1, 9, outs=[ds("v@1", "a")])]
    seen = scene(MADE, late, start("r2", 20, [ds("y@1", "a")]))
    assert seen.links("SAME_BYTES") == {"y@1 SAME_BYTES v@1"}
