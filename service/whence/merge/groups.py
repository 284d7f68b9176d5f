"""Alias groups: connected components of symlinks (rule 4). Nothing stored ever names a representative of one."""

from __future__ import annotations

from whence.merge.overlay import Overlay
from whence.model import uid
from whence.model.kinds import AssetType


class Groups:
    """Groups as they stand after the batch's symlinks are folded; remembers what it looked up."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._members: dict[str, tuple[str, ...]] = {}
        self._twins: dict[str, tuple[str, ...]] = {}

    def of(self, asset: str) -> tuple[str, ...]:
        """All names of the asset, sorted, itself among them."""
        known = self._members.get(asset)
        if known is not None:
            return known
        record = self._overlay.asset(asset)
        if record is None or not record.same_as:
            self._members[asset] = (asset,)
            return self._members[asset]
        seen, todo = {asset}, [asset]
        while todo:
            self._overlay.load(todo)
            found = (self._overlay.asset(name) for name in todo)
            todo = sorted({link for record in found if record for link in record.same_as} - seen)
            seen.update(todo)
        members = tuple(sorted(seen))
        for name in members:
            self._members[name] = members
        return members

    def key(self, asset: str) -> str:
        """A name for the group that is good for this batch only."""
        return self.of(asset)[0]

    def asset_type(self, asset: str) -> AssetType:
        """The greatest type over all names (rule 6)."""
        records = [record for name in self.of(asset) if (record := self._overlay.asset(name)) is not None]
        if len(records) == 1:
            return records[0].asset_type
        return max((record.asset_type for record in records), key=lambda t: t.rank, default=AssetType.DATASET)

    def twins(self, version_uid: str) -> tuple[str, ...]:
        """The same version under all names of its asset: uids that there may be, sorted, itself among them (rule 5)."""
        known = self._twins.get(version_uid)
        if known is not None:
            return known
        members = self.of(uid.asset_of(version_uid))
        if len(members) == 1:
            self._twins[version_uid] = (version_uid,)
            return self._twins[version_uid]
        raw = version_uid[version_uid.rindex("/") :]
        twins = tuple(f"version{name[5:]}{raw}" for name in members)
        self._twins.update(dict.fromkeys(twins, twins))
        return twins

    def state(self, version_uid: str) -> str:
        """A name for the version's state that is good for this batch only."""
        return self.twins(version_uid)[0]
