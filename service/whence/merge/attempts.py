"""What an attempt is called, how it stands, and which attempt it is a child of (rules 1, 2, 9a)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from whence.merge.fold import said_of
from whence.merge.overlay import Overlay, run_key
from whence.merge.records import Attempt, FacetValue, RunRecord
from whence.model import instant, uid
from whence.model.facts import EventType, Said
from whence.model.kinds import EdgeType, RunState

_STATES = {
    EventType.COMPLETE.order: RunState.COMPLETE,
    EventType.ABORT.order: RunState.ABORT,
    EventType.FAIL.order: RunState.FAIL,
}


class AttemptRef(NamedTuple):
    """One attempt of a run, by its place."""

    run_id: str
    place: int


def attempt_uid(run_id: str, attempt: Attempt) -> str:
    return uid.run(run_id) if attempt.opened is None else uid.attempt(run_id, instant.format(attempt.opened))


def state(attempt: Attempt) -> RunState:
    return RunState.RUNNING if attempt.final is None else _STATES[attempt.final[1]]


def start(attempt: Attempt) -> int:
    return attempt.first[0]


def end(attempt: Attempt) -> int | None:
    return None if attempt.final is None else attempt.final[0]


def said(attempt: Attempt, name: str) -> Said | None:
    """What this facet says; job facets go under `job.{name}`."""
    return said_of(attempt.facets, name)


def code(attempt: Attempt) -> Said | None:
    """The words that name the commit: whence_codeState wins over sourceCodeLocation."""
    for name in ("whence_codeState", "job.sourceCodeLocation"):
        found = said_of(attempt.facets, name)
        if found is not None and found.repository and found.sha:
            return found
    return None


def pins(attempt: Attempt) -> tuple[tuple[EdgeType, str], ...]:
    """Commit and environment of an attempt; whence_codeState wins over sourceCodeLocation."""
    found: tuple[tuple[EdgeType, str], ...] = ()
    words = code(attempt)
    if words is not None and words.repository and words.sha:
        found = ((EdgeType.AT_COMMIT, uid.commit(words.repository, words.sha)),)
    pin = said(attempt, "whence_environmentPin")
    if pin is not None and pin.environment:
        found = (*found, (EdgeType.IN_ENVIRONMENT, pin.environment))
    return found


def latest_said(attempt: Attempt, *names: str) -> FacetValue | None:
    """The latest of these facets."""
    newest: FacetValue | None = None
    for name in names:
        value = attempt.facets.get(name)
        if value is not None and not value.deleted and value.said is not None:
            newest = value if newest is None or value.stamp > newest.stamp else newest
    return newest


def processing_type(attempt: Attempt) -> str | None:
    words = said(attempt, "job.jobType")
    return words.processing_type if words else None


def parent_of(overlay: Overlay, ref: AttemptRef) -> AttemptRef | None:
    """The attempt that this one is a child of, if whence knows events of it; attempts on a parent cycle have none."""
    above = _named(overlay, ref)
    seen: set[AttemptRef] = set()
    current = above
    while current is not None and current not in seen:
        if current == ref:
            return None
        seen.add(current)
        current = _named(overlay, current)
    return above


def on_cycle(overlay: Overlay, ref: AttemptRef) -> bool:
    return parent_of(overlay, ref) is None and _named(overlay, ref) is not None


def _named(overlay: Overlay, ref: AttemptRef) -> AttemptRef | None:
    record = overlay.run(ref.run_id)
    if record is None or ref.place >= len(record.attempts):
        return None
    attempt = record.attempts[ref.place]
    named = attempt.parent
    above = overlay.run(named[0]) if named else None
    return AttemptRef(above.run_id, parent_place(above, start(attempt))) if above else None


def parent_place(above: RunRecord, began: int) -> int:
    """Of a parent's attempts the last begun at or before the child's start, else its first (rule 2)."""
    places = [place for place, attempt in enumerate(above.attempts) if start(attempt) <= began]
    return places[-1] if places else 0


def named_below(overlay: Overlay, run_id: str) -> set[str]:
    """Run ids that name this one as parent, at any depth, cycles and all."""
    todo, seen = [run_id], {run_id}
    while todo:
        found = set(overlay.children(todo.pop())) - seen
        seen |= found
        todo += sorted(found)
    return seen - {run_id}


def load_ancestors(overlay: Overlay, run_ids: Iterable[str]) -> None:
    """Fetch the records of these runs and of all above them, a generation at a time."""
    seen: set[str] = set()
    layer = set(run_ids)
    while layer:
        overlay.load(map(run_key, sorted(layer)))
        seen |= layer
        records = [record for run_id in sorted(layer) if (record := overlay.run(run_id)) is not None]
        layer = {attempt.parent[0] for record in records for attempt in record.attempts if attempt.parent} - seen


def ancestors(overlay: Overlay, run_id: str) -> Iterator[str]:
    """Run ids above all attempts of a run, nearest first; itself where one of its attempts is below another."""
    seen: set[str] = set()
    todo = [run_id]
    while todo:
        record = overlay.run(todo.pop(0))
        for attempt in record.attempts if record else ():
            named = attempt.parent
            if named and named[0] not in seen:
                seen.add(named[0])
                todo.append(named[0])
                yield named[0]
