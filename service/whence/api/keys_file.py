"""`keys.json`: the keys that `whence keys` made. Written whole or not at all, by one process at a time; read by every service of its user.

It decides who may come in, so it is trusted as OpenSSH trusts authorized_keys: not when another user could have written it. Readable by others
is only worth a warning, because it holds hashes of keys that can't be guessed.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from whence.api.keys import Key
from whence.errors import BadRequest, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LARGEST: Final = 1024 * 1024
_ROOT: Final = 0


class KeysUnusableError(BadRequest):
    """The file of keys is there, but can't be read or trusted. The message names the file and never what is in it."""

    default_hint = "Mend it, or move it away and make new keys: whence keys create NAME --scope read"


class Stamp(NamedTuple):
    """Tells whether a file is still the one that was read: any write, replacement or change of permissions makes another."""

    modified_ns: int
    changed_ns: int
    inode: int
    size: int


class Stored(NamedTuple):
    """What a file of keys held when it had this stamp. `exposed` says that other users may read it."""

    keys: tuple[Key, ...] = ()
    stamp: Stamp | None = None
    exposed: bool = False


class _Document(msgspec.Struct):
    keys: tuple[Key, ...]


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file as it is now, None when it is not there. Costs one call of the system."""
    try:
        return _stamp(os.stat(path))  # noqa: PTH116  asked at every request, and Path.stat takes twice as long
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Stamp(0, 0, 0, 0)  # there, perhaps, and nobody lets us look: reading says why


def read(path: Path) -> Stored:
    """What the file holds; nothing when it is not there. Raises KeysUnusableError."""
    try:
        about, content = _trusted(path)
    except (FileNotFoundError, NotADirectoryError):
        return Stored()
    except OSError as error:
        raise KeysUnusableError(f"The keys in {path} can't be read: {error.strerror}.") from None
    try:
        keys = msgspec.json.decode(content, type=_Document).keys
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise KeysUnusableError(f"{path} is not a list of keys as `whence keys` writes it.") from None
    return Stored(keys, _stamp(about), bool(about.st_mode & (stat.S_IRGRP | stat.S_IROTH)))


def change(path: Path, edit: Callable[[tuple[Key, ...]], tuple[Key, ...]]) -> tuple[Key, ...]:
    """Replace the keys by what `edit` makes of them, while no other process does, and give them; when `edit` raises, the file stays as it is.

    Raises KeysUnusableError, or StoreUnavailable when the file can't be written.
    """
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(real):
            keys = edit(read(real).keys)
            _write(real, keys)
            return keys
    except OSError as error:
        raise StoreUnavailable(
            f"{path} can't be written: {error.strerror}.", hint="Look at the permissions and the space of its folder."
        ) from None


def _stamp(about: os.stat_result) -> Stamp:
    return Stamp(about.st_mtime_ns, about.st_ctime_ns, about.st_ino, about.st_size)


def _trusted(path: Path) -> tuple[os.stat_result, bytes]:
    """What is said of the file and what is in it, of the same file even if it is being replaced."""
    # A pipe in its place would be waited for, if it were not for O_NONBLOCK.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(handle)
        _trust(path, about)
        return about, os.read(handle, _LARGEST)
    finally:
        os.close(handle)


def _trust(path: Path, about: os.stat_result) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise KeysUnusableError(f"{path} is no file.")
    if about.st_uid not in {os.geteuid(), _ROOT}:
        raise KeysUnusableError(f"{path} belongs to another user, who could let anybody in.")
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise KeysUnusableError(
            f"Other users may write to {path} and so let anybody in.",
            hint=f"Look at what it holds, then: chmod 600 {path}",
        )
    if about.st_size >= _LARGEST:
        raise KeysUnusableError(f"{path} is too large to be a list of keys.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock beside the file, as long as one change takes. The system lets go of it when the process ends."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    text = msgspec.json.format(msgspec.json.encode(_Document(keys)), indent=2) + b"\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
