"""The spool: durable, ordered, bounded, shared; a crash leaves a whole event or none."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from whence_emitters.errors import SpoolBusyError, SpoolFullError
from whence_emitters.spool import Spool, encode


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", 10_000)


def test_events_keep_their_order_though_the_clock_goes_back(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([5_000, 4_000, 4_000, 9_000])
    monkeypatch.setattr("whence_emitters.spool.time.time_ns", lambda: next(clock))
    for number in range(4):
        spool.put({"n": number})
    assert [json.loads(path.read_bytes())["n"] for path in spool.pending()] == [0, 1, 2, 3]


def test_only_the_owner_can_read_it(spool: Spool) -> None:
    path = spool.put({})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_full_spool_refuses_with_the_remedy_and_keeps_what_it_has(spool: Spool) -> None:
    spool.put({"text": "x" * 9_000})
    with pytest.raises(SpoolFullError, match="whence-emit send") as caught:
        spool.put({"text": "x" * 2_000})
    assert caught.value.code == "SPOOL_FULL"
    assert len(spool.pending()) == 1


@pytest.mark.parametrize("broken", ["write", "fsync", "replace"])
def test_a_write_that_fails_leaves_nothing(spool: Spool, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    spool.put({"n": 0})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if broken == "replace":
            patch.setattr(Path, "replace", fail)
        else:
            patch.setattr(f"whence_emitters.spool.os.{'fsync' if broken == 'fsync' else 'fdopen'}", fail)
        with pytest.raises(OSError, match="No space"):
            spool.put({"n": 1})
    assert [json.loads(path.read_bytes()) for path in spool.pending()] == [{"n": 0}]
    assert len(list(spool.pending()[0].parent.iterdir())) == 1


def test_a_half_written_file_is_no_event_and_goes_away_in_time(spool: Spool) -> None:
    left = spool.put({"n": 0}).parent / ".unfinished-1.json"
    left.write_bytes(b'{"n"')
    assert len(spool.pending()) == 1
    with spool.sending(0):
        assert left.exists(), "another process may be writing it now"
    os.utime(left, (time.time() - 7200,) * 2)
    with spool.sending(0):
        assert not left.exists()


def test_one_process_sends_at_a_time(spool: Spool) -> None:
    with spool.sending(0):
        with pytest.raises(SpoolBusyError) as caught, spool.sending(0.1):
            pass
        assert caught.value.code == "SPOOL_BUSY"
    with spool.sending(0):
        pass


def test_processes_share_it(spool: Spool) -> None:
    script = (
        "import sys, pathlib; from whence_emitters.spool import Spool\n"
        "s = Spool(pathlib.Path(sys.argv[1]), 10**7)\n"
        "for n in range(25): s.put({'who': sys.argv[2], 'n': n})"
    )
    command = [sys.executable, "-c", script, str(spool.folder)]
    writers = [subprocess.Popen([*command, who]) for who in "ab"]
    assert [writer.wait(20) for writer in writers] == [0, 0]
    events = [json.loads(path.read_bytes()) for path in spool.pending()]
    for who in "ab":
        assert [event["n"] for event in events if event["who"] == who] == list(range(25))


def test_a_rejected_event_is_set_aside_with_its_reason(spool: Spool) -> None:
    spool.reject(spool.put({"n": 0}), "HTTP 422 no run")
    assert spool.pending() == []
    (kept,) = spool.rejected()
    assert json.loads(kept.read_bytes()) == {"n": 0}
    assert kept.with_name(f"{kept.stem}.reason.txt").read_text() == "HTTP 422 no run\n"


def test_what_json_has_no_form_for_becomes_text() -> None:
    event = {"nan": float("nan"), "path": Path("/a"), "bad": "\udcff", ("t",): 1, "deep": [{"inf": float("inf")}]}
    assert json.loads(encode(event)) == {"nan": "nan", "path": "/a", "bad": "?", "deep": [{"inf": "inf"}]}


def test_an_event_that_contains_itself_is_an_error() -> None:
    event: dict[str, object] = {}
    event["self"] = event
    with pytest.raises(ValueError, match="nested too deeply"):
        encode(event)


def test_a_writer_that_is_killed_leaves_whole_events_only(spool: Spool) -> None:
    script = (
        "import sys, pathlib, itertools; from whence_emitters.spool import Spool\n"
        "s = Spool(pathlib.Path(sys.argv[1]), 10**9)\n"
        "for n in itertools.count(): s.put({'n': n, 'text': 'x' * 50_000})"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(spool.folder)])
    deadline = time.monotonic() + 20
    while len(spool.pending()) < 5 and time.monotonic() < deadline:
        time.sleep(0.005)
    writer.kill()
    writer.wait(10)
    written = [json.loads(path.read_bytes())["n"] for path in spool.pending()]
    assert len(written) >= 5
    assert written == list(range(len(written)))
