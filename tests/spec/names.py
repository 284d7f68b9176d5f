"""Rules 4 to 6: all names of one thing are one group; its type is the greatest that anything says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spec.runs import Event
from whence.model import uid
from whence.model.kinds import AssetType

State = tuple[frozenset[str], str]
"""Rule 5: versions of one group with the same name are one state; the name is as it stands in the uid."""


@dataclass(frozen=True)
class Names:
    """`links` are the SAME_AS pairs, least uid first; `groups` the group of each asset that has other names; `types` what was said of each asset."""

    links: frozenset[tuple[str, str]]
    groups: dict[str, frozenset[str]]
    types: dict[str, AssetType]

    def group(self, asset: str) -> frozenset[str]:
        return self.groups.get(asset, frozenset({asset}))

    def of_version(self, version: str) -> frozenset[str]:
        return self.group(uid.asset_of(version))

    def state(self, version: str) -> State:
        return (self.of_version(version), uid.parse_version(version).raw)

    def type_of(self, asset: str) -> AssetType:
        """Rule 6: of the group, whichever name it was said of."""
        said = [self.types.get(name, AssetType.DATASET) for name in self.group(asset)]
        return max(said, key=lambda each: each.rank)


def names(log: Iterable[Event]) -> Names:
    links: set[tuple[str, str]] = set()
    types: dict[str, AssetType] = {}

    def learn(asset: str, kind: AssetType) -> None:
        types[asset] = max(types.get(asset, AssetType.DATASET), kind, key=lambda each: each.rank)

    for event in log:
        for mention in event.facts.mentions:
            links |= {(min(mention.asset, other), max(mention.asset, other)) for other in mention.same_as}
            learn(mention.asset, mention.asset_type)
            if mention.derivation is not None:
                learn(mention.derivation.base.asset, AssetType.MODEL)
    return Names(frozenset(links), _components(links), types)


def _components(links: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Rule 4: connected components of the symlinks."""
    groups: dict[str, frozenset[str]] = {}
    for one, other in links:
        joined = groups.get(one, frozenset({one})) | groups.get(other, frozenset({other}))
        groups |= dict.fromkeys(joined, joined)
    return groups
