"""Rules 7 to 10: what an attempt wrote of a group, and what of it another run wrote already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spec.mentions import Heard, Share, latest_named
from spec.names import Names
from spec.runs import Attempt, attempt_containing, descendants
from whence.model import uid
from whence.model.kinds import RunState

Key = tuple[str, frozenset[str]]
"""An attempt's uid and a group."""


@dataclass(frozen=True, order=True)
class Row:
    """A row of a group's timeline: (time, rank, version), and the attempts that made it. Of a tombstone the version is empty."""

    time: int
    rank: int
    version: str
    makers: frozenset[str] = frozenset()


TOMBSTONE, SIGHTING, WRITE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Written:
    """What an attempt made of a group: the mentions that describe each version. `of_descendant` where rule 9a gives it another run's version."""

    share: Share
    described: Mapping[str, tuple[Heard, ...]]
    stands_for: str | None
    of_descendant: bool
    first_below: Row | None = None
    """Rule 9a: the descendants' first row."""

    @property
    def attempt(self) -> Attempt:
        return self.share.attempt

    @property
    def writes(self) -> tuple[Row, ...]:
        """Rule 11: one row for each version, if the attempt is COMPLETE, at its end."""
        attempt = self.attempt
        if self.of_descendant or attempt.state is not RunState.COMPLETE or attempt.ended is None:
            return ()
        return tuple(Row(attempt.ended, WRITE, version, frozenset({attempt.uid})) for version in self.described)

    @property
    def appends(self) -> tuple[Row, ...]:
        """Rule 10: its rows that keep what was there."""
        return tuple(row for row in self.writes if any(heard.mention.append for heard in self.described[row.version]))

    @property
    def reads_below(self) -> Row | None:
        """Strictly below this row the attempt's own read binds: the descendants' first (rule 9a), its own first append (rule 19)."""
        if self.first_below is not None:
            return self.first_below
        return min(self.appends, default=None)

    def at(self, version: str) -> int:
        """Rule 21: the end of the write, else its earliest mention."""
        if self.attempt.state is RunState.COMPLETE and self.attempt.ended is not None:
            return self.attempt.ended
        return min(heard.time for heard in self.described[version])


def written(shares: Mapping[Key, Share], parent_of: Mapping[str, str]) -> dict[Key, Written]:
    """Descendants first, because rule 9a looks at their rows."""
    found: dict[Key, Written] = {}
    below = {attempt: descendants(parent_of, attempt) for attempt, _ in shares}
    for key in sorted(shares, key=lambda key: len(below[key[0]])):
        share = shares[key]
        rows = [row for child in below[key[0]] if (child, key[1]) in found for row in found[child, key[1]].writes]
        if share.outputs:
            found[key] = _written(share, rows)
    return found


def _written(share: Share, below: list[Row]) -> Written:
    """`below` are the write rows of its descendants in the group."""
    outputs = share.counting
    latest = latest_named(outputs)
    if latest is None and below:  # rule 9a
        row = max(below)
        return Written(share, {row.version: outputs}, row.version, of_descendant=True, first_below=min(below))
    if share.lifecycle is not None and share.lifecycle.state == "DROP":  # rule 10
        return Written(share, {}, None, of_descendant=False)
    described: dict[str, tuple[Heard, ...]] = {}
    for heard in outputs:
        nameless = latest.named if latest else uid.stand_in(heard.mention.asset, share.attempt.uid)  # rules 7, 8
        version = heard.named or nameless
        assert version is not None
        described[version] = (*described.get(version, ()), heard)
    return Written(share, described, latest.named if latest else None, of_descendant=False)


def successor(every: Mapping[str, Attempt], found: Mapping[Key, Written], names: Names, version: str) -> str | None:
    """Rule 9: what answers for the stand-in `version/{ns}/{name}/run:{attempt}`; None when it stands for nothing."""
    parts = uid.parse_version(version)
    attempt = attempt_containing(every, f"run/{parts.raw[4:]}")
    made = None if attempt is None else found.get((attempt, names.group(parts.asset_uid)))
    if made is None or attempt is None:
        return None
    own = uid.stand_in(parts.asset_uid, attempt)
    return made.stands_for or (own if own in made.described else None)
