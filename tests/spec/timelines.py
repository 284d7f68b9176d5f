"""Rules 10 to 13: the rows of each group, ordered by (time, rank, version); the highest wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spec.mentions import Heard, Share
from spec.names import Names, State
from spec.written import SIGHTING, TOMBSTONE, Key, Row, Written
from whence.model.kinds import RunState


@dataclass(frozen=True)
class Timelines:
    rows: Mapping[frozenset[str], tuple[Row, ...]]
    by_state: Mapping[State, tuple[Row, ...]]

    def newest(
        self, group: frozenset[str], until: int, *, reader: str | None = None, below: Row | None = None
    ) -> Row | None:
        """Rules 17 to 19: the newest row at or before `until`, without the reader's own, and strictly below `below`. May be a tombstone."""
        seen = self.seen(group, until, reader=reader, below=below)
        return seen[-1] if seen else None

    def seen(
        self, group: frozenset[str], until: int, *, reader: str | None = None, below: Row | None = None
    ) -> list[Row]:
        """All such rows, oldest first."""
        return [
            row
            for row in self.rows.get(group, ())
            if row.time <= until and row.makers != {reader} and (below is None or place(row) < place(below))
        ]


def place(row: Row) -> tuple[int, int, str]:
    return (row.time, row.rank, row.version)


def timelines(
    of_datasets: Iterable[Heard], shares: Mapping[Key, Share], made: Mapping[Key, Written], names: Names
) -> Timelines:
    """`of_datasets` are the mentions of DatasetEvents."""
    rows: dict[frozenset[str], list[Row]] = {}
    by_state: dict[State, list[Row]] = {}
    for each in made.values():
        for row in each.writes:
            rows.setdefault(each.share.group, []).append(row)
            by_state.setdefault(names.state(row.version), []).append(row)
    for state, sights in _sights(of_datasets, shares, made, names).items():
        seen = _sighting(sights, by_state.get(state, ()))
        if seen is not None:
            rows.setdefault(state[0], []).append(seen)
            by_state.setdefault(state, []).append(seen)
    for group, row in _tombstones(of_datasets, made, names):
        rows.setdefault(group, []).append(row)
    return Timelines(
        {group: tuple(sorted(each, key=place)) for group, each in rows.items()},
        {state: tuple(sorted(each, key=place)) for state, each in by_state.items()},
    )


Sight = tuple[int, str, str | None]
"""Time, version, and the attempt if it is its own output."""


def _sights(
    of_datasets: Iterable[Heard], shares: Mapping[Key, Share], made: Mapping[Key, Written], names: Names
) -> dict[State, list[Sight]]:
    """Rule 12: every mention that may be the sighting of a state."""
    found: dict[State, list[Sight]] = {}

    def see(time: int, version: str, maker: str | None) -> None:
        found.setdefault(names.state(version), []).append((time, version, maker))

    for subject in of_datasets:
        if subject.named and not is_drop(subject):
            see(subject.time, subject.named, None)
    for key, share in shares.items():
        own = {names.state(version) for version in made[key].described} if key in made else set()
        for heard in share.inputs:
            if heard.named and names.state(heard.named) not in own:
                see(heard.time, heard.named, None)
    for each in made.values():
        if _shows_unfinished(each):
            for version, described in each.described.items():
                for heard in described:
                    if not heard.is_start:
                        see(heard.time, version, each.attempt.uid)
    return found


def _shows_unfinished(made: Written) -> bool:
    """Rule 12: outputs of a RUNNING attempt are seen, unless its job is BATCH; rule 9a: nothing of another's version is its own."""
    job_type = made.attempt.said.get("job.jobType")
    is_batch = job_type is not None and job_type.processing_type == "BATCH"
    return made.attempt.state is RunState.RUNNING and not is_batch and not made.of_descendant


def _sighting(sights: Iterable[Sight], writes: Iterable[Row]) -> Row | None:
    """Rule 12: at most one, at the earliest, on the name with the least (time, uid), and only if no write is at or before that."""
    time, version = min((time, version) for time, version, _ in sights)
    if any(row.time <= time for row in writes):
        return None
    makers = {maker for at, name, maker in sights if (at, name) == (time, version)}
    return Row(time, SIGHTING, version, frozenset() if None in makers else frozenset(filter(None, makers)))


def _tombstones(
    of_datasets: Iterable[Heard], made: Mapping[Key, Written], names: Names
) -> Iterable[tuple[frozenset[str], Row]]:
    """Rule 10: a DROP ends its own group, a RENAME that of the previous name."""
    for subject in of_datasets:
        if is_drop(subject):
            yield names.group(subject.mention.asset), Row(subject.time, TOMBSTONE, "")
    for each in made.values():
        lifecycle, ended = each.share.lifecycle, each.attempt.ended
        if each.of_descendant or lifecycle is None or ended is None:
            continue
        row = Row(ended, TOMBSTONE, "", frozenset({each.attempt.uid}))
        if lifecycle.state == "DROP":
            yield each.share.group, row
        if (
            lifecycle.state == "RENAME"
            and lifecycle.previous is not None
            and lifecycle.previous not in each.share.group
        ):
            yield names.group(lifecycle.previous), row


def is_drop(heard: Heard) -> bool:
    """Rule 10: a DROP writes nothing, so it says nothing of a version either."""
    return heard.mention.lifecycle is not None and heard.mention.lifecycle.state == "DROP"
