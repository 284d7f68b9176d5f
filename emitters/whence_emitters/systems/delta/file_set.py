"""The set of active files of one version of a Delta table, and its digest, kept up to date from commit to commit.

Source of the actions: the Delta transaction log protocol, "Add File and Remove File", "Deletion Vectors". The digest is
`delta-fileset-sha256` of docs/naming.md.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ALGORITHM = "delta-fileset-sha256"
_BUCKETS = 256


class FileKey(NamedTuple):
    """What makes a logical file: the path, decoded, and the unique id of its deletion vector, empty without one."""

    path: str
    deletion_vector: str = ""


class FileSet:
    """Active files with their sizes in bytes. Memory: one entry and 32 bytes a file."""

    def __init__(self) -> None:
        self._sizes: dict[FileKey, int] = {}
        self._buckets: list[list[bytes]] = [[] for _ in range(_BUCKETS)]
        self._digests: list[bytes] = [hashlib.sha256().digest()] * _BUCKETS
        self._changed: set[int] = set()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._sizes)

    def apply(self, removed: Iterable[FileKey], added: Iterable[tuple[FileKey, int]]) -> int:
        """Take files out, then put files in, as one commit does; the number of files that stayed from before."""
        for key in removed:
            self._remove(key)
        stayed = len(self._sizes)
        for key, size in added:
            stayed -= self._remove(key)
            self._add(key, size)
        return stayed

    def digest(self, table_id: str) -> str | None:
        """`delta-fileset-sha256`, lower-case hex; None of no files."""
        if not self._sizes:
            return None
        for bucket in self._changed:
            self._digests[bucket] = hashlib.sha256(b"".join(self._buckets[bucket])).digest()
        self._changed.clear()
        return hashlib.sha256(_bytes(table_id) + b"\0" + b"".join(self._digests)).hexdigest()

    def _add(self, key: FileKey, size: int) -> None:
        leaf = _leaf(key, size)
        self._sizes[key] = size
        self.bytes += size
        bucket = self._buckets[leaf[0]]
        bucket.insert(bisect_left(bucket, leaf), leaf)
        self._changed.add(leaf[0])

    def _remove(self, key: FileKey) -> bool:
        size = self._sizes.pop(key, None)
        if size is None:
            return False
        self.bytes -= size
        leaf = _leaf(key, size)
        bucket = self._buckets[leaf[0]]
        del bucket[bisect_left(bucket, leaf)]
        self._changed.add(leaf[0])
        return True


def _leaf(key: FileKey, size: int) -> bytes:
    return hashlib.sha256(b"\0".join((_bytes(key.path), b"%d" % size, _bytes(key.deletion_vector)))).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
