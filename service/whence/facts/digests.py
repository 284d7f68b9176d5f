"""`whence_contentDigests`: which bytes, under which algorithms (rule 22, docs/naming.md)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from whence.facts.shapes import Count, Facets, Name, shape
from whence.model.facts import Said
from whence.model.graph import Digest
from whence.model.kinds import Strength

HEX_DIGITS: Final = {
    "sha256": 64,
    "sha512": 128,
    "blake3": 64,
    "dir-sha256": 64,
    "dvc-md5-dir": 32,
    "md5": 32,
    "git-blob": 40,
    "delta-fileset-sha256": 64,
}
"""The algorithms that can join, in order of preference, with the length of their values."""

_PREFERENCE: Final = {algorithm: place for place, algorithm in enumerate(HEX_DIGITS)}
_STRENGTHS: Final = tuple(Strength)
_HEX: Final = re.compile(r"[0-9a-f]+")


class _Digest(msgspec.Struct, frozen=True):
    algorithm: Name
    value: Name
    strength: Strength | None = None


class _ContentDigests(msgspec.Struct, frozen=True):
    digests: list[_Digest]
    bytes: Count | None = None


_look = shape(_ContentDigests)


def digests(facets: Facets) -> tuple[Digest, ...]:
    """Sorted by preference, then algorithm and value; one of each value, with its greatest strength.

    Source: schema/facets/WhenceContentDigestsDatasetFacet.json. No strength means CONTENT. A value of strength CONTENT that can't be one, because
    the algorithm is not defined in docs/naming.md or the value is not hex of its length, is kept as SNAPSHOT and joins nothing.
    """
    facet = facets.get("whence_contentDigests")
    given = None if facet is None else _look(facet)
    if given is None:
        return ()
    kept: dict[tuple[str, str], Digest] = {}
    for digest in map(_normal, given.digests):
        before = kept.get((digest.algorithm, digest.value))
        if before is None or _STRENGTHS.index(digest.strength) < _STRENGTHS.index(before.strength):
            kept[digest.algorithm, digest.value] = digest
    return tuple(sorted(kept.values(), key=_order))


def content_size(facet: msgspec.Raw) -> Said | None:
    """The size in bytes of the state that the digests were computed over; 0 joins nothing."""
    given = _look(facet)
    return None if given is None else Said(bytes=given.bytes)


def _normal(given: _Digest) -> Digest:
    strength = given.strength or Strength.CONTENT
    algorithm, value = given.algorithm.lower(), given.value.lower()
    if algorithm not in HEX_DIGITS:
        return Digest(given.algorithm, given.value, Strength.SNAPSHOT if strength is Strength.CONTENT else strength)
    if len(value) == HEX_DIGITS[algorithm] and _HEX.fullmatch(value):
        return Digest(algorithm, value, strength)
    return Digest(algorithm, given.value, Strength.SNAPSHOT if strength is Strength.CONTENT else strength)


def _order(digest: Digest) -> tuple[int, str, str]:
    return (_PREFERENCE.get(digest.algorithm, len(_PREFERENCE)), digest.algorithm, digest.value)
