"""Rules 1 to 3: the events of a run id, cut into attempts; what an attempt says of itself; whose child it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whence.model import instant, uid
from whence.model.facts import EventType, Facts, Said
from whence.model.kinds import RunState

Raws = dict[str, Any]
TERMINAL = {
    EventType.COMPLETE: RunState.COMPLETE,
    EventType.ABORT: RunState.ABORT,
    EventType.FAIL: RunState.FAIL,
}


@dataclass(frozen=True)
class Event:
    """One event of the log, at its position."""

    seq: int
    facts: Facts

    @property
    def time(self) -> int:
        return self.facts.time

    @property
    def later(self) -> tuple[int, str]:
        """Later compares (event time, event key)."""
        return (self.facts.time, self.facts.key)

    @property
    def type(self) -> EventType:
        """Of an event without a run: OTHER."""
        return self.facts.run.event_type if self.facts.run else EventType.OTHER

    @property
    def is_terminal(self) -> bool:
        return self.type in TERMINAL


@dataclass(frozen=True, eq=False)
class Attempt:
    """One execution under a run id (rule 1), with its bounds (rule 2) and its latest facets (rule 3). Times are ns UTC."""

    uid: str
    run_id: str
    events: tuple[Event, ...]
    started: int
    ended: int | None
    state: RunState
    job: str
    facets: Raws
    said: Mapping[str, Said]
    before: str | None

    @property
    def run(self) -> str:
        """The uid of the first attempt, which is also the run id's."""
        return uid.run(self.run_id)


def attempts(log: Iterable[Event]) -> dict[str, Attempt]:
    """Rule 1: every attempt by its uid, those of one run id in their order."""
    by_run: dict[str, list[Event]] = {}
    for event in log:
        if event.facts.run is not None:
            by_run.setdefault(event.facts.run.run_id, []).append(event)
    found: dict[str, Attempt] = {}
    for run_id in sorted(by_run):
        before: str | None = None
        for number, events in enumerate(_cut(by_run[run_id])):
            name = uid.run(run_id) if number == 0 else uid.attempt(run_id, instant.format(events[0].time))
            found[name] = _attempt(name, run_id, events, before)
            before = name
    return found


def _cut(events: Iterable[Event]) -> list[list[Event]]:
    """Rule 1: a START strictly later than a terminal event of the open attempt opens a new one."""
    pieces: list[list[Event]] = [[]]
    for event in sorted(events, key=lambda event: (event.time, event.type.order, event.facts.key)):
        ends = [each.time for each in pieces[-1] if each.is_terminal]
        if event.type is EventType.START and any(event.time > end for end in ends):
            pieces.append([])
        pieces[-1].append(event)
    return pieces


def _attempt(name: str, run_id: str, events: Sequence[Event], before: str | None) -> Attempt:
    """Rule 2: it starts at its first event; state and end are those of its last terminal event."""
    last = next((event for event in reversed(events) if event.is_terminal), None)
    by_later = sorted(events, key=lambda event: event.later)
    jobs = [event.facts.job.uid for event in by_later if event.facts.job is not None]
    facets, said = _latest_facets(by_later)
    return Attempt(
        uid=name,
        run_id=run_id,
        events=tuple(events),
        started=events[0].time,
        ended=None if last is None else last.time,
        state=RunState.RUNNING if last is None else TERMINAL[last.type],
        job=jobs[-1],
        facets=facets,
        said=said,
        before=before,
    )


def _latest_facets(by_later: Iterable[Event]) -> tuple[Raws, dict[str, Said]]:
    """Rule 3: of a run or job facet the latest wins whole; one that is taken back is none, and says nothing."""
    facets: Raws = {}
    said: dict[str, Said] = {}
    for event in by_later:
        run = event.facts.run
        assert run is not None
        for name, facet in run.facets.items():
            facets[name] = facet
            said[name] = run.said.get(name, Said())
        said.update({name: words for name, words in run.said.items() if name.startswith("job.")})
    return without_deleted(facets), said


def without_deleted(facets: Raws) -> Raws:
    """`_deleted: true` takes a facet back (docs/design.md, Decisions)."""

    def is_deleted(facet: Any) -> bool:
        content = json.loads(bytes(facet))
        return isinstance(content, dict) and content.get("_deleted") is True

    return {name: facet for name, facet in facets.items() if not is_deleted(facet)}


def lineage_of(attempt: Attempt) -> tuple[Event, Said] | None:
    """Rule 20: the latest whole `lineage` facet, and the event that it stands in. Of job and run the later counts; in one event, the run's."""
    latest: dict[str, tuple[Event, Said]] = {}
    for event in sorted(attempt.events, key=lambda event: event.later):
        run = event.facts.run
        assert run is not None
        for name in ("job.lineage", "lineage"):
            if name in run.said or name in run.facets:
                latest[name] = (event, run.said.get(name, Said()))
    standing = [(event.later, name) for name, (event, words) in latest.items() if words.lineage is not None]
    return latest[max(standing)[1]] if standing else None


def parents(every: Mapping[str, Attempt]) -> dict[str, str]:
    """Rule 2, CHILD_OF: {uid of an attempt: uid of its parent attempt}, that of a run known only from its children included.

    Attempts on a cycle have no parent (rule 9a).
    """
    chosen: dict[str, str] = {}
    for attempt in every.values():
        parent = attempt.said.get("parent", Said()).parent
        if parent is not None:
            chosen[attempt.uid] = _attempt_at(every, parent, attempt.started) or parent
    return {child: parent for child, parent in chosen.items() if not _is_on_cycle(chosen, child)}


def _attempt_at(every: Mapping[str, Attempt], run: str, time: int) -> str | None:
    """The last attempt of the run that began at or before `time`, else its first; None for a run without events."""
    of_run = [attempt for attempt in every.values() if attempt.run == run]
    begun = [attempt for attempt in of_run if attempt.started <= time]
    return begun[-1].uid if begun else of_run[0].uid if of_run else None


def attempt_containing(every: Mapping[str, Attempt], name: str) -> str | None:
    """Rule 9: what answers for `run/{id}@{t}`, the attempt that contains t; of a run without events nothing does."""
    run_id, start = uid.parse_run(name)
    return _attempt_at(every, uid.run(run_id), instant.parse(start)) if start else name


def _is_on_cycle(parent_of: Mapping[str, str], child: str) -> bool:
    seen: set[str] = set()
    above: str | None = parent_of.get(child)
    while above is not None and above not in seen:
        if above == child:
            return True
        seen.add(above)
        above = parent_of.get(above)
    return False


def descendants(parent_of: Mapping[str, str], ancestor: str) -> set[str]:
    """All attempts below this one, at any depth."""
    below: set[str] = set()
    frontier = {ancestor}
    while frontier:
        frontier = {child for child, parent in parent_of.items() if parent in frontier} - below
        below |= frontier
    return below
