"""Reading part by part, from memory or not, says the same as reading the canonical form of the whole: the facts, or the error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence.canonical import MAX_DEPTH, canonical_of, key
from whence.errors import WhenceError
from whence.facts import by_parts, facts, read
from whence.facts.by_parts import read_by_parts
from whence.model.facts import Facts

GOLDEN = Path(__file__).parent / "golden"
FACETS = '"facets":{"b":{"x":[1,2.50]},"a":{"_producer":"p","z":"\\u00e9"}}'
WHOLE = f"""{{"eventTime":"2026-11-03T08:00:00Z","eventType":"COMPLETE","producer":"p","schemaURL":"s","run":{{"runId":"r",{FACETS}}},
"job":{{"namespace":"n","name":"j",{FACETS}}},"inputs":[{{"namespace":"n","name":"i",{FACETS}}}],"outputs":[{{"name":"o","namespace":"n"}}]}}"""
FLAWS = [
    ('"eventType":"COMPLETE"', '"eventType":null'),
    ('"eventType":"COMPLETE"', '"eventType":"COMPLETE","eventType":"START"'),
    ('"eventType":"COMPLETE"', '"eventType":"\\u003a","eventType":"START"'),
    ('"eventType":"COMPLETE"', '"event\\u0054ype":7'),
    ('"producer":"p"', '"producer":"\\ud800"'),
    ('"producer":"p"', '"producer":"p","other":{"a":1}'),
    ('"producer":"p"', '"producer":["p"]'),
    ('"producer":"p",', ""),
    ('"schemaURL":"s"', '"schemaURL":"https://example.com/#/$defs/DatasetEvent"'),
    ('"schemaURL":"s"', '"schemaURL":"s","dataset":{"namespace":"n","name":"d"}'),
    ('"inputs":[', '"inputs":null,"inputs":['),
    ('"inputs":[', '"inputs":[7,'),
    ('"inputs":[', '"inputs":[{"namespace":"n","name":""},'),
    ('"runId":"r"', '"runId":"r","runId":"r"'),
    ('"runId":"r"', '"runId":7'),
    ('"run":{', '"run":null,"was":{'),
    ('"name":"j"', '"name":"j","note":1e-9'),
    ('"name":"j"', '"name":"j","note":1e999'),
    ('"name":"j"', '"name":"j","\\ud83d\\ude00":1,"\\ufb33":2'),
    *(('"name":"j"', f'"name":"j","note":{"[" * levels}{"]" * levels}') for levels in (197, 198, 199, 210)),
    ('"name":"i"', f'"name":"i","note":[{"{}," * 210}1]'),
    ('"a":{', '"c":null,"a":{"_deleted":true,'),
    ("2.50", "NaN"),
    ("2.50", "123456789012345678901234567890"),
    ("T08:00:00Z", " yesterday"),
    ("]}", "]}}"),
    ("]}", "]"),
    (":", " : "),
    ("p", "\xff"),
]


def outcome(reading: Callable[[], Facts | None]) -> Facts | tuple[str, str] | None:
    try:
        return reading()
    except WhenceError as error:
        return type(error).__name__, error.message


def as_a_whole(body: bytes) -> Facts:
    text = canonical_of(body)
    return facts(text, key(text))


def assert_alike(body: bytes) -> None:
    expected = outcome(lambda: as_a_whole(body))
    for _ in range(2):  # the second time from memory
        assert outcome(lambda: read(body)) == expected
        assert outcome(lambda: read_by_parts(body, MAX_DEPTH)) in (expected, None)


@pytest.mark.parametrize("case", sorted(GOLDEN.iterdir()), ids=lambda case: case.name)
def test_events_as_producers_send_them(case: Path) -> None:
    assert_alike((case / "event.json").read_bytes())


@given(st.lists(st.sampled_from(FLAWS), max_size=3))
@settings(max_examples=300, deadline=None)
def test_events_with_flaws(flaws: list[tuple[str, str]]) -> None:
    body = WHOLE
    for before, after in flaws:
        body = body.replace(before, after, 1)
    assert_alike(body.encode("latin-1") if "\xff" in body else body.encode())


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_events_with_a_byte_changed(data: st.DataObject) -> None:
    body = bytearray(WHOLE.encode())
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.sampled_from(b'{}[]":,\\u003a0129.eE-+ \x00\xff\naA'))
    assert_alike(bytes(body))


def test_the_usual_event_is_read_part_by_part() -> None:
    assert read_by_parts(WHOLE.encode(), MAX_DEPTH) == as_a_whole(WHOLE.encode())


def test_an_alias_moves_when_each_event_says(run_event: Callable[..., Any]) -> None:
    alias = {"whence_alias": {"name": "champion", "action": "SET"}}
    for day in ("03", "04", "03"):
        event = run_event(
            eventTime=f"2026-11-{day}T08:00:00Z", outputs=[{"namespace": "n", "name": "m", "facets": alias}]
        )
        body = json.dumps(event).encode()
        found = read_by_parts(body, MAX_DEPTH)
        assert found == as_a_whole(body)
        assert found is not None
        assert [each.alias.at for each in found.mentions if each.alias] == [found.time]


@pytest.mark.parametrize(("length", "times"), [(by_parts._LONGEST, 1), (by_parts._LONGEST + 1, 2)])
def test_a_part_is_read_once_and_a_long_one_is_not_remembered(length: int, times: int) -> None:
    read_parts: list[bytes] = []
    reading = by_parts._remembered(lambda part: read_parts.append(bytes(part)))
    text = b'"' + b"a" * (length - 2) + b'"'
    for _ in range(2):
        reading(msgspec.Raw(text))
    assert read_parts == [text] * times
