"""Run ids sort by time; times are UTC with microseconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import UUID

from whence_emitters.ids import new_run_id, now


def test_run_ids_are_uuids_of_version_7_that_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    first = UUID(new_run_id())
    time.sleep(0.002)
    second = UUID(new_run_id())
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert before <= first.int >> 80 <= time.time_ns() // 1_000_000
    assert first < second


def test_times_are_utc_with_microseconds() -> None:
    text = now()
    assert len(text) == len("2026-01-01T00:00:00.000000Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(text)).total_seconds()) < 5
