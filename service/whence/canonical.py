"""Untrusted bytes to one canonical text, and its key.

The canonical form is RFC 8785 (JSON Canonicalization Scheme), with one difference: an integer beyond 2^53 is printed exactly, because seeds,
sizes and snapshot ids are such integers and must not run into one another.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from decimal import Decimal
from itertools import accumulate
from typing import Final, NoReturn

import msgspec

from whence.errors import NotJson, TooLarge, UnusableEvent

MAX_DEPTH: Final = 200
DEPTH_CEILING: Final = 500
"""No setting goes beyond it: the parser recurses once a level, and Python's stack holds 1,000 calls in all."""

_EXACT: Final = 2**53
_PLAIN_BELOW: Final = 1e21
"""From here on ECMAScript writes a number with an exponent."""


def parse(body: bytes, *, max_depth: int = MAX_DEPTH) -> object:
    """The JSON value of a body: dict, list, str, int, float, bool or None; a float without a fraction below 1e21 is given as an int.

    Raises NotJson (not UTF-8, no JSON text, NaN or Infinity), TooLarge (nested deeper than `max_depth` or than `DEPTH_CEILING`) and UnusableEvent
    (JSON without a canonical form: a key twice in one object, a number beyond a double, an integer of thousands of digits).
    """
    refuse_deep(body, max_depth)
    try:
        return _PARSER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(f"the body is not UTF-8: byte {error.start} can't be read") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"the body is no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    except ValueError:
        raise UnusableEvent("an integer in the event has too many digits to be kept") from None


def canonical(value: object) -> bytes:
    """The canonical text of a JSON value, in UTF-8.

    Raises UnusableEvent for what has none: a lone surrogate, a NaN or infinite float; TooLarge when nested too deeply.
    """
    try:
        if _has_odd_float(value):
            return _text(value).encode("utf-8")
        encoded = _ENCODER.encode(value)
        return _text(value).encode("utf-8") if _keys_may_sort_differently(encoded) else encoded
    except UnicodeEncodeError:
        raise UnusableEvent("a text in the event holds half a surrogate pair, which UTF-8 can't express") from None
    except RecursionError:
        raise _too_deep(DEPTH_CEILING) from None


def canonical_of(body: bytes, *, max_depth: int = MAX_DEPTH) -> bytes:
    """`canonical(parse(body))`, several times as fast for nearly every event; raises what they raise."""
    refuse_deep(body, max_depth)
    encoded = plain_form(body)
    return canonical(parse(body, max_depth=max_depth)) if encoded is None else encoded


def plain_form(text: bytes) -> bytes | None:
    """The canonical form of a JSON text, or of a part of one, where it can be had in one pass; None where only `canonical(parse(text))` will tell."""
    try:
        encoded = _ENCODER.encode(_DECODER.decode(text))
    except (msgspec.MsgspecError, UnicodeError, RecursionError, UnusableEvent, _OddNumberError):
        return None
    return encoded if says_nothing_twice(text, encoded) and not _keys_may_sort_differently(encoded) else None


class _OddNumberError(Exception):
    """A number that serialisers don't all write alike."""


def _plain_number(text: str) -> int | float:
    value = _number(text)
    if isinstance(value, float) and not 1e-3 <= abs(value) < 1e15:
        raise _OddNumberError
    return value


def says_nothing_twice(body: bytes, encoded: bytes) -> bool:
    """Whether no object can have lost a repeated key on its way from `body` to `encoded`.

    A lost member takes at least its own colon along, and nothing adds one but a colon written as an escape.
    """
    return body.count(b":") == encoded.count(b":") and (b"\\" not in body or b"\\u003" not in body)


def key(canonical: bytes) -> str:
    """The key of an event: the hex SHA-256 of its canonical form."""
    return hashlib.sha256(canonical).hexdigest()


# A string, also one that never ends: what matches at every quote is never tried again from the next, so that a hostile body is read once.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS: Final = tuple(1 if byte in b"[{" else -1 for byte in range(256))


def refuse_deep(body: bytes, max_depth: int) -> None:
    """Before anything recurses: raises TooLarge when nested deeper than `max_depth` or than DEPTH_CEILING."""
    max_depth = min(max_depth, DEPTH_CEILING)
    # The count of opening brackets settles it for nearly every event.
    if body.count(b"{") + body.count(b"[") <= max_depth:
        return
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    if max(accumulate(_STEPS[byte] for byte in brackets), default=0) > max_depth:
        raise _too_deep(max_depth)


def _too_deep(max_depth: int) -> TooLarge:
    return TooLarge(
        f"the JSON is nested more than {max_depth} levels deep",
        hint=f"Flatten it, or raise WHENCE_MAX_DEPTH (up to {DEPTH_CEILING}).",
    )


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(members)
    if len(made) != len(members):
        (twice, _), *_ = Counter(name for name, _ in members).most_common(1)
        raise UnusableEvent(f"the key {twice[:80]!r} comes twice in one object")
    return made


def _number(text: str) -> int | float:
    """A number written with a fraction or an exponent, as ECMAScript reads it."""
    value = float(text)
    if value.is_integer() and abs(value) < _PLAIN_BELOW:
        return int(value) if abs(value) <= _EXACT else int(Decimal(repr(value)))
    if math.isinf(value):
        raise UnusableEvent(f"the number {text[:40]} is beyond what a double can hold")
    return value


def _constant(text: str) -> NoReturn:
    raise NotJson(f"the body is no JSON: {text} is no JSON value")


_PARSER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_DECODER: Final = msgspec.json.Decoder(float_hook=_plain_number)
_QUOTE: Final = json.JSONEncoder(ensure_ascii=False).encode


def _has_odd_float(value: object) -> bool:
    """A float that serialisers don't all write alike: whole, small enough or great enough for an exponent, or no number."""
    pending = [value]
    for item in pending:  # grows while it is read
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, float) and (not 1e-3 <= abs(item) < 1e15 or item.is_integer()):
            return True
    return False


def _keys_may_sort_differently(encoded: bytes) -> bool:
    """UTF-16 puts U+10000 and above before U+E000 to U+FFFF, UTF-8 after: it takes both to make a difference."""
    return not encoded.isascii() and bool(re.search(rb"[\xf0-\xf4]", encoded) and re.search(rb"[\xee\xef]", encoded))


def _text(value: object) -> str:
    """RFC 8785 to the letter: the plain encoder that the fast one is tested against."""
    match value:
        case dict():
            members = sorted(value.items(), key=_utf16)
            return "{" + ",".join(f"{_QUOTE(name)}:{_text(member)}" for name, member in members) + "}"
        case list():
            return "[" + ",".join(_text(item) for item in value) + "]"
        case str():
            return _QUOTE(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            return str(value)
        case float():
            return _ecmascript(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")


def _utf16(member: tuple[str, object]) -> bytes:
    return member[0].encode("utf-16-be")


def _ecmascript(value: float) -> str:
    """A number as ECMA-262, Number::toString, writes it (RFC 8785, section 3.2.2.3)."""
    if not math.isfinite(value):
        raise UnusableEvent(f"{value} is no JSON number")
    sign, digit_tuple, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digit_tuple))
    minus = "-" if sign and value else ""
    point = len(digits) + int(
        exponent
    )  # how many digits stand before the decimal point; below 1: how many zeros follow it
    if value == 0:
        return "0"
    if len(digits) <= point <= 21:
        return minus + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{fraction}e{point - 1:+d}"
