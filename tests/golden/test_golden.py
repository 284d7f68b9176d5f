"""PROJECTION is raised with every change of facts or merge that changes the graph of some log: here are logs to tell by."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from whence.store.port import PROJECTION

from . import goldens
from .goldens import Golden, complaint, golden_of, refreshed

TESTS: Final = Path(__file__).parents[1]
REWRITE: Final = os.environ.get("WHENCE_REWRITE_GOLDEN") == "1"
CORPUS: Final = "corpus/"


def own_logs() -> dict[str, list[bytes]]:
    """Our golden events as one log, and each scenario."""
    logs = {"golden events": [path.read_bytes() for path in sorted((TESTS / "unit/facts/golden").glob("*/event.json"))]}
    for path in sorted((TESTS / "scenarios").glob("*/events.ndjson")):
        logs[f"scenario {path.parent.name}"] = path.read_bytes().splitlines()
    return logs


def corpus_logs(corpus: Path) -> dict[str, list[bytes]]:
    """Each folder of the corpus is a log."""
    folders = sorted({path.parent for path in corpus.rglob("*.json")})
    return {
        f"{CORPUS}{folder.relative_to(corpus)}": [path.read_bytes() for path in sorted(folder.glob("*.json"))]
        for folder in folders
    }


def check(logs: dict[str, list[bytes]], gone: Callable[[str], bool]) -> None:
    """Compare, or refresh when that is asked for; `gone` says which of the logs that are kept would be here if they still were."""
    found = {name: golden_of(bodies) for name, bodies in logs.items()}
    kept = goldens.read()
    if REWRITE:
        assert not os.environ.get("CI"), "golden files are never rewritten by CI"
        goldens.write(refreshed(kept, PROJECTION, found, [name for name in kept if gone(name)]))
        kept = goldens.read()
    wrong = complaint(kept, PROJECTION, found)
    assert wrong is None, wrong
    assert not [name for name in kept if gone(name) and name not in found], f"refresh: {goldens.REFRESH}"


def test_graphs_of_our_own_logs_change_with_the_projection_only() -> None:
    check(own_logs(), lambda name: not name.startswith(CORPUS))


@pytest.mark.needs("shared-corpus")
def test_graphs_of_the_corpus_change_with_the_projection_only(capability: Callable[[str], Path]) -> None:
    check(corpus_logs(capability("shared-corpus")), lambda name: name.startswith(CORPUS))


# -- the judgement itself ----------------------------------------------------------------------------------------------

ONE: Final = {
    "a": {"projection": 2, "events": "e", "graph": "g"},
    "b": {"projection": 2, "events": "f", "graph": "h"},
}


def test_the_same_graphs_under_the_same_projection_are_right() -> None:
    assert complaint(ONE, 2, {"a": Golden("e", "g")}) is None


def test_another_graph_of_the_same_events_asks_for_another_projection() -> None:
    wrong = complaint(ONE, 2, {"a": Golden("e", "other"), "b": Golden("f", "h")})
    assert wrong is not None
    assert "raise PROJECTION" in wrong
    assert "before: a." in wrong


@pytest.mark.parametrize(
    ("projection", "found"),
    [
        (3, {"a": Golden("e", "g")}),
        (3, {"a": Golden("e", "other")}),
        (2, {"c": Golden("n", "n")}),
        (2, {"a": Golden("other", "other")}),
    ],
    ids=["another projection", "another projection and graph", "a new log", "other events"],
)
def test_what_is_only_out_of_date_asks_to_be_refreshed(projection: int, found: dict[str, Golden]) -> None:
    wrong = complaint(ONE, projection, found)
    assert wrong is not None
    assert "Refresh" in wrong
    assert "raise" not in wrong


def test_a_refresh_does_not_hide_a_graph_that_changed_under_the_same_projection() -> None:
    with pytest.raises(AssertionError, match="raise PROJECTION"):
        refreshed(ONE, 2, {"a": Golden("e", "other")}, ())
    assert refreshed(ONE, 3, {"a": Golden("e", "other")}, ["b"]) == {
        "a": {"projection": 3, "events": "e", "graph": "other"}
    }


def test_a_golden_digest_sees_one_word_of_one_event() -> None:
    bodies = own_logs()["scenario 08-append"]
    other = [body.replace(b'"COMPLETE"', b'"FAIL"') if b"day_1" in body else body for body in bodies]
    assert golden_of(bodies).graph != golden_of(other).graph
