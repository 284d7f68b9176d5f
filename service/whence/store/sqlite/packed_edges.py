"""The documents of edges as they were read, unpacked only as far as an answer shows them: a walk that is cut counts many more than it keeps."""

from __future__ import annotations

from collections import deque

from whence.store.documents import EdgeDocument, unpack_edges


class PackedEdges:
    """Documents of the edges that one question has read, each known by its place."""

    def __init__(self) -> None:
        self._packed: deque[tuple[bytes, int]] = deque()
        self._unpacked: list[EdgeDocument] = []
        self._number = 0

    def add(self, docs: bytes, number: int) -> range:
        """The places of so many documents, which lie one behind the other in `docs`."""
        first = self._number
        self._number += number
        self._packed.append((docs, number))
        return range(first, self._number)

    def up_to(self, last: int) -> list[EdgeDocument]:
        """Documents by place, `last` among them."""
        while len(self._unpacked) <= last:
            self._unpacked += unpack_edges(*self._packed.popleft())
        return self._unpacked
