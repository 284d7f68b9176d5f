"""What must hold for the log: positions, repeats, refusals, atomicity, pages, counts."""

from __future__ import annotations

import hashlib

import msgspec

from whence.errors import BadRequest, TooCostly
from whence.model import uid
from whence.model.answers import LogFilter, NodeFilter, Position
from whence.model.instant import parse
from whence.model.kinds import Bucket, Kind, RunState
from whence.store.port import PROJECTION, Buckets, Refused, Store
from whence.testing.events import incoming, run_event, run_id
from whence.testing.harness import StoreSuite, on_a_store, put, raises


def at(hour: int, minute: int = 0) -> str:
    return f"2024-05-01T{hour:02d}:{minute:02d}:00Z"


REFUSED = Refused(b"\xff not json", "BAD_REQUEST", "not JSON", False, 7, "ci")


class LogTests(StoreSuite):
    @on_a_store
    async def test_the_position_of_an_empty_log_is_zero(self, store: Store) -> None:
        page = await store.events(LogFilter())
        assert page.state.position == Position(0, "0" * 64)
        assert (page.entries, page.total, page.has_next, page.state.rejected) == ((), 0, False, 0)
        assert page.state.projection == PROJECTION

    @on_a_store
    async def test_positions_are_dense_and_the_head_hash_chains_the_keys(self, store: Store) -> None:
        bodies = [run_event(time=at(hour)) for hour in range(4)]
        receipts = await put(store, *bodies[:3]) + await put(store, bodies[3])
        assert [receipt.seq for receipt in receipts] == [1, 2, 3, 4]
        head = "0" * 64
        for body in bodies:
            head = hashlib.sha256((head + incoming(body).facts.key).encode()).hexdigest()
        assert (await store.events(LogFilter())).state.position == Position(4, head)

    @on_a_store
    async def test_a_repeat_is_answered_with_the_first_seq_and_changes_nothing(self, store: Store) -> None:
        first, second = run_event(time=at(1)), run_event(time=at(2))
        same_otherwise_written = msgspec.json.format(first, indent=2)
        receipts = await put(store, first, same_otherwise_written, second)
        assert [(each.seq, each.duplicate) for each in receipts] == [(1, False), (1, True), (2, False)]
        before = await store.events(LogFilter())
        again = await put(store, second, first)
        assert [(each.seq, each.duplicate) for each in again] == [(2, True), (1, True)]
        assert await store.events(LogFilter()) == before
        assert before.entries[1].body == first, "the first bytes received are kept"

    @on_a_store
    async def test_an_empty_batch_is_nothing(self, store: Store) -> None:
        assert await store.put([]) == []

    @on_a_store
    async def test_an_entry_tells_what_the_event_said(self, store: Store) -> None:
        body = run_event("r", "START", "2024-05-01T12:00:00.5+02:00", job="clean")
        await store.put([incoming(body, received_at=42, sender="ci")])
        (entry,) = (await store.events(LogFilter())).entries
        assert (entry.seq, entry.key) == (1, incoming(body).facts.key)
        assert (entry.time, entry.event_time) == (parse("2024-05-01T10:00:00.5Z"), "2024-05-01T12:00:00.5+02:00")
        assert (entry.received_at, entry.sender, entry.body) == (42, "ci", body)
        assert (entry.run, entry.job) == (uid.run(run_id("r")), uid.job("jobs", "clean"))
        assert entry.event_type == "START"

    @on_a_store
    async def test_refused_events_are_kept_apart_without_a_position(self, store: Store) -> None:
        other = Refused(b"{}", "UNUSABLE", "no eventTime", True, 9)
        receipts = await store.put([REFUSED, incoming(run_event()), other])
        assert [(each.seq, each.rejected_id) for each in receipts] == [(0, "1"), (1, None), (0, "2")]
        page = await store.events(LogFilter(), rejected=True)
        assert page.state.position.seq == 1
        assert (page.state.rejected, page.total, page.entries) == (2, 2, ())
        newest, oldest = page.rejected
        assert (oldest.id, oldest.body, oldest.code, oldest.reason) == (
            "1",
            b"\xff not json",
            "BAD_REQUEST",
            "not JSON",
        )
        assert (oldest.retriable, oldest.received_at, oldest.sender) == (False, 7, "ci")
        assert (newest.id, newest.retriable, newest.sender) == ("2", True, None)

    @on_a_store
    async def test_refused_events_are_found_by_id_and_paged(self, store: Store) -> None:
        await store.put([REFUSED] * 5)
        chosen = await store.events(LogFilter(), rejected_ids=["2", "5", "9", "x", "02"])
        assert [each.id for each in chosen.rejected] == ["5", "2"]
        first = await store.events(LogFilter(bodies=False), rejected=True, first=3)
        rest = await store.events(LogFilter(), rejected=True, first=3, after=first.rejected[-1].id)
        assert [each.id for each in first.rejected + rest.rejected] == ["5", "4", "3", "2", "1"]
        assert (first.has_next, rest.has_next, first.rejected[0].body) == (True, False, b"")

    @on_a_store
    async def test_a_refused_event_that_is_accepted_counts_as_refused_no_more(self, store: Store) -> None:
        await store.put([REFUSED] * 4)
        body = run_event()
        receipts = await store.put([incoming(body, replay_of="2"), incoming(body, replay_of="4")])
        assert [(each.seq, each.duplicate) for each in receipts] == [(1, False), (1, True)], "a repeat marks it too"
        page = await store.events(LogFilter(), rejected=True, first=1)
        assert ([each.id for each in page.rejected], page.has_next) == (["3"], True)
        assert (page.state.rejected, page.total, page.became) == (2, 2, {})
        asked = await store.events(LogFilter(), rejected_ids=["1", "2"])
        assert [(each.id, each.body) for each in asked.rejected] == [("2", REFUSED.body), ("1", REFUSED.body)]
        assert asked.became == {"2": 1}
        await store.put([incoming(run_event(time=at(3)), replay_of="2")])
        assert (await store.events(LogFilter(), rejected_ids=["2"])).became == {"2": 1}, "the first mark stays"
        assert (await store.put([REFUSED]))[0].rejected_id == "5", "an id is never given twice"
        assert [each.id for each in (await store.events(LogFilter(ascending=True), rejected=True)).rejected] == ["1", "3", "5"]  # fmt: skip

    @on_a_store
    async def test_a_replay_that_fails_again_changes_only_reason_and_time(self, store: Store) -> None:
        await store.put([REFUSED, REFUSED])
        again = Refused(b"others", "TOO_LARGE", "too deep", True, 99, "me", replay_of="1")
        assert [(each.seq, each.rejected_id) for each in await store.put([again])] == [(0, "1")]
        page = await store.events(LogFilter(ascending=True), rejected=True)
        assert (page.total, page.state.rejected) == (2, 2)
        first, second = page.rejected
        assert (first.code, first.reason, first.retriable, first.received_at) == ("TOO_LARGE", "too deep", True, 99)
        assert (first.body, first.sender) == (REFUSED.body, REFUSED.sender)
        assert (second.reason, second.received_at) == (REFUSED.reason, REFUSED.received_at)

    @on_a_store
    async def test_a_replay_of_nothing_is_an_event_like_any_other(self, store: Store) -> None:
        await store.put([REFUSED])
        ids = ["7", "0", "01", "x", "-1", "9" * 30]
        await store.put([incoming(run_event(time=at(number)), replay_of=each) for number, each in enumerate(ids)])
        await store.put([msgspec.structs.replace(REFUSED, reason="other", replay_of=each) for each in ids])
        page = await store.events(LogFilter(), rejected=True)
        assert ([each.reason for each in page.rejected], page.state.position.seq) == (["not JSON"], len(ids))

    @on_a_store
    async def test_a_batch_that_fails_leaves_no_trace(self, store: Store) -> None:
        await put(store, run_event("r1", inputs=["raw@1"], outputs=["clean@1"]))
        good = incoming(run_event("r2", time=at(13), inputs=["clean@1"], outputs=["model@1"]))
        await store.put([REFUSED])
        before = (await store.events(LogFilter()), await store.find(NodeFilter()))
        marking = msgspec.structs.replace(good, replay_of="1")
        broken = msgspec.structs.replace(good, facts=msgspec.structs.replace(good.facts, key="f" * 64, time="never"))
        await raises(Exception, store.put([REFUSED, marking, broken]))
        assert (await store.events(LogFilter()), await store.find(NodeFilter())) == before
        assert [each.seq for each in await store.put([good])] == [2], "and the store still works"
        assert (await store.find(NodeFilter(name="model", kinds=(Kind.DATASET,)))).total == 1

    @on_a_store
    async def test_pages_of_the_log_lose_and_repeat_nothing(self, store: Store) -> None:
        await put(store, *(run_event(time=at(hour)) for hour in range(7)))
        for ascending, expected in ((False, [7, 6, 5, 4, 3, 2, 1]), (True, [1, 2, 3, 4, 5, 6, 7])):
            wanted = LogFilter(ascending=ascending)
            seen: list[int] = []
            after = None
            while True:
                page = await store.events(wanted, first=3, after=after)
                seen += [entry.seq for entry in page.entries]
                assert (page.total, page.total_exact) == (7, True)
                if not page.has_next:
                    break
                after = str(page.entries[-1].seq)
            assert seen == expected
        await raises(BadRequest, store.events(LogFilter(), after="seven"))

    @on_a_store
    async def test_every_filter_of_the_log_narrows_it(self, store: Store) -> None:
        await put(
            store,
            run_event("r1", "START", at(1), inputs=["raw@1"]),
            run_event("r2", "START", at(2), inputs=["other@1"]),
            run_event("r1", "COMPLETE", at(3), outputs=["clean@1"]),
            run_event("r3", "COMPLETE", at(3), inputs=["raw@1"]),
        )

        async def seqs(wanted: LogFilter) -> list[int]:
            return [entry.seq for entry in (await store.events(wanted)).entries]

        assert await seqs(LogFilter(after_seq=2)) == [4, 3]
        assert await seqs(LogFilter(seqs=(1, 4, 99))) == [4, 1]
        assert await seqs(LogFilter(run_id=run_id("r1"))) == [3, 1]
        assert await seqs(LogFilter(since=parse(at(2)), until=parse(at(3)))) == [2]
        assert await seqs(LogFilter(since=parse(at(2)))) == [4, 3, 2]
        assert await seqs(LogFilter(until=parse(at(2)))) == [1]
        assert await seqs(LogFilter(touching=uid.version("file", "raw", "1"))) == [4, 1]
        assert await seqs(LogFilter(touching=uid.run(run_id("r1")))) == [3, 1]
        assert await seqs(LogFilter(touching=uid.version("file", "raw", "1"), since=parse(at(2)))) == [4]
        assert await seqs(LogFilter(touching="version/file/raw/none")) == []
        bare = (await store.events(LogFilter(bodies=False))).entries
        assert {entry.body for entry in bare} == {b""}

    @on_a_store
    async def test_counts_by_bucket_begin_at_the_boundary(self, store: Store) -> None:
        await put(
            store,
            run_event("r1", "COMPLETE", at(10, 5)),
            run_event("r2", "FAIL", at(10, 59)),
            run_event("r3", "START", at(12, 0)),
            run_event("r4", "START", at(13, 0)),
        )
        hours = await store.events(LogFilter(), buckets=Buckets(Bucket.HOUR, parse(at(10, 5)), parse(at(13))))
        assert [stat.start for stat in hours.stats] == [parse(at(hour)) for hour in (10, 11, 12)]
        assert [stat.events for stat in hours.stats] == [2, 0, 1]
        assert hours.stats[0].runs_by_state == {RunState.COMPLETE: 1, RunState.FAIL: 1}
        assert hours.stats[2].runs_by_state == {RunState.RUNNING: 1}
        assert hours.stats[0].new_by_kind == {Kind.RUN: 2, Kind.JOB: 1}
        assert hours.stats[1].new_by_kind == {}
        events = await store.events(
            LogFilter(), buckets=Buckets(Bucket.HOUR, parse(at(10, 5)), parse(at(13)), nodes=False)
        )
        assert [each.events for each in events.stats] == [each.events for each in hours.stats]
        assert not any(each.new_by_kind or each.runs_by_state for each in events.stats)
        late = await store.events(LogFilter(), buckets=Buckets(Bucket.HOUR, parse(at(10, 6)), parse(at(10, 59))))
        assert [stat.events for stat in late.stats] == [0], "counted are only events in [since, until)"
        weeks = await store.events(LogFilter(), buckets=Buckets(Bucket.WEEK, parse(at(10)), parse(at(14))))
        assert [(stat.start, stat.events) for stat in weeks.stats] == [(parse("2024-04-29T00:00:00Z"), 4)]

    @on_a_store
    async def test_too_many_buckets_are_refused(self, store: Store) -> None:
        await raises(TooCostly, store.events(LogFilter(), buckets=Buckets(Bucket.HOUR, 0, parse(at(1)))))
