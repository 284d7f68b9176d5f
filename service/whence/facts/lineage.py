"""`lineage`: which inputs each output really came from (rule 20).

Source: OpenLineage LineageFacet 1-0-0 (experimental). Targets and sources are datasets or jobs; those that are jobs are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from whence.facts.names import asset_uid
from whence.facts.shapes import Name, shape
from whence.model.facts import Explicit, Said


class _DatasetSource(msgspec.Struct, frozen=True, tag_field="type", tag="DATASET"):
    namespace: Name
    name: Name


class _JobSource(msgspec.Struct, frozen=True, tag_field="type", tag="JOB"):
    pass


_Source = _DatasetSource | _JobSource


class _Field(msgspec.Struct, frozen=True):
    inputs: list[_Source] | None = None


class _DatasetTarget(msgspec.Struct, frozen=True, tag_field="type", tag="DATASET"):
    namespace: Name
    name: Name
    inputs: list[_Source] | None = None
    fields: dict[str, _Field] | None = None


class _JobTarget(msgspec.Struct, frozen=True, tag_field="type", tag="JOB"):
    pass


class _Entries(msgspec.Struct, frozen=True):
    entries: list[_DatasetTarget | _JobTarget]


class _OfDataset(msgspec.Struct, frozen=True):
    inputs: list[_Source] | None = None
    fields: dict[str, _Field] | None = None


_look_entries = shape(_Entries)
_look_dataset = shape(_OfDataset)


def lineage(facet: msgspec.Raw) -> Said | None:
    """Of a job or a run: one Explicit a target, sorted, its sources sorted; those of all entries for one target are united."""
    given = _look_entries(facet)
    if given is None:
        return None
    sources: dict[str, set[str]] = {}
    for entry in given.entries:
        if isinstance(entry, _DatasetTarget):
            sources.setdefault(asset_uid(entry.namespace, entry.name), set()).update(_sources(entry))
    return Said(lineage=tuple(Explicit(target, tuple(sorted(sources[target]))) for target in sorted(sources)))


def lineage_of_dataset(facet: msgspec.Raw, asset: str) -> tuple[Explicit, ...] | None:
    """Of the dataset of a DatasetEvent: its one target is the dataset itself."""
    given = _look_dataset(facet)
    return None if given is None else (Explicit(asset, tuple(sorted(set(_sources(given))))),)


def _sources(target: _DatasetTarget | _OfDataset) -> Iterator[str]:
    """A source named for one field counts as one of the whole."""
    lists: Iterable[list[_Source] | None] = (target.inputs, *(field.inputs for field in (target.fields or {}).values()))
    for given in lists:
        for source in given or ():
            if isinstance(source, _DatasetSource):
                yield asset_uid(source.namespace, source.name)
