"""Times of sources as RFC 3339 in UTC: what an event's `eventTime` is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_milliseconds(milliseconds: int) -> str:
    """Milliseconds since 1970. Raises OverflowError beyond the year 9999.

    >>> from_milliseconds(1_700_000_000_123)
    '2023-11-14T22:13:20.123000Z'
    """
    return text_of(_EPOCH + timedelta(milliseconds=milliseconds))


def from_seconds(seconds: float) -> str:
    """Seconds since 1970, to the microsecond. Raises OverflowError beyond the year 9999."""
    return text_of(_EPOCH + timedelta(seconds=seconds))


def from_text(text: str) -> str:
    """An ISO 8601 time; one without a zone is taken to be UTC. Raises ValueError when it is none."""
    return text_of(parse(text))


def parse(text: str) -> datetime:
    """An ISO 8601 time with its zone; UTC when it has none. Raises ValueError when it is none."""
    time = datetime.fromisoformat(text.strip())
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def text_of(time: datetime) -> str:
    """A time with a zone, in UTC with microseconds and `Z`."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
