"""An import sends what is new and what changed, and nothing else; what was acknowledged is remembered, whatever happens."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from whence_emitters.errors import DestinationError, ImportBusyError, SourceError
from whence_emitters.importing import import_history
from whence_emitters.importing.cursor import cursor_file, fingerprint, open_cursor
from whence_emitters.importing.destination import Lines


class Kept:
    name = "kept"

    def __init__(self, fails_after: int | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.calls = 0
        self.fails_after = fails_after
        self.refuses: set[str] = set()

    def send(self, events: Any) -> dict[int, str]:
        self.calls += 1
        if self.fails_after is not None and self.calls > self.fails_after:
            raise DestinationError("away")
        self.events += events
        return {place: "bad" for place, event in enumerate(events) if event["run"]["runId"] in self.refuses}


def test_again_sends_nothing_and_a_change_sends_the_change(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n) for n in range(3)]
    kept = Kept()
    first, _ = import_history("toy", "x", destination=kept)
    assert (first.read, first.sent, first.unchanged, first.events) == (3, 3, 0, 6)
    again, _ = import_history("toy", "x", destination=kept)
    assert (again.read, again.sent, again.unchanged) == (3, 0, 3)
    toy.records[1] = make_record(1, note="2")
    toy.records.append(make_record(3))
    changed, _ = import_history("toy", "x", destination=kept)
    assert (changed.sent, changed.unchanged) == (2, 2)
    assert [event["run"]["runId"] for event in kept.events[6::2]] == [
        toy.records[1].events[0]["run"]["runId"],
        toy.records[3].events[0]["run"]["runId"],
    ]


def test_what_has_the_stamp_of_last_time_is_not_even_made(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n, stamp="s") for n in range(3)]
    import_history("toy", "x", destination=Kept())
    toy.made = 0
    toy.records.append(make_record(3, stamp="s"))
    done, _ = import_history("toy", "x", destination=Kept())
    assert toy.made == 1
    assert (done.read, done.sent, done.unchanged) == (4, 1, 3)


def test_a_stamp_that_tells_all_decides_alone(toy: Any, make_record: Any) -> None:
    sent = []
    for stamp in ("a", "a", "b"):
        toy.records = [replace(make_record(1, stamp=stamp), stamp_tells_all=True)]
        sent.append(import_history("toy", "x", destination=Kept())[0].sent)
    assert sent == [1, 0, 1]


def test_each_source_and_each_destination_has_its_own_memory(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(1)]
    elsewhere = Kept()
    elsewhere.name = "elsewhere"
    import_history("toy", "x", destination=Kept())
    assert import_history("toy", "y", destination=Kept())[0].sent == 1
    assert import_history("toy", "x", destination=elsewhere)[0].sent == 1


def test_a_service_that_goes_away_costs_only_what_it_did_not_take(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n) for n in range(250)]
    kept = Kept(fails_after=1)
    with pytest.raises(DestinationError):
        import_history("toy", "x", destination=kept)
    assert len(kept.events) == 200
    after = Kept()
    done, _ = import_history("toy", "x", destination=after)
    assert done.sent == 150
    assert kept.events + after.events == [event for one in toy.records for event in one.events]


def test_a_refused_record_is_named_and_tried_again_next_time(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n) for n in range(3)]
    kept = Kept()
    kept.refuses = {toy.records[1].events[0]["run"]["runId"]}
    done, _ = import_history("toy", "x", destination=kept)
    assert (done.sent, done.refused_records, done.refused) == (2, 1, [("1", "bad")])
    kept.refuses = set()
    assert import_history("toy", "x", destination=kept)[0].sent == 1


def test_limit_goes_on_next_time_and_since_looks_at_the_events_times(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n * 100) for n in range(5)]
    kept = Kept()
    done, _ = import_history("toy", "x", destination=kept, limit=2)
    assert (done.sent, done.limited) == (2, True)
    done, _ = import_history("toy", "x", destination=kept, limit=3)
    assert (done.sent, done.unchanged, done.limited) == (3, 2, False)
    since = datetime.fromtimestamp(301, UTC)
    done, _ = import_history("toy", "y", destination=kept, since=since)
    assert done.sent == 2, "run 300 ends at second 301, run 400 after it"


def test_show_sends_nothing_and_remembers_nothing(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n) for n in range(3)]
    shown, real = Kept(), Kept()
    import_history("toy", "x", destination=real, limit=1)
    for _ in range(2):
        done, _ = import_history("toy", "x", destination=real, show=shown)
        assert (done.sent, done.unchanged) == (2, 1)
    assert len(shown.events) == 8
    assert len(real.events) == 2


def test_again_forgets(toy: Any, make_record: Any) -> None:
    toy.records = [make_record(n, stamp="s") for n in range(3)]
    import_history("toy", "x", destination=Kept())
    assert import_history("toy", "x", destination=Kept(), again=True)[0].sent == 3


def test_two_at_once_are_one_too_many(toy: Any, make_record: Any, tmp_path: Path) -> None:
    toy.records = [make_record(1)]
    with open_cursor(cursor_file("toy", "x", "kept")), pytest.raises(ImportBusyError, match="Another process"):
        import_history("toy", "x", destination=Kept())


def test_a_memory_that_is_no_memory_is_said(toy: Any) -> None:
    path = cursor_file("toy", "x", "kept")
    path.parent.mkdir(parents=True)
    path.write_text("not a database at all, and longer than a header would be, so that it is looked at" * 20)
    with pytest.raises(SourceError, match="remove the file"):
        import_history("toy", "x", destination=Kept())


def test_the_release_that_made_an_event_is_no_change_of_it(make_record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(make_record(1))
    for module in ("facets", "importing.events", "importing.cursor"):
        monkeypatch.setattr(f"whence_emitters.{module}.PRODUCER", "https://w3id.org/whence/emitters/9.9.9")
    newer = make_record(1)
    assert newer.events[0]["producer"].endswith("9.9.9")
    assert fingerprint(newer) == before
    assert fingerprint(make_record(1, note="2")) != before


def test_lines_are_events(toy: Any, make_record: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    toy.records = [make_record(1)]
    import_history("toy", "x", show=Lines(sys.stdout))
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == list(toy.records[0].events)
