"""Where events and graph live: `open_store(url)` and the port that every adapter implements."""

from whence.store.open import open_store
from whence.store.port import Store

__all__ = ["Store", "open_store"]
