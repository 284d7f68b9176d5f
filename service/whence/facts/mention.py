"""One dataset in one event: everything that its facets say of it."""

from __future__ import annotations

from typing import Final

import msgspec

from whence.facts.alias import alias
from whence.facts.asset_type import asset_type
from whence.facts.derivation import derivation
from whence.facts.digests import digests
from whence.facts.event import Dataset, open_dataset, without_nulls
from whence.facts.lifecycle import lifecycle
from whence.facts.lineage import lineage_of_dataset
from whence.facts.names import asset_uid
from whence.facts.part_files import directory_of, location
from whence.facts.roles import input_role, is_asserted, output_role
from whence.facts.shapes import Facets, standing
from whence.facts.subset import subset
from whence.facts.symlinks import same_as
from whence.facts.versions import appends, parents, version_name
from whence.facts.words import DATASET_WORDS, said
from whence.model.facts import Mention, Role, Said

_OF_A_PART: Final = ("inputStatistics", "outputStatistics")


def mention(raw: msgspec.Raw, role: Role, where: str, event_time: int) -> Mention:
    """`raw` is the canonical JSON of the dataset, `where` its place in the event, such as `inputs[3]`, `event_time` in ns UTC.

    Raises UnusableEvent when it is no object with a namespace and a name.
    """
    dataset = open_dataset(raw, where)
    around = bytes(raw)
    kept = _all_facets(dataset, role, around)
    facets = standing(kept, around)
    directory = directory_of(dataset, facets) if role is Role.INPUT else None
    asset = asset_uid(dataset.namespace, directory or dataset.name)
    wrote = output_role(facets) if role is Role.OUTPUT else None
    made_from = derivation(facets)
    part = location(dataset.name) if directory else subset(facets, role)
    adds = appends(facets) or (role is Role.OUTPUT and part is not None)
    moved, moved_to = alias(facets, event_time)
    return Mention(
        role=role,
        asset=asset,
        version=version_name(facets),
        digests=digests(facets),
        input_role=input_role(facets) if role is Role.INPUT else None,
        output_role=wrote,
        subset=part,
        asserted=role is Role.INPUT and is_asserted(facets),
        asset_type=asset_type(dataset.namespace, facets, output_role=wrote, derived=made_from is not None),
        same_as=same_as(facets, asset),
        lifecycle=lifecycle(facets),
        append=adds,
        derivation=made_from,
        parents=parents(facets),
        alias=moved,
        alias_version=moved_to,
        lineage=lineage_of_dataset(facets["lineage"], asset) if role is Role.SUBJECT and "lineage" in facets else None,
        facets=kept,
        said=_said(facets, of_a_part=adds or part is not None),
        text=raw,
    )


def _all_facets(dataset: Dataset, role: Role, around: bytes) -> Facets:
    """Those of the dataset and of this use of it. A name that both have keeps its meaning for the dataset; the other is `input.{name}` or `output.{name}`."""
    facets = without_nulls(dataset.facets, around)
    own = dataset.inputFacets if role is Role.INPUT else dataset.outputFacets if role is Role.OUTPUT else {}
    if own:
        for name, facet in without_nulls(own, around).items():
            facets[f"{role.lower()}.{name}" if name in facets else name] = facet
    return facets


def _said(facets: Facets, *, of_a_part: bool) -> dict[str, Said]:
    """Rows and bytes that were read from or written to a part are not those of the version."""
    words = said(facets, DATASET_WORDS)
    return {name: each for name, each in words.items() if name not in _OF_A_PART} if of_a_part else words
