"""What a writing process keeps at hand between puts: only what is committed, and only while nobody else has written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from whence.model.answers import Position
from whence.store.recent import Recent

if TYPE_CHECKING:
    from whence.merge.records import Record

_RECORDS_KEPT: Final = 8192
_NODES_KEPT: Final = 50_000
_TEXTS_KEPT: Final = 50_000


class Written(NamedTuple):
    """A node as the database has it: its document, and its facets' names."""

    doc: bytes
    facets: bytes | None


class Remembered:
    """Right while the log stands where this process left it. Forgotten whenever a put fails or another process has put."""

    def __init__(self) -> None:
        self._position: Position | None = None
        self.records: Recent[Record] = Recent(_RECORDS_KEPT)
        self.nodes: Recent[Written] = Recent(_NODES_KEPT)
        self.texts: set[str] = set()

    def stands_at(self, position: Position) -> None:
        """The log stands here now: what was remembered at another position is forgotten."""
        if self._position != position:
            self.forget()
        self._position = position

    def left_at(self, position: Position) -> None:
        """This process has committed, and left the log here."""
        self._position = position
        if len(self.texts) > _TEXTS_KEPT:
            self.texts.clear()

    def forget(self) -> None:
        self._position = None
        self.records.clear()
        self.nodes.clear()
        self.texts.clear()
