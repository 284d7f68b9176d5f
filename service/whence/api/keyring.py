"""The keys that a running service accepts: those of its environment, and those of the file as it is at this moment."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from whence.api import keys_file
from whence.api.keys import match
from whence.api.keys_file import KeysUnusableError, Stored

if TYPE_CHECKING:
    from pathlib import Path

    from whence.api.keys import Key

_log = logging.getLogger("whence.access")


class Keyring:
    """Looks at the file's stamp at every request and reads it again only when that changed: a new or revoked key counts from the next request on.

    `closed` is true once there was a key: then nobody is let in without one until the service is started again, even if the file is
    removed. `broken` is true while the file can't be read or trusted: its keys are then unknown, which is not the same as wrong.

    Raises KeysUnusableError for a file that is so from the start.
    """

    def __init__(self, fixed: tuple[Key, ...] = (), path: Path | None = None) -> None:
        self._fixed = fixed
        self._path = path
        self._stored = Stored() if path is None else keys_file.read(path)
        self._keys = fixed + self._stored.keys
        self.broken = False
        self.closed = bool(self._keys)
        self._warn_if_exposed()

    def refresh(self) -> None:
        """Read the file again if it is another than the one that was read."""
        if self._path is None:
            return
        now = keys_file.stamp_of(self._path)
        if now != self._stored.stamp:
            self._read_again(self._path, now)

    def find(self, presented: bytes) -> Key | None:
        """The key that was presented, as far as the file was read."""
        return match(self._keys, presented)

    def _read_again(self, path: Path, now: keys_file.Stamp | None) -> None:
        try:
            self._stored = keys_file.read(path)
            self.broken = False
        except KeysUnusableError as error:
            self._stored = Stored(stamp=now)
            self.broken = True
            _log.error("%s", error.message)
        else:
            _log.info("%s read again", path, extra={"keys": len(self._stored.keys)})
            self._warn_if_exposed()
        self._keys = self._fixed + self._stored.keys
        self.closed = self.closed or self.broken or bool(self._keys)
        if self.closed and not self._keys:
            _log.warning("no key is left: nobody is let in until there is one, or until the service is started again")

    def _warn_if_exposed(self) -> None:
        if self._stored.exposed:
            _log.warning("other users may read %s, which is meant to have mode 0600", self._path)
