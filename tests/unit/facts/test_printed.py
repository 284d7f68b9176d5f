"""Lists of dicts as Python prints them: read back whole or not at all, and nothing is evaluated."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.facts.printed import members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
DICTS = st.dictionaries(st.sampled_from(["uri", "extra", "type", "a'b"]), VALUES, max_size=4)


@given(st.lists(DICTS, max_size=4))
def test_what_python_printed_is_read_back(dicts: list[dict[str, object]]) -> None:
    texts = [each["uri"] for each in dicts if isinstance(each.get("uri"), str)]
    assert members(str(dicts), "uri") == tuple(texts)


@given(st.lists(DICTS, min_size=1, max_size=3), st.data())
def test_a_text_that_was_cut_says_nothing(dicts: list[dict[str, object]], data: st.DataObject) -> None:
    text = str(dicts)
    assert members(text[: data.draw(st.integers(1, len(text) - 1))], "uri") == ()


@given(st.text("""[]{}(),:'"\\xuri 0""", max_size=60) | st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(isinstance(each, str) for each in members(text, "uri"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("[]", ()),
        ("[{'uri': 's3://a/b'}, {'uri': \"it's\"}]", ("s3://a/b", "it's")),
        ("[{'uri': 'a', 'extra': {'uri': 'inner'}, 'type': 'asset'}]", ("a",)),
        ("[{'extra': {'at': datetime.datetime(2026, 1, 2, 3, 4)}, 'uri': 'a'}]", ("a",)),
        (r"[{'uri': 'tab\t \xe9 \u20ac \U0001f600 \\'}]", ("tab\t é € 😀 \\",)),
        ("[{'uri': __import__('os')}]", ()),
        ("[{'uri': 1}]", ()),
        ("['uri', 'a']", ()),
        ("{'uri': 'a'}", ()),
        ("[('uri': 'a')]", ()),
        ("[{'uri': 'a'}", ()),
        ("[{'uri': 'a')]", ()),
        (r"[{'uri': '\q'}]", ()),
        (r"[{'uri': '\U00110000'}]", ()),
    ],
)
def test_examples(text: str, found: tuple[str, ...]) -> None:
    assert members(text, "uri") == found


def test_deep_and_long_texts_take_one_pass() -> None:
    start = time.perf_counter()
    assert members("[" * 500_000, "uri") == ()
    assert members("[{'uri': '" + "\\" * 500_001, "uri") == ()
    assert members("[" + "{'uri': 'a'}, " * 50_000 + "]", "uri") == ("a",) * 50_000
    assert time.perf_counter() - start < 5


def test_a_date_beside_is_passed_over() -> None:
    printed = str([{"extra": {"on": datetime.date(2026, 1, 2)}, "uri": "s3://a/b"}])
    assert members(printed, "uri") == ("s3://a/b",)
