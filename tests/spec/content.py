"""Rule 22: which digests join."""

from __future__ import annotations

from whence.model.graph import Digest

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
OF_EMPTY_INPUT = {
    "sha256": EMPTY_SHA256,
    "dir-sha256": EMPTY_SHA256,
    "sha512": "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "blake3": "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    "dvc-md5-dir": "d751713988987e9331980363e24189ce",
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
    "git-blob": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
}
"""docs/naming.md: the values that join nothing."""

PREFERENCE = [*OF_EMPTY_INPUT, "delta-fileset-sha256"]
"""docs/naming.md: the order of preference. A Delta table without files has no digest."""


def joins(digest: Digest) -> bool:
    """Only strength CONTENT, and not the digests of empty input."""
    return digest.strong and OF_EMPTY_INPUT.get(digest.algorithm) != digest.value


def preferred(digest: Digest) -> tuple[int, str]:
    """The order in which digests name a version (rule 16)."""
    return (PREFERENCE.index(digest.algorithm), digest.value)
