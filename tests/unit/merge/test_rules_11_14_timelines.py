"""Rules 11 to 14: rows, sightings, and the time of a version. A nameless read shows which row is the highest."""

from __future__ import annotations

import pytest

from .scenes import abort, complete, ds, event, fail, ran, running, said, scene, start


def read(run: str, minute: float, what: str = "raw") -> bytes:
    return start(run, minute, [what])


def test_rule_11_written_three_times_means_three_rows() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]), ran("r2", 3, 4, outs=["raw@2"]), ran("r3", 5, 6, outs=["raw@1"]),
        read("r4", 3), read("r5", 5), read("r6", 7),
    )  # fmt: skip
    assert seen.links("USED") == {"r4 USED raw@1", "r5 USED raw@2", "r6 USED raw@1"}
    assert seen.minute("raw@1") == 2


def test_rule_11_a_row_stands_at_the_end_of_its_attempt() -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw@1"]), ran("r2", 3, 8, outs=["raw@2"]), read("r4", 7), read("r5", 8))
    assert seen.links("USED") == {"r4 USED raw@1", "r5 USED raw@2"}


def test_rule_11_at_equal_times_the_greatest_uid_is_the_highest() -> None:
    seen = scene(ran("r1", 1, 5, outs=["raw@2"]), ran("r2", 1, 5, outs=["raw@1"]), read("r4", 6))
    assert seen.links("USED") == {"r4 USED raw@2"}


def test_rule_11_at_equal_times_a_write_is_above_a_sighting_and_a_sighting_above_a_tombstone() -> None:
    drop = said(ds("raw", change="DROP"), 5)
    seen = scene(ran("r1", 1, 5, outs=["raw@1"]), said("raw@9", 5), drop, read("r4", 6))
    assert seen.links("USED") == {"r4 USED raw@1"}
    seen = scene(said("raw@9", 5), drop, read("r4", 6))
    assert seen.links("USED") == {"r4 USED raw@9"}


@pytest.mark.parametrize(
    "sight", [start("r1", 5, ["raw@7"]), said("raw@7", 5)], ids=["an input that names it", "a DatasetEvent"]
)
def test_rule_12_a_version_that_nobody_wrote_is_sighted(sight: bytes) -> None:
    seen = scene(sight, read("r2", 4), read("r3", 6))
    assert {"r2 USED raw@~", "r3 USED raw@7"} <= seen.links("USED")


def test_rule_12_at_most_one_sighting_at_the_earliest() -> None:
    seen = scene(said("raw@1", 3), said("raw@2", 5), said("raw@1", 7), start("r1", 7, ["raw@1"]), read("r2", 8))
    assert "r2 USED raw@2" in seen.links("USED")


def test_rule_12_an_input_of_its_own_writer_is_no_sighting() -> None:
    seen = scene([start("r1", 1, ["raw@1"]), complete("r1", 9, [], ["raw@1"])], read("r2", 5))
    assert "r2 USED raw@~" in seen.links("USED")


def test_rule_12_its_own_writer_is_told_by_state_not_by_name() -> None:
    seen = scene(
        [start("r1", 1, ["table@1"]), complete("r1", 9, [], ["raw@1"])],
        read("r2", 5),
        said(ds("raw", also=["table"]), 0),
    )
    assert "r2 USED raw@~" in seen.links("USED")


def test_rule_12_what_a_running_attempt_writes_is_sighted() -> None:
    seen = scene(start("r1", 1), running("r1", 5, [], ["raw@1"]), read("r2", 4), read("r3", 6))
    assert seen.links("USED") == {"r2 USED raw@~", "r3 USED raw@1"}
    nameless = scene(start("r1", 1), event("r1", "OTHER", 5, [], ["raw"]), read("r3", 6))
    assert nameless.links("USED") == {"r3 USED raw@run:r1"}


def test_rule_12_start_is_no_sighting() -> None:
    seen = scene(start("r1", 1, [], ["raw@1"]), read("r3", 6))
    assert seen.links("USED") == {"r3 USED raw@~"}


def test_rule_12_a_batch_job_shows_nothing_before_its_end() -> None:
    batch = [start("r1", 1, processing="BATCH"), running("r1", 5, [], ["raw@1"])]
    assert scene(batch, read("r3", 6)).links("USED") == {"r3 USED raw@~"}
    stream = [start("r1", 1, processing="STREAMING"), running("r1", 5, [], ["raw@1"])]
    assert scene(stream, read("r3", 6)).links("USED") == {"r3 USED raw@1"}


@pytest.mark.parametrize("end", [fail("r1", 8), abort("r1", 8)], ids=["FAIL", "ABORT"])
def test_rule_12_what_did_not_end_well_is_no_longer_sighted(end: bytes) -> None:
    seen = scene(start("r1", 1), running("r1", 5, [], ["raw@1"]), end, read("r3", 6))
    assert seen.links("USED") == {"r3 USED raw@~"}


def test_rule_12_a_completed_stream_has_its_row_at_the_end() -> None:
    seen = scene(start("r1", 1), running("r1", 5, [], ["raw@1"]), complete("r1", 8), read("r2", 6), read("r3", 9))
    assert seen.links("USED") == {"r2 USED raw@~", "r3 USED raw@1"}


def test_rule_12_no_sighting_if_a_write_is_at_or_before_it() -> None:
    """Else the sighting of raw@1 at 6 would hide raw@2."""
    writes = [*ran("r1", 1, 2, outs=["raw@1"]), *ran("r2", 3, 4, outs=["raw@2"])]
    seen = scene(writes, start("r3", 6, ["raw@1"]), read("r4", 7))
    assert seen.links("USED") == {"r3 USED raw@1", "r4 USED raw@2"}
    equal = scene(said("raw@1", 2), writes, read("r4", 7))
    assert equal.minute("raw@1") == 2
    assert equal.links("USED") == {"r4 USED raw@2"}


def test_rule_12_a_sighting_before_the_write_stays_beside_it() -> None:
    seen = scene(
        said("raw@1", 3),
        ran("r1", 4, 8, outs=["raw@1"]),
        ran("r2", 5, 6, outs=["raw@2"]),
        read("r3", 4),
        read("r4", 7),
        read("r5", 9),
    )
    assert seen.links("USED") == {"r3 USED raw@1", "r4 USED raw@2", "r5 USED raw@1"}
    assert seen.minute("raw@1") == 3


@pytest.mark.parametrize("kind", ["START", "FAIL", "ABORT"])
def test_rule_13_intent_and_failure_make_no_row(kind: str) -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw@1"]), event("r2", kind, 5, [], ["raw@2"]), read("r4", 7))
    assert seen.links("USED") == {"r4 USED raw@1"}
    assert "raw@2 GENERATED_BY r2" in seen.links("GENERATED_BY")


def test_rule_14_the_time_of_a_version_is_its_earliest_row_else_its_earliest_mention() -> None:
    seen = scene(
        [start("r1", 1, [], ["raw@1"]), complete("r1", 5, [], ["raw@1"])],
        [start("r2", 2, [], ["raw@2"]), fail("r2", 6, [], ["raw@2"])],
        read("r3", 0),
    )
    assert [seen.minute(word) for word in ("raw@1", "raw@2", "raw@~")] == [5, 2, 0]


def test_rule_14_failed_means_that_some_writer_failed_and_none_completed() -> None:
    failed = [start("r1", 1), fail("r1", 5, [], ["raw@1"])]
    aborted = [start("r2", 1), abort("r2", 6, [], ["raw@1"])]
    assert scene(failed).version("raw@1").failed
    assert scene(aborted).version("raw@1").failed
    assert scene(failed, start("r3", 9, ["raw@1"])).version("raw@1").failed
    assert not scene(failed, ran("r3", 7, 8, outs=["raw@1"])).version("raw@1").failed
    assert not scene(ran("r1", 1, 5, outs=["raw@1"])).version("raw@1").failed
    assert not scene(start("r3", 9, ["raw@1"])).version("raw@1").failed


def test_rule_14_the_same_run_id_may_fail_and_then_complete() -> None:
    seen = scene([start("r1", 1), fail("r1", 5, [], ["raw@1"])], ran("r1", 10, 12, outs=["raw@1"]))
    assert not seen.version("raw@1").failed
    assert seen.minute("raw@1") == 12
    assert seen.links("GENERATED_BY") == {"raw@1 GENERATED_BY r1", "raw@1 GENERATED_BY r1@10"}


def test_rule_12_two_sightings_of_one_state_become_one_when_a_symlink_is_heard() -> None:
    seen = scene(said("a@1", 3), said("a@2", 4), said("b@1", 5), start("r1", 6, ["a"]), said(ds("a", also=["b"]), 9))
    assert seen.links("USED") == {"r1 USED a@2"}


def test_rule_12_a_write_under_another_name_takes_a_sighting_away() -> None:
    seen = scene(
        ran("r2", 1, 2, outs=["a@1"]),
        said("a@2", 4),
        said("b@1", 5),
        start("r1", 6, ["a"]),
        said(ds("a", also=["b"]), 9),
    )
    assert seen.links("USED") == {"r1 USED a@2"}


def test_rule_12_a_sighting_at_the_time_of_the_write_is_none() -> None:
    """Else the writer, whose own rows are skipped, would have read what it wrote."""
    seen = scene(start("r1", 1), running("r1", 9, ["raw"]), complete("r1", 9, [], ["raw@1"]), said("raw@1", 9))
    assert seen.links("USED") == {"r1 USED raw@~"}
