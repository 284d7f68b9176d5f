"""What an importer is: one module that names itself in an `Importer` and yields a source's records, oldest first.

    IMPORTER = Importer(
        system="delta",
        source="the folder of a Delta table",
        example="whence-emit import delta ./tables/loans",
        identify=lambda reading: …,   # the same for one source wherever it is read from
        read=read,                    # Iterator[Record], the source untouched
    )

An importer only reads. It knows nothing of cursors, of sending or of progress, and it decides nothing by the clock of this machine:
times, run ids and names come from the source, so that the same source always makes the same events.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from whence_emitters.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

Event: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source and what it says.

    `key` is its native id: unique in the source, the same at every reading. `events` are in order of time. `stamp` decides whether the
    record can have changed at all since it was imported (a commit's sha, a row's time of change); with it an unchanged record need not
    even be made (`Reading.unchanged`). Without one, the events themselves are compared. They are with one too, unless the importer says that
    another stamp always means other events (`stamp_tells_all`).
    """

    key: str
    events: tuple[Event, ...]
    stamp: str = ""
    stamp_tells_all: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option of one system's own: `--{name} {metavar}`, a flag without a metavar, a list when `many`."""

    name: str
    help: str
    metavar: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Importer:
    """One system. `source` and `example` are for `--help`; `identify` may raise what `read` raises."""

    system: str
    source: str
    example: str
    identify: Callable[[Reading], str]
    read: Callable[[Reading], Iterator[Record]]
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class Reading:
    """What an importer is told, and what it may tell, while it reads one source.

    `options` holds an option's text, True for a flag, or a list for one that may be given often. `known` gives the stamp under which a
    record was imported last, or None.
    """

    location: str
    since: datetime | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    known: Callable[[str], str | None] = lambda _key: None
    missing: dict[tuple[str, str], int] = field(default_factory=dict)
    damaged: list[tuple[str, str]] = field(default_factory=list)
    skipped: int = 0

    def unchanged(self, key: str, stamp: str) -> bool:
        """Whether the record was imported under this very stamp, so that it need not be made again; counts it when it was."""
        if self.known(key) != stamp:
            return False
        self.skipped += 1
        return True

    def cannot_tell(self, what: str, why: str) -> None:
        """Say what this source does not hold, once for the whole import; on the events it also stands as `captureCompleteness`."""
        said = (mask_text(what), mask_text(why))
        self.missing[said] = self.missing.get(said, 0) + 1

    def cannot_read(self, what: str, why: str) -> None:
        """Say that a part of the source is damaged and was left out; the import goes on and ends with exit code 1."""
        self.damaged.append((mask_text(what), mask_text(why)))
