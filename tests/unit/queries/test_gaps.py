"""What an answer can't see, kind by kind."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model.answers import Position, RejectedEntry
from whence.model.kinds import EdgeType, Evidence, GapKind, InputRole, RunState
from whence.queries.gaps import gaps
from whence.store.port import LogPage, LogState

QUIET = LogPage(LogState(Position(), 0, 1))


def found(graph, log=QUIET, **words):
    answer = gaps(graph.nodes.values(), graph.edges.values(), log, **words)
    return {gap.kind: (gap.count, gap.examples) for gap in answer}


def test_a_whole_record_has_no_gap(graph):
    graph.run("train", reads={graph.version("clean"): InputRole.TRAIN}, writes=(graph.model("risk"),))

    assert found(graph) == {}


def test_a_read_told_by_two_edges_is_one_inferred_read(graph):
    clean, risk = graph.version("clean"), graph.model("risk")
    run = graph.run("train")
    graph.edge(EdgeType.USED, run, clean, evidence=Evidence.INFERRED)
    graph.edge(EdgeType.DERIVED_FROM, risk, clean, run=run, evidence=Evidence.INFERRED)

    assert found(graph) == {GapKind.INFERRED_READ: (1, (clean,))}


def test_inferred_bytes_and_asserted_reads_are_no_inferred_reads(graph):
    clean = graph.version("clean")
    graph.edge(EdgeType.USED, graph.run("train"), clean, evidence=Evidence.ASSERTED)
    graph.edge(EdgeType.AT_COMMIT, graph.run("other"), graph.commit("c0ffee00"), evidence=Evidence.INFERRED)

    assert found(graph) == {}


def test_an_unknown_state_is_one_gap_not_two(graph):
    unknown = graph.version("clean", "~")
    graph.edge(EdgeType.USED, graph.run("train"), unknown, evidence=Evidence.INFERRED)

    assert found(graph, adjacent=[unknown]) == {GapKind.UNVERSIONED_READ: (1, (unknown,))}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (GapKind.CONFLICT, {"conflict": True}),
        (GapKind.HISTORY_TRUNCATED, {"history_truncated": True}),
        (GapKind.CAPTURE_INCOMPLETE, {"capture_missing": 3}),
    ],
)
def test_what_a_version_says_of_itself(graph, kind, words):
    version = graph.version("clean", **words)

    assert found(graph) == {kind: (1, (version,))}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (GapKind.HISTORY_TRUNCATED, {"history_truncated": True}),
        (GapKind.CAPTURE_INCOMPLETE, {"capture_missing": 1}),
        (GapKind.RUN_NOT_ENDED, {"state": RunState.RUNNING}),
    ],
)
def test_what_a_run_says_of_itself(graph, kind, words):
    run = graph.run("train", **words)

    assert found(graph) == {kind: (1, (run,))}


def test_a_service_is_meant_to_go_on(graph):
    graph.run("serve", service=True, state=RunState.RUNNING)

    assert found(graph) == {}


def test_refused_events_are_counted_and_the_newest_named(graph):
    log = LogPage(LogState(Position(), 12, 1), rejected=(RejectedEntry("12", 0, "NOT_JSON", "", False, b""),))

    assert found(graph, log) == {GapKind.REJECTED_EVENTS: (12, ("12",))}


def test_at_most_five_examples_and_a_sentence_for_each(graph):
    for number in range(1200):
        graph.version("clean", str(number), conflict=True)

    [gap] = gaps(graph.nodes.values(), (), QUIET)

    assert gap.count == 1200
    assert len(gap.examples) == 5
    assert list(gap.examples) == sorted(gap.examples)
    assert gap.sentence.startswith("1,200 versions were reported with different digests")


def test_a_read_of_an_unknown_state_is_told_though_no_walk_reaches_it(ask, graph):
    """Whoever read clean in an unknown state may have read clean@1."""
    clean = graph.version("clean")
    unknown = graph.version("clean", "~")
    graph.run("train", reads={unknown: None})

    answer = ask(queries.impact(graph.store(), clean))

    assert answer.total == 0
    assert [(gap.kind, gap.examples) for gap in answer.subgraph.completeness.gaps] == [
        (GapKind.UNVERSIONED_READ, (unknown,))
    ]
    assert answer.subgraph.completeness.sentence == "Nothing recorded reads it. Complete, with gaps: 1 unknown state."
