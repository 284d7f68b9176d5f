"""Bytes that stand beside DVC's records: files in git at a commit, files of the work tree, objects of the local cache.

Only small ones are read. Formats: `files/md5/xx/…` since DVC 3, `xx/…` before, directories as a manifest with the suffix `.dir`.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from whence_emitters.errors import DamagedError
from whence_emitters.importing.contract import Reading
from whence_emitters.importing.files import inside, read_bytes
from whence_emitters.systems.dvc.documents import directory_manifest
from whence_emitters.systems.repository import Blob, Repository

MAX_PROVED_BYTES = 16 * 1024 * 1024
_NEAR_BYTES = 256 * 1024
_REMEMBERED = 4096
_HEX_OF_PREFIX = 2


class Contents:
    """Looks for bytes; `folder` is the work tree (None for a bare repository), `caches` the folders of DVC's caches."""

    def __init__(
        self, reading: Reading, repository: Repository | None, folder: Path | None, caches: Sequence[Path] = ()
    ) -> None:
        self._reading = reading
        self._repository = repository
        self._folder = folder
        self._caches = tuple(cache for cache in caches if cache.is_dir())
        self._near: dict[str, Blob] = {}
        self._equals = lru_cache(maxsize=_REMEMBERED)(self._has_md5)
        self.files_below = lru_cache(maxsize=_REMEMBERED)(self._files_below)

    def fetch(self, names: Iterable[str]) -> None:
        """Read objects of git ahead, by id or `{commit}:{path}`, many at once, and let go of those before."""
        asked = list(dict.fromkeys(names))
        self._near = (
            dict(zip(asked, self._repository.blobs(asked, _NEAR_BYTES), strict=True)) if self._repository else {}
        )

    def blob(self, name: str, limit: int) -> Blob:
        """An object of git, by id or `{commit}:{path}`."""
        assert self._repository is not None
        near = self._near.get(name)
        return near if near and (near.data is not None or near.size is None) else self._repository.blob(name, limit)

    def file(self, commit: str | None, path: str, limit: int) -> bytes | None:
        """A file at a commit, or without one in the work tree; None when there is none or it is larger than `limit` bytes."""
        if path.startswith(("/", "../")) or "\n" in path:
            return None
        if commit is not None:
            return self.blob(f"{commit}:{path}", limit).data if self._repository else None
        return None if self._folder is None else _read(self._folder, path, limit)

    def with_md5(self, md5: str, commit: str | None, path: str, limit: int) -> bytes | None:
        """The bytes that have an MD5, from git, the work tree or the cache; None when none has it, or it is too large."""
        for data in (self.file(commit, path, limit), self._cached(md5, limit)):
            if data is not None and hashlib.md5(data, usedforsecurity=False).hexdigest() == md5:
                return data
        return None

    def proves(self, md5: str, commit: str | None, path: str) -> bool:
        """Whether bytes are at hand whose MD5 this is: a hash of DVC 2 is that of a text with other line ends, maybe."""
        return self._equals(md5, commit, path)

    def _has_md5(self, md5: str, commit: str | None, path: str) -> bool:
        return self.with_md5(md5, commit, path, MAX_PROVED_BYTES) is not None

    def _files_below(self, md5: str) -> int | None:
        document = self._cached(f"{md5}.dir", MAX_PROVED_BYTES)
        if document is None:
            return None
        try:
            return directory_manifest(document, md5)
        except DamagedError as error:
            self._reading.cannot_read(f"manifest {md5}.dir of the cache", error.message)
            return None

    def _cached(self, name: str, limit: int) -> bytes | None:
        relative = posixpath.join(name[:_HEX_OF_PREFIX], name[_HEX_OF_PREFIX:])
        for cache in self._caches:
            for path in (f"files/md5/{relative}", relative):
                data = _read(cache, path, limit)
                if data is not None:
                    return data
        return None


def _read(folder: Path, relative: str, limit: int) -> bytes | None:
    if not os.path.lexists(f"{folder}/{relative}"):  # what is not there is asked for often, and found out cheaply
        return None
    try:
        return read_bytes(inside(folder, relative), limit)
    except DamagedError:
        return None
