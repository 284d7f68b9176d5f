"""Rules 1 to 3: events of a run, its attempts, its facets."""

from __future__ import annotations

import pytest

from whence.model.kinds import RunState
from whence.testing import run_event
from whence.testing.events import run_id

from .scenes import abort, at, complete, ds, event, fail, minute_of, ran, running, scene, start


def test_rule_1_a_start_after_the_end_opens_a_new_attempt() -> None:
    seen = scene(ran("r1", 1, 5, ["raw@1"], ["clean@1"]), ran("r1", 10, 12, ["raw@2"], ["clean@2"]))
    assert seen.links("RESTART_OF", "USED", "GENERATED_BY") == {
        "r1@10 RESTART_OF r1",
        "r1 USED raw@1",
        "r1@10 USED raw@2",
        "clean@1 GENERATED_BY r1",
        "clean@2 GENERATED_BY r1@10",
    }
    first, second = seen.run("r1"), seen.run("r1@10")
    assert (first.started_at, first.ended_at) == (at(1), at(5))
    assert (second.started_at, second.ended_at) == (at(10), at(12))
    assert second.run_id == first.run_id


def test_rule_1_each_attempt_is_tied_to_the_one_before() -> None:
    seen = scene([start("r1", 1), fail("r1", 2)], [start("r1", 3), abort("r1", 4)], ran("r1", 5, 6))
    assert seen.edges("RESTART_OF") == {"r1@3 RESTART_OF r1 @3", "r1@5 RESTART_OF r1@3 @5"}
    assert [seen.run(word).state for word in ("r1", "r1@3", "r1@5")] == ["FAIL", "ABORT", "COMPLETE"]


@pytest.mark.parametrize(
    "later",
    [start("r1", 5), running("r1", 9), event("r1", "OTHER", 9), fail("r1", 9)],
    ids=["START at the same time", "RUNNING", "OTHER", "FAIL"],
)
def test_rule_1_nothing_else_opens_a_new_attempt(later: bytes) -> None:
    seen = scene(ran("r1", 1, 5), later)
    assert {word for word in seen.nodes if word.startswith("r1")} == {"r1"}
    assert seen.links("RESTART_OF") == set()


def test_rule_1_a_start_without_an_end_before_it_opens_nothing() -> None:
    seen = scene(start("r1", 1), start("r1", 10), complete("r1", 12))
    assert (seen.run("r1").started_at, seen.links("RESTART_OF")) == (at(1), set())


def test_rule_1_at_equal_times_start_comes_before_the_end() -> None:
    seen = scene(start("r1", 1), complete("r1", 5), start("r1", 5), running("r1", 5))
    assert seen.run("r1").state is RunState.COMPLETE
    assert seen.links("RESTART_OF") == set()


def test_rule_1_a_late_end_cuts_one_attempt_into_two() -> None:
    whole = scene(start("r1", 1, ["raw@1"]), start("r1", 10, ["raw@2"]), complete("r1", 12))
    assert whole.links("USED") == {"r1 USED raw@1", "r1 USED raw@2"}
    cut = scene(start("r1", 1, ["raw@1"]), start("r1", 10, ["raw@2"]), complete("r1", 12), fail("r1", 5))
    assert cut.links("USED") == {"r1 USED raw@1", "r1@10 USED raw@2"}


def test_rule_1_the_uid_has_the_instant_in_utc_without_trailing_zeros() -> None:
    again = run_event("r1", "START", "2026-01-01T10:00:00.250+02:00")
    seen = scene(ran("r1", 1, 5), again)
    (restarted,) = (node.uid for word, node in seen.nodes.items() if word.startswith("r1@"))
    assert restarted == f"run/{run_id('r1')}@2026-01-01T08:00:00.25Z"


def test_rule_1_a_uuid_is_lower_cased_and_any_other_id_kept() -> None:
    mine = run_id("r1")
    upper = start("r1", 1).replace(mine.encode(), mine.upper().encode())
    other = start("r2", 1).replace(run_id("r2").encode(), b"Manual__A/1")
    seen = scene(upper, complete("r1", 2), other)
    assert {node.uid for node in seen.nodes.values() if node.uid.startswith("run/")} == {
        f"run/{mine}",
        "run/Manual__A%2F1",
    }


def test_rule_2_an_attempt_starts_at_its_first_event_and_runs_until_it_ends() -> None:
    seen = scene(running("r1", 3, outs=["clean@1"]), start("r1", 4))
    assert (seen.run("r1").started_at, seen.run("r1").state, seen.run("r1").ended_at) == (at(3), "RUNNING", None)
    assert seen.minute("r1") == 3


@pytest.mark.parametrize(
    ("ends", "state", "ended"),
    [
        ([complete("r1", 5), fail("r1", 6)], "FAIL", 6),
        ([fail("r1", 5), complete("r1", 6)], "COMPLETE", 6),
        ([complete("r1", 5), abort("r1", 5)], "ABORT", 5),
        ([fail("r1", 5), abort("r1", 5)], "FAIL", 5),
        ([complete("r1", 5), fail("r1", 5), abort("r1", 5)], "FAIL", 5),
    ],
    ids=["later FAIL", "later COMPLETE", "ABORT > COMPLETE", "FAIL > ABORT", "FAIL > all"],
)
def test_rule_2_the_last_end_counts(ends: list[bytes], state: str, ended: int) -> None:
    seen = scene(start("r1", 1), ends)
    assert (seen.run("r1").state, minute_of(seen.run("r1").ended_at)) == (state, ended)


def test_rule_2_events_after_the_end_add_to_the_same_attempt() -> None:
    seen = scene(ran("r1", 1, 5), event("r1", "OTHER", 7, ["raw@1"], ["clean@1"]))
    assert seen.edges("USED", "GENERATED_BY") == {"r1 USED raw@1 @7", "clean@1 GENERATED_BY r1 @5"}
    assert seen.run("r1").ended_at == at(5)


def test_rule_2_a_child_hangs_on_the_last_attempt_begun_at_or_before_its_start() -> None:
    attempts = [*ran("parent", 1, 5), *ran("parent", 10, 15), *ran("parent", 20, 25)]
    early, equal, between = (
        start("r1", 0, parent="parent"),
        start("r2", 10, parent="parent"),
        start("r3", 19, parent="parent"),
    )
    seen = scene(attempts, early, equal, between)
    assert seen.edges("CHILD_OF") == {
        "r1 CHILD_OF parent @0",
        "r2 CHILD_OF parent@10 @10",
        "r3 CHILD_OF parent@10 @19",
    }
    assert seen.run("r2").parent == seen.nodes["parent@10"].uid


def test_rule_2_root_adds_no_edge_beside_a_parent() -> None:
    job = {"namespace": "jobs", "name": "flow"}
    facet = {
        "run": {"runId": run_id("parent")},
        "job": job,
        "root": {"run": {"runId": run_id("other")}, "job": job},
    }
    seen = scene(start("r1", 1, run_facets={"parent": facet}))
    assert seen.links("CHILD_OF") == {"r1 CHILD_OF parent"}


def test_rule_2_a_run_known_only_from_others_is_unknown_and_timeless() -> None:
    seen = scene(start("r1", 1, parent="parent"))
    parent = seen.run("parent")
    assert (parent.state, parent.started_at, parent.ended_at) == (RunState.UNKNOWN, None, None)
    assert seen.minute("parent") is None
    heard = scene(start("r1", 1, parent="parent"), start("parent", 0))
    assert heard.run("parent").state is RunState.RUNNING


def test_rule_3_the_latest_facet_wins_whole() -> None:
    old = {"whence_seeds": {"seeds": {"numpy": 1, "torch": 2}}, "tags": {"tags": [{"key": "kept"}]}}
    new = {"whence_seeds": {"seeds": {"numpy": 3}}}
    seen = scene(
        start("r1", 1, commit="c1", run_facets=old),
        running("r1", 2, commit="c2", run_facets=new),
        complete("r1", 3),
    )
    assert seen.run("r1").seeds == {"numpy": 3}
    assert seen.nodes["r1"].tags == ("kept",)
    assert seen.links("AT_COMMIT") == {"r1 AT_COMMIT commit:c2"}


def test_rule_3_facets_stay_inside_their_attempt() -> None:
    seen = scene(ran("r1", 1, 5, commit="c1"), ran("r1", 10, 12))
    assert seen.links("AT_COMMIT") == {"r1 AT_COMMIT commit:c1"}


def test_rule_3_inputs_and_outputs_are_united_and_empty_lists_remove_nothing() -> None:
    seen = scene(
        start("r1", 1, ["raw@1"]), running("r1", 2, ["extra@1"], ["log@1"]), complete("r1", 3, [], ["clean@1"])
    )
    assert seen.links("USED", "GENERATED_BY") == {
        "r1 USED raw@1",
        "r1 USED extra@1",
        "log@1 GENERATED_BY r1",
        "clean@1 GENERATED_BY r1",
    }


def test_rule_3_between_two_mentions_of_one_event_the_text_decides() -> None:
    """Later compares time, event hash, then the canonical bytes of the mention, whichever side of the event it stands on."""
    one, other = ds("raw@1", "md5:y"), ds("raw@1", "sha256:x")
    shown = [
        scene(complete("r1", 1, [a], [b])).facet("raw@1", "whence_contentDigests")
        for a, b in ((one, other), (other, one))
    ]
    assert shown[0] == shown[1]
