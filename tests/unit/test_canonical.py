"""canonical: strict parsing of untrusted bytes, RFC 8785 with its own test values, and the fast encoder against the plain one."""

import hashlib
import json
import struct
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import canonical as whence_canonical
from whence.canonical import DEPTH_CEILING, _text, canonical, key, parse
from whence.errors import NotJson, TooLarge, UnusableEvent, WhenceError

# RFC 8785, appendix B: IEEE 754 bits and the text of the number. Integers beyond 2^53 are here doubles, not integer literals.
RFC_8785_NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers() | st.integers(min_value=2**53) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


def canonical_of(body: bytes | str) -> str:
    return canonical(parse(body if isinstance(body, bytes) else body.encode())).decode()


@pytest.mark.parametrize(("bits", "text"), RFC_8785_NUMBERS.items())
def test_numbers_of_rfc_8785_appendix_b(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(value) == text.encode()
    assert canonical([value, {"a": value}]) == f'[{text},{{"a":{text}}}]'.encode()


def test_example_of_rfc_8785_section_3_2_2() -> None:
    body = r"""{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"""
    expected = (
        r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )
    assert canonical_of(body) == expected


def test_keys_sort_as_in_rfc_8785_section_3_2_3() -> None:
    body = r"""{
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }"""
    assert list(json.loads(canonical_of(body)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("1.0", "1"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1E2", "100"),
        ("1e20", "100000000000000000000"),
        ("1e21", "1e+21"),
        ("123456789012345680000.0", "123456789012345680000"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-18446744073709551617", "-18446744073709551617"),
        ("1e-5", "0.00001"),
        ("1e-6", "0.000001"),
        ("1e-7", "1e-7"),
        ("0.1", "0.1"),
        ("1e-999", "0"),
    ],
)
def test_integers_are_exact_and_fractions_are_ecmascripts(given: str, printed: str) -> None:
    assert canonical_of(given) == printed
    assert canonical_of(f"[{given}]") == f"[{printed}]"


@given(values)
@settings(deadline=None)
def test_the_fast_encoder_writes_what_the_plain_one_does(value: Any) -> None:
    assert canonical(value) == _text(value).encode()


@given(values)
@settings(deadline=None)
def test_the_canonical_form_of_a_canonical_form_is_itself(value: Any) -> None:
    once = canonical(value)
    assert canonical(parse(once)) == once


@given(st.dictionaries(texts, values, max_size=6), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_space_and_escapes_don_t_matter(value: dict[str, Any], random: Any) -> None:
    members = list(value.items())
    random.shuffle(members)
    spaced = json.dumps(dict(members), indent=2, ensure_ascii=True)
    assert canonical_of(spaced) == canonical(value).decode()


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_a_number_keeps_its_value(value: float) -> None:
    assert float(canonical(value)) == value
    assert canonical(parse(repr(value).encode())) == canonical(value)


def test_the_key_is_the_sha256_of_the_canonical_form() -> None:
    body = b'{"b": [1.50, "\\u00e9"], "a": null}'
    form = '{"a":null,"b":[1.5,"é"]}'.encode()
    assert canonical(parse(body)) == form
    assert key(form) == hashlib.sha256(form).hexdigest()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"a":1',
        b'{"a":1}{',
        b"[1,]",
        b"{'a':1}",
        b"nul",
        b"NaN",
        b"[NaN]",
        b"[Infinity]",
        b'{"a":-Infinity}',
        b"01",
        b"+1",
        b"\xff",
        b'"\xc3"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b'"\x00"',
        b'"\n"',
        b"{}\x00",
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_is_refused_as_such(body: bytes) -> None:
    with pytest.raises(NotJson) as refused:
        parse(body)
    assert refused.value.status == 400
    assert refused.value.hint


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'[{"x":{"k":1,"j":2,"k":3}}]',
        b"1e999999",
        b'{"a":-1e400}',
        b"9" * 5000,
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b'["\\ude00\\ud83d"]',
    ],
)
def test_json_without_a_canonical_form_is_an_unusable_event(body: bytes) -> None:
    with pytest.raises(UnusableEvent) as refused:
        canonical(parse(body))
    assert refused.value.status == 422


def test_a_key_that_comes_twice_is_named() -> None:
    with pytest.raises(UnusableEvent, match="'runId' comes twice"):
        parse(b'{"run":{"runId":"1","runId":"2"}}')


def test_nul_and_a_whole_surrogate_pair_are_text() -> None:
    assert canonical_of(r'"\u0000\ud83d\ude00"') == '"\\u0000\U0001f600"'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [-float("inf")]])
def test_no_number_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(UnusableEvent):
        canonical(value)


def test_what_is_no_json_value_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        canonical([1e-9, object()])


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_allowed_up_to_the_limit(opening: str, closing: str) -> None:
    nested = lambda depth: f"{opening * depth}1{closing * depth}"  # noqa: E731
    assert canonical_of(nested(200)) == nested(200)
    with pytest.raises(TooLarge, match="more than 200 levels") as refused:
        parse(nested(201).encode())
    assert refused.value.status == 413
    assert "WHENCE_MAX_DEPTH" in refused.value.hint
    assert parse(b"[[1]]", max_depth=2) == [[1]]
    with pytest.raises(TooLarge):
        parse(b"[[[1]]]", max_depth=2)


def test_deep_nesting_never_recurses_whatever_the_setting() -> None:
    for body in (b"[" * 10_000, b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000, b"[" * (DEPTH_CEILING + 1)):
        with pytest.raises(TooLarge):
            parse(body, max_depth=1_000_000)
    deepest = b"[" * DEPTH_CEILING + b"]" * DEPTH_CEILING
    assert canonical(parse(deepest, max_depth=1_000_000)) == deepest


def test_brackets_inside_strings_are_no_nesting() -> None:
    body = json.dumps({"a": "[{" * 500, 'quo"te\\': "[" * 500, "b": ["]" * 3] * 300})
    assert parse(body.encode()) == json.loads(body)


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    assert parse(b"[" + b"[]," * 1000 + b"{}]") == [[]] * 1000 + [{}]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", [b'\\"', b'"\\', b"\\", b'"', b"[\\", b'["'])
def test_a_hostile_body_is_read_once(unit: bytes) -> None:
    """Scanning again from each quote would take minutes."""
    with pytest.raises((NotJson, TooLarge)):
        parse(b"[" * 300 + b'"' + unit * 500_000)


def _outcome(read: Callable[[], bytes]) -> bytes | tuple[str, str]:
    try:
        return read()
    except WhenceError as error:
        return type(error).__name__, error.message


def _reads_alike(body: bytes) -> None:
    in_one_pass = _outcome(lambda: whence_canonical.canonical_of(body))
    assert in_one_pass == _outcome(lambda: canonical(parse(body)))


_PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"b"',
    r'"\u003a"',
    '":"',
    "1",
    "1.0",
    "1e3",
    " ",
    r'"\ud800"',
    "-0",
    "0.1",
]
_PIECES += [
    r'"\""',
    "null",
    "01",
    "1e999",
    "NaN",
    "true",
    "123456789012345678901234567890",
    "1e21",
    "\ufeff",
    "0.00001",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=14))
@settings(max_examples=1500, deadline=None)
def test_the_one_pass_reader_equals_parse_and_canonical_on_any_text(pieces: list[str]) -> None:
    body = "".join(pieces).encode()
    _reads_alike(body)


@given(values, st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=500, deadline=None)
def test_the_one_pass_reader_equals_parse_and_canonical_on_damaged_json(
    value: object, ascii_only: bool, random: Random
) -> None:
    body = bytearray(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))
    _reads_alike(bytes(body))
    for _ in range(3):
        body[random.randrange(len(body))] = random.choice(b'{}[]":,\\u003a0129.eE-+ \x00\xff\naA')
        _reads_alike(bytes(body))


def test_a_repeated_key_is_found_however_its_colons_are_balanced() -> None:
    for body in (b'{"a" :1,"a":2}', rb'{"a":1,"b":"\u003a","a":2}', b'{"a":{"x":1},"a":":"}', rb'{"a":1,"a":"\u003A"}'):
        with pytest.raises(UnusableEvent, match="twice"):
            whence_canonical.canonical_of(body)
