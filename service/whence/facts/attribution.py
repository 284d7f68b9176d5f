"""Who owns a thing, how it is tagged and described: `ownership`, `tags`, `documentation`."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import Name, shape
from whence.model.facts import Said


class _Owner(msgspec.Struct, frozen=True):
    name: Name


class _Ownership(msgspec.Struct, frozen=True):
    owners: list[_Owner] | None = None


class _Tag(msgspec.Struct, frozen=True):
    key: Name
    value: str | None = None
    field: str | None = None


class _Tags(msgspec.Struct, frozen=True):
    tags: list[_Tag] | None = None


class _Documentation(msgspec.Struct, frozen=True):
    description: str


_look_ownership = shape(_Ownership)
_look_tags = shape(_Tags)
_look_documentation = shape(_Documentation)


def ownership(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage OwnershipJobFacet and OwnershipDatasetFacet 1-0-1."""
    given = _look_ownership(facet)
    return None if given is None else Said(owners=tuple(sorted({owner.name for owner in given.owners or ()})))


def tags(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage TagsRunFacet, TagsJobFacet and TagsDatasetFacet 1-0-0. A tag of a field is none of the dataset."""
    given = _look_tags(facet)
    return (
        None if given is None else Said(tags=tuple(sorted({_label(tag) for tag in given.tags or () if not tag.field})))
    )


def documentation(facet: msgspec.Raw) -> Said | None:
    """Source: OpenLineage DocumentationJobFacet and DocumentationDatasetFacet 1-1-0."""
    given = _look_documentation(facet)
    return None if given is None else Said(description=given.description)


def _label(tag: _Tag) -> str:
    """`key:value`. Where a source has plain labels, producers repeat the key as its value, or send "true": those are `key`."""
    return tag.key if tag.value in (None, "", "true", tag.key) else f"{tag.key}:{tag.value}"
