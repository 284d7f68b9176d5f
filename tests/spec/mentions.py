"""What an attempt says of one group: its inputs and its outputs, those that explicit lineage adds included (rules 3, 4, 7, 8, 20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spec.names import Names
from spec.runs import Attempt, Event, lineage_of
from whence.model import uid
from whence.model.facts import EventType, Explicit, Lifecycle, Mention, Role
from whence.model.graph import Digest


@dataclass(frozen=True, eq=False)
class Heard:
    """A mention, and the event that it stands in."""

    event: Event
    mention: Mention

    @property
    def time(self) -> int:
        return self.event.time

    @property
    def later(self) -> tuple[int, str, bytes]:
        """Later compares (event time, event key, canonical bytes of the mention)."""
        return (*self.event.later, bytes(self.mention.text))

    @property
    def is_start(self) -> bool:
        return self.event.type is EventType.START

    @property
    def named(self) -> str | None:
        """uid of the version that it names."""
        return None if self.mention.version is None else uid.version_of(self.mention.asset, self.mention.version)

    @property
    def strong(self) -> frozenset[Digest]:
        """Its strong digests: what rule 16 looks at."""
        return frozenset(digest for digest in self.mention.digests if digest.strong)


@dataclass(frozen=True, eq=False)
class Share:
    """What one attempt says of one group. `sources` are the stated ones when the group is a target of explicit lineage, else None."""

    attempt: Attempt
    group: frozenset[str]
    inputs: tuple[Heard, ...]
    outputs: tuple[Heard, ...]
    sources: frozenset[str] | None

    @property
    def counting(self) -> tuple[Heard, ...]:
        """Rule 7: its outputs without the START mentions whose names are discarded, because other events give others: they add nothing."""
        given = {heard.mention.version for heard in self.outputs if heard.named and not heard.is_start}
        if not given:
            return self.outputs
        return tuple(
            heard for heard in self.outputs if not (heard.named and heard.is_start) or heard.mention.version in given
        )

    @property
    def lifecycle(self) -> Lifecycle | None:
        """Rule 10: the latest counts, and only if the attempt COMPLETEs."""
        said = [heard for heard in self.outputs if heard.mention.lifecycle is not None]
        if not said or self.attempt.state != "COMPLETE":
            return None
        return max(said, key=lambda heard: heard.later).mention.lifecycle


def without_run(log: Iterable[Event]) -> tuple[list[Heard], list[Heard]]:
    """Rule 25: the mentions of DatasetEvents, and those of JobEvents."""
    heard = [Heard(event, mention) for event in log for mention in event.facts.mentions if event.facts.run is None]
    subjects = [each for each in heard if each.mention.role is Role.SUBJECT]
    return subjects, [each for each in heard if each.mention.role is not Role.SUBJECT]


def latest_named(heard: Iterable[Heard]) -> Heard | None:
    """Rules 8 and 15: the mention that names a version latest."""
    named = [each for each in heard if each.named is not None]
    return max(named, key=lambda each: each.later) if named else None


def shares(attempts: Mapping[str, Attempt], names: Names) -> dict[tuple[str, frozenset[str]], Share]:
    """By attempt and group."""
    return {(attempt.uid, share.group): share for attempt in attempts.values() for share in _shares(attempt, names)}


def _shares(attempt: Attempt, names: Names) -> Iterable[Share]:
    heard = [Heard(event, mention) for event in attempt.events for mention in event.facts.mentions]
    found = lineage_of(attempt)
    entries = (found[1].lineage or ()) if found else ()
    if found:
        heard += _added(found[0], entries, heard, names)
    for group in dict.fromkeys(names.group(each.mention.asset) for each in heard):
        of_group = [each for each in heard if each.mention.asset in group]
        targets = [entry for entry in entries if entry.target in group]
        yield Share(
            attempt=attempt,
            group=group,
            inputs=tuple(each for each in of_group if each.mention.role is Role.INPUT),
            outputs=tuple(each for each in of_group if each.mention.role is Role.OUTPUT),
            sources=frozenset(source for entry in targets for source in entry.sources) if targets else None,
        )


def _added(event: Event, entries: Iterable[Explicit], heard: Iterable[Heard], names: Names) -> list[Heard]:
    """Rule 20: a stated source that is no input becomes one, a stated target that is no output becomes one. Matched by group (rule 4)."""
    known = {(each.mention.role, names.group(each.mention.asset)) for each in heard}
    stated = [Mention(Role.OUTPUT, entry.target) for entry in entries]
    stated += [Mention(Role.INPUT, source) for entry in entries for source in entry.sources]
    added: list[Mention] = []
    for mention in sorted(stated, key=lambda each: each.asset):
        if (mention.role, names.group(mention.asset)) not in known:
            known.add((mention.role, names.group(mention.asset)))
            added.append(mention)
    return [Heard(event, mention) for mention in added]
