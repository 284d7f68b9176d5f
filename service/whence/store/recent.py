"""What was used last, kept at hand."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The values last used, by key. Whoever keeps one knows how long its values are right."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, V] = OrderedDict()

    def get(self, key: str) -> V | None:
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def set(self, key: str, value: V | None) -> None:
        """None: forget it."""
        self._kept.pop(key, None)
        if value is not None:
            self._kept[key] = value
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        self._kept.clear()
