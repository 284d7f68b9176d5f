"""What goes between a service and its writing process comes out as it went in."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from whence import errors
from whence.canonical import DEPTH_CEILING
from whence.errors import StoreUnavailable, WhenceError
from whence.facts import read
from whence.merge.state import Changes
from whence.store.port import Incoming, Receipt, Refused
from whence.store.sqlite import failures, frames, wire
from whence.store.sqlite.pipeline import answer
from whence.testing import graph, run_event

GOLDEN = Path(__file__).parents[1] / "unit" / "facts" / "golden"


def events() -> list[bytes]:
    return [file.read_bytes() for file in sorted(GOLDEN.glob("*/event.json"))]


def test_an_event_keeps_its_facts_and_its_bytes() -> None:
    assert events(), "the golden events are gone: were they renamed?"
    for number, body in enumerate([*events(), run_event(inputs=["raw@1"], outputs=["clean@1"])]):
        sent = Incoming(body, read(body), 2**63 - 1 - number, "ana" if number % 2 else None, str(number))
        assert wire.batch_of(wire.batch_parts([sent])) == [sent]


def test_an_event_as_deep_as_any_that_is_let_in_arrives() -> None:
    levels = DEPTH_CEILING - 4  # those around it: the event, its inputs, one of these, its facets
    event = json.loads(run_event(inputs=["raw@1"]))
    event["inputs"][0].setdefault("facets", {})["deep"] = "@"
    body = json.dumps(event).encode().replace(b'"@"', b"[" * levels + b"]" * levels)
    sent = Incoming(body, read(body, max_depth=DEPTH_CEILING), 1)
    assert wire.batch_of(wire.batch_parts([sent])) == [sent]


def test_a_refused_event_keeps_its_bytes_whatever_they_are() -> None:
    sent = [
        Refused(b"\x00\xff{", "BAD_REQUEST", "half a \u201cdocument\u201d\0", False, 1),
        Refused(b"", "INTERNAL", "", True, 2, "ana", "7"),
    ]
    assert wire.batch_of(wire.batch_parts(sent)) == sent


def test_receipts_and_changes_come_out_as_they_went_in() -> None:
    receipts = [Receipt(1), Receipt(1, duplicate=True), Receipt(0, rejected_id="3")]
    assert wire.receipts_of(wire.receipts_part(receipts)) == receipts
    changes: Changes = graph("r1 USED v1", "v2 GENERATED_BY r1").changes
    assert wire.changes_of(wire.changes_part(changes)) == changes


OURS = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, WhenceError)]


@pytest.mark.parametrize("kind", OURS)
def test_an_error_is_raised_again_as_the_same_class_with_message_and_hint(kind: type[WhenceError]) -> None:
    again = failures.failure_of(failures.failure_part(kind("what \ud800 happened", hint="what to do")))
    assert type(again) is kind
    assert (again.message, again.hint) == ("what \\ud800 happened", "what to do")


def test_an_error_that_others_do_not_know_is_the_nearest_that_they_know() -> None:
    class DiskOnFireError(StoreUnavailable):
        pass

    assert type(failures.failure_of(failures.failure_part(DiskOnFireError("hot")))) is StoreUnavailable


class Broken:
    def migrate(self) -> None:
        raise KeyError("a \ud800 defect")

    apply = put = close = give_up = migrate


def test_a_defect_is_an_answer_that_says_where_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    outcome, part = answer(Broken(), [wire.MIGRATE])  # type: ignore[arg-type]
    error = failures.failure_of(part)
    assert outcome == failures.FAILED
    assert isinstance(error, failures.WriterFailedError)
    assert "KeyError" in str(error)
    assert "in migrate" in error.__notes__[0]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("sizes", [[], [0], [1, 0, 3], [40_000_000, 1], [100] * 50_000])
def test_a_message_of_any_size_arrives_whole_and_the_next_one_after_it(sizes: list[int]) -> None:
    near, far = socket.socketpair()
    parts = [bytes([number % 256]) * size for number, size in enumerate(sizes)]

    def send() -> None:
        frames.send(near, parts)
        frames.send(near, [b"next"])

    with near, far, frames.reader(far) as stream:
        sender = threading.Thread(target=send)
        sender.start()
        assert frames.receive(stream) == parts
        assert frames.receive(stream) == [b"next"]
        sender.join()


@pytest.mark.parametrize("kept", [0, 2, 4, 8, 12, 15])
def test_half_a_message_is_the_end_not_a_message(kept: int) -> None:
    near, far = socket.socketpair()
    with far, frames.reader(far) as stream:
        with near:
            near.sendall((b"\0\0\0\1" + b"\0" * 7 + b"\4" + b"text")[:kept])
        with pytest.raises(EOFError):
            frames.receive(stream)
