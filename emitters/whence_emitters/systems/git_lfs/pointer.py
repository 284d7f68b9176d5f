"""Pointers of git-lfs: the small text that git holds in place of a file.

Format: git-lfs's docs/spec.md. Like git-lfs itself, a line may end with CR LF, the last one without any, and earlier names of the format
are known. An extension changes the bytes before they are stored, so `oid` and `size` are then those of what is stored, and the file's
own digest is that of the first extension's input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from whence_emitters.importing.facets import Digest

MAX_POINTER_BYTES = 1023
_VERSIONS = frozenset(
    {"https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1", "http://git-media.io/v/2"}
)
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")
_EXTENSION = re.compile(r"ext-([0-9])-[A-Za-z0-9_.-]+")
_SIZE = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Pointer:
    """`oid` and `size` (bytes) of the stored object; `extensions`: the sha256 of what went into each, first applied first."""

    oid: str
    size: int
    extensions: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The name of the version that a path has with this pointer."""
        return f"sha256:{self.oid}"

    def digests(self) -> list[Digest]:
        """Digests of the file that the pointer stands for."""
        if not self.extensions:
            return [Digest("sha256", self.oid)]
        return [Digest("sha256", self.extensions[0]), Digest("git-lfs-oid", self.oid, "SNAPSHOT")]

    def file_size(self) -> int | None:
        """Size of the file in bytes; None when an extension changed it."""
        return None if self.extensions else self.size


def parse_pointer(data: bytes) -> Pointer | None:
    """The pointer that a blob is; None when it is none. Never raises."""
    if len(data) > MAX_POINTER_BYTES or not data.lstrip().startswith(b"version "):
        return None
    try:
        lines = [line for line in data.decode("utf-8").strip().split("\n") if line.strip("\r")]
    except UnicodeDecodeError:
        return None
    pairs = [line.removesuffix("\r").partition(" ") for line in lines]
    keys, values = [key for key, _space, _value in pairs], [value for _key, _space, value in pairs]
    numbers = [match[1] for match in map(_EXTENSION.fullmatch, keys[1:-2]) if match]
    if keys != ["version", *keys[1:-2], "oid", "size"] or len(numbers) != len(keys) - 3 or values[0] not in _VERSIONS:
        return None
    hashes = [_SHA256.fullmatch(value) for value in values[1:-1]]
    if numbers != sorted(set(numbers)) or not all(hashes) or not _SIZE.fullmatch(values[-1]):
        return None
    *extensions, oid = [match[1] for match in hashes if match]
    return Pointer(oid, int(values[-1]), tuple(extensions))
