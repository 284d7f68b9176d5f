"""Values of options that several systems have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError
from whence_emitters.importing.times import from_text

if TYPE_CHECKING:
    from whence_emitters.importing.contract import Reading


def time_option(reading: Reading, name: str) -> str | None:
    """A time that a person gave, RFC 3339 in UTC; None when none was given. Raises `UsageError` when it is no time."""
    given = reading.options.get(name)
    try:
        return from_text(given) if given else None
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{given!r} is no time.", "write it as 2026-11-02T08:30:00Z") from error
