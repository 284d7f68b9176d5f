"""What the log holds, asked of a store that got events."""

from __future__ import annotations

import json

import pytest

from whence import facts, queries
from whence.errors import BadRequest, NotFound, TooCostly
from whence.model import instant, uid
from whence.model.kinds import Bucket, Kind, RunState
from whence.store.memory import MemoryStore
from whence.store.port import PROJECTION, Incoming, Refused

DAY = 86_400 * instant.NS
BEGIN = instant.parse("2024-05-06T00:00:00Z")


def dataset(name, **facets):
    return {"namespace": "s3://lake", "name": name, "facets": facets}


def event(number, inputs=(), outputs=()):
    """A COMPLETE event of a run of its own, `number` days after a Monday."""
    run = f"00000000-0000-4000-8000-{number:012d}"
    body = {
        "eventType": "COMPLETE",
        "eventTime": instant.format(BEGIN + number * DAY),
        "producer": "https://example.org/p",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run},
        "job": {"namespace": "jobs", "name": "nightly"},
        "inputs": list(inputs),
        "outputs": list(outputs),
    }
    return json.dumps(body).encode()


@pytest.fixture
def store(ask):
    """Three events: `raw` is read, then as `rare` (another of its names), then nothing of it; two refused ones."""
    alias = {"symlinks": {"identifiers": [{"namespace": "s3://lake", "name": "rare", "type": "TABLE"}]}}
    bodies = [
        event(0, inputs=[dataset("raw", **alias)], outputs=[dataset("clean")]),
        event(1, inputs=[dataset("rare")]),
        event(2, outputs=[dataset("else")]),
    ]
    made = MemoryStore()
    accepted = [Incoming(body, facts.read(body), received_at=number) for number, body in enumerate(bodies)]
    refused = [Refused(b"{", "BAD_REQUEST", "half a document", False, received_at=number) for number in range(2)]
    ask(made.put([*accepted, *refused]))
    return made


def seqs(page):
    return [entry.seq for entry in page.items]


def test_all_events_newest_first_page_by_page(ask, store):
    first = ask(queries.events(store, first=2))
    rest = ask(queries.events(store, first=2, after=first.cursors[-1]))

    assert (seqs(first), seqs(rest)) == ([3, 2], [1])
    assert (first.has_next, rest.has_next) == (True, False)
    assert (first.total, first.total_exact) == (3, True)
    assert first.position.seq == 3


def test_one_event_by_its_position(ask, store):
    assert ask(queries.event(store, 2)).seq == 2
    assert [ask(queries.event(store, seq)) for seq in (-1, 0, 4, 2**63 - 1, 2**63)] == [None] * 5


def test_rule_4_events_of_an_asset_are_those_of_all_its_names(ask, store):
    assert seqs(ask(queries.events(store, "raw"))) == [2, 1]
    first = ask(queries.events(store, "rare", first=1))
    assert seqs(first) == [2]
    assert seqs(ask(queries.events(store, "rare", first=1, after=first.cursors[-1]))) == [1]


def test_events_of_a_run_and_of_a_time(ask, store):
    assert seqs(ask(queries.events(store, "00000000-0000-4000-8000-000000000002"))) == [3]
    assert seqs(ask(queries.events(store, since=BEGIN + DAY, until=BEGIN + 2 * DAY))) == [2]


def test_an_empty_answer_says_why_and_an_unknown_name_is_an_error(ask, store):
    late = ask(queries.events(store, "raw", since=BEGIN + 3 * DAY))

    assert late.items == ()
    assert late.completeness.sentence.startswith("No event in that time speaks of it.")
    with pytest.raises(NotFound):
        ask(queries.events(store, "nothing"))


def test_refused_events_are_listed_and_every_answer_tells_of_them(ask, store):
    page = ask(queries.rejected(store, first=1))

    assert [(entry.reason, entry.body) for entry in page.items] == [("half a document", b"{")]
    assert (page.total, page.has_next) == (2, True)
    assert ask(queries.rejected(store, first=1, after=page.cursors[0])).items[0].id != page.items[0].id
    *_, gap = ask(queries.provenance(store, "clean")).completeness.gaps
    assert (gap.kind.value, gap.count, len(gap.examples)) == ("REJECTED_EVENTS", 2, 2)


@pytest.mark.parametrize("question", [queries.events, queries.rejected])
def test_what_is_no_cursor_is_refused(ask, store, question):
    with pytest.raises(BadRequest):
        ask(question(store, after="x"))


def test_counts_by_day_with_empty_days(ask, store):
    found = ask(queries.stats(store, Bucket.DAY, BEGIN, BEGIN + 4 * DAY))

    assert [stat.events for stat in found] == [1, 1, 1, 0]
    assert found[0].start == BEGIN
    assert found[0].runs_by_state == {RunState.COMPLETE: 1}
    assert found[0].new_by_kind[Kind.RUN] == 1


def test_a_week_begins_on_monday(ask, store):
    found = ask(queries.stats(store, Bucket.WEEK, BEGIN + 2 * DAY, BEGIN + 8 * DAY))

    assert [stat.start for stat in found] == [BEGIN, BEGIN + 7 * DAY]


def test_statistics_over_no_time_or_too_many_buckets_are_refused(ask, store):
    with pytest.raises(BadRequest):
        ask(queries.stats(store, Bucket.DAY, BEGIN, BEGIN))
    with pytest.raises(TooCostly):
        ask(queries.stats(store, Bucket.HOUR, -(2**62), 2**62))


def test_what_is_running(ask, store):
    info = ask(queries.service_info(store, "1.2.3"))

    assert (info.version, info.store, info.projection, info.rejected) == ("1.2.3", "memory:", PROJECTION, 2)
    assert info.position == ask(queries.events(store)).position


def test_what_a_nameless_write_made_is_found_by_the_run_that_made_it(ask, store):
    asset, run = uid.asset("s3://lake", "clean"), uid.run("00000000-0000-4000-8000-000000000000")

    assert ask(queries.resolve_one(store, f"clean@run:{run[4:]}")).uid == uid.stand_in(asset, run)
