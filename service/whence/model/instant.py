"""Instants: UTC in whole nanoseconds since 1970, for comparing; text only at the edges.

Python's datetime stops at microseconds and at the year 9999, and producers send up to nine digits of fraction, so instants are read here.
"""

from __future__ import annotations

import datetime as _dt
import re
from typing import Final

NS: Final = 1_000_000_000
_MIN, _MAX = -(2**63), 2**63 - 1
_EPOCH = _dt.datetime(1970, 1, 1, tzinfo=_dt.UTC)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?(?:\[[^\]]*\])?"
)


def parse(text: str) -> int:
    """Nanoseconds since 1970 UTC of an ISO 8601 / RFC 3339 date and time; no zone means UTC; digits beyond nine are dropped.

    Raises ValueError, with a sentence for a person, when it is no date and time or lies outside int64 nanoseconds (1677 to 2262).
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date and time: {text[:80]!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    leap = second == "60"
    try:
        moment = _dt.datetime(
            int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second or 0), tzinfo=_dt.UTC
        )
    except ValueError as error:
        raise ValueError(f"not a date and time: {text[:80]!r} ({error})") from None
    since = moment - _EPOCH
    seconds = since.days * 86400 + since.seconds + leap - _offset(zone)
    nanoseconds = seconds * NS + int((fraction or "0")[:9].ljust(9, "0"))
    if not _MIN <= nanoseconds <= _MAX:
        raise ValueError(f"a time outside the years 1677 to 2262: {text[:80]!r}")
    return nanoseconds


def _offset(zone: str | None) -> int:
    if not zone or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return -seconds if zone[0] == "-" else seconds


def format(nanoseconds: int) -> str:  # noqa: A001  `instant.format` reads as what it is
    """The instant in UTC, fraction without trailing zeros, `Z`: as in the uid of an attempt."""
    seconds, fraction = divmod(nanoseconds, NS)
    moment = _EPOCH + _dt.timedelta(seconds=seconds)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{digits}Z"
