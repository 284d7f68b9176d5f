"""The commit that a run executed: our `whence_codeState`, and the standard `sourceCodeLocation` of its job."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from whence.facts.repository import normal_repository, repository_of_file
from whence.facts.shapes import Name, shape
from whence.model.facts import Said

_SHORT: Final = 512
"""Longer addresses are not remembered: a hostile sender must not fill the memory."""

_remembered = lru_cache(1024)(normal_repository)
_OBJECT_ID: Final = re.compile(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")


class _CodeState(msgspec.Struct, frozen=True):
    repository: Name
    commit: Name
    dirty: bool | None = None


class _Location(msgspec.Struct, frozen=True):
    url: str | None = None
    repoUrl: str | None = None  # noqa: N815  the name in the event
    version: str | None = None


_look_state = shape(_CodeState)
_look_location = shape(_Location)


def code_state(facet: msgspec.Raw) -> Said | None:
    """Source: schema/facets/WhenceCodeStateRunFacet.json."""
    given = _look_state(facet)
    if given is None:
        return None
    said = _commit(given.repository, given.commit)
    return None if said is None else msgspec.structs.replace(said, dirty=given.dirty)


def code_location(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage SourceCodeLocationJobFacet 1-1-0: `repoUrl`, else `url`, which may be that of a file; `version` is the commit."""
    given = _look_location(facet)
    if given is None or not given.version:
        return None
    if given.repoUrl:
        return _commit(given.repoUrl, given.version)
    return _commit(repository_of_file(given.url, given.version), given.version) if given.url else None


def _commit(address: str, sha: str) -> Said | None:
    repository = _remembered(address) if len(address) < _SHORT else normal_repository(address)
    if repository is None:
        return None
    return Said(repository=repository, sha=sha.lower() if _OBJECT_ID.fullmatch(sha) else sha)
