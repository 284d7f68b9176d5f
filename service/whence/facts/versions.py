"""The name of a version, and what is known about it beside its name: `version`, `whence_versionInfo`."""

from __future__ import annotations

import msgspec

from whence.facts.names import reference
from whence.facts.shapes import Facets, Name, NamedDataset, shape
from whence.model.facts import Reference, Said


class _Version(msgspec.Struct, frozen=True):
    datasetVersion: Name | int  # noqa: N815  the name in the event


class _VersionInfo(msgspec.Struct, frozen=True):
    label: str | None = None
    parents: list[NamedDataset] | None = None
    changeNote: str | None = None  # noqa: N815  the name in the event
    append: bool | None = None


_look_version = shape(_Version)
_look_info = shape(_VersionInfo)


def version_name(facets: Facets) -> str | None:
    """The version that the mention names, an integer as its decimal text. Older Spark sends the facet under the key `datasetVersion` (rule 7).

    Source: OpenLineage DatasetVersionDatasetFacet 1-0-1.
    """
    for facet_name in ("version", "datasetVersion"):
        if (facet := facets.get(facet_name)) is not None and (given := _look_version(facet)) is not None:
            return str(given.datasetVersion)
    return None


def version_info(facet: msgspec.Raw) -> Said | None:
    """Source: schema/facets/WhenceVersionInfoDatasetFacet.json."""
    given = _look_info(facet)
    return None if given is None else Said(label=given.label, change_note=given.changeNote)


def parents(facets: Facets) -> tuple[Reference, ...]:
    """The versions that this one followed in its source's record, as sent."""
    info = _info(facets)
    return () if info is None else tuple(dict.fromkeys(reference(each) for each in info.parents or ()))


def appends(facets: Facets) -> bool:
    """Whether our versionInfo says that the write kept what was there (rule 10)."""
    info = _info(facets)
    return info is not None and bool(info.append)


def _info(facets: Facets) -> _VersionInfo | None:
    facet = facets.get("whence_versionInfo")
    return None if facet is None else _look_info(facet)
