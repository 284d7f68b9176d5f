"""Events of one run -> its record, folded by attempt (rules 1 to 3).

Inside one attempt folding is a join: any order gives the same. An event that would change which events belong to which attempt is
answered with None, and the run is folded again from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from whence.merge.records import (
    MID,
    START,
    Attempt,
    Facets,
    FacetValue,
    MentionFold,
    MentionKey,
    RunRecord,
    Stamp,
    Times,
    stamp_at,
    text_name,
)
from whence.model import uid
from whence.model.facts import EventType, Facts, Mention, Said

_TERMINAL = EventType.COMPLETE.order


class Heard(NamedTuple):
    """One event made ready for folding: its mentions with their stamps and stamped facets, worked out once."""

    seq: int
    facts: Facts
    stamp: Stamp
    mentions: list[tuple[Mention, Stamp, Facets]]
    run_facets: Facets
    job_facets: Facets


def prepare(seq: int, facts: Facts, texts: dict[bytes, bytes]) -> Heard:
    """Mentions of one event are ordered by their canonical text, which settles what is later among them. Its facets go into `texts` by the names of theirs."""
    order = facts.run.event_type.order if facts.run else MID
    mentions = facts.mentions
    if len(mentions) > 1:
        mentions = tuple(sorted(mentions, key=lambda mention: (bytes(mention.text), mention.role)))
    prepared = []
    stamp = stamp_at(facts.time, facts.key, 0, seq)
    for place, mention in enumerate(mentions):
        own = Stamp(stamp.time, stamp.key, place, seq) if place else stamp
        prepared.append((mention, own, _stamped(mention.facets, mention.said, own, order, texts)))
    of_run = _stamped(facts.run.facets, facts.run.said, stamp, order, texts) if facts.run else {}
    of_job = _stamped(facts.job.facets, facts.job.said, stamp, order, texts) if facts.job else {}
    for name in facts.job.deleted if facts.job else ():
        of_job[name] = FacetValue(stamp, b"", Said(), order, deleted=True)
    return Heard(seq, facts, stamp, prepared, of_run, of_job)


def fold_run(run_id: str, events: Iterable[tuple[int, Facts]]) -> RunRecord:
    """The record of a run from all of its events, (seq, facts) in any order."""
    record = RunRecord(run_id, ())
    for seq, facts in sorted(events, key=lambda event: sort_key(event[1])):
        folded = fold_event(record, prepare(seq, facts, {}))
        assert folded is not None, "in sorted order every event can be folded"
        record = folded
    return record


def fold_event(record: RunRecord, heard: Heard) -> RunRecord | None:
    """The record with one event more, or None when the bounds of its attempts change and it must be folded from the log."""
    key = sort_key(heard.facts)
    at = _attempt_of(record.attempts, key)
    if at is None:
        return None
    opened, index = at
    if opened:
        return RunRecord(record.run_id, (*record.attempts, _begin(heard, key, opens=bool(record.attempts))))
    attempts = list(record.attempts)
    attempts[index] = _join(attempts[index], heard, key)
    return RunRecord(record.run_id, tuple(attempts))


def sort_key(facts: Facts) -> tuple[int, int, str]:
    """Rule 1: (time, START < RUNNING/OTHER/none < COMPLETE < ABORT < FAIL, hash)."""
    assert facts.run is not None
    return (facts.time, facts.run.event_type.order, facts.key)


def _attempt_of(attempts: Sequence[Attempt], key: tuple[int, int, str]) -> tuple[bool, int] | None:
    """(opens a new one, index of the attempt it belongs to), or None when attempts would have to be cut anew."""
    if not attempts:
        return True, 0
    index = len(attempts) - 1
    while index > 0 and key < attempts[index].first:
        index -= 1
    attempt = attempts[index]
    time, order, _ = key
    if order == START:
        if attempt.least_end is not None and attempt.least_end < time:
            after_everything = index == len(attempts) - 1 and key > attempt.last
            return (True, index + 1) if after_everything else None
    elif order >= _TERMINAL and attempt.latest_start is not None and attempt.latest_start > time:
        return None
    return False, index


def _begin(heard: Heard, key: tuple[int, int, str], *, opens: bool) -> Attempt:
    facts, stamp = heard.facts, heard.stamp
    assert facts.job is not None
    time, order, _ = key
    ends = order >= _TERMINAL
    return Attempt(
        opened=time if opens else None,
        first=key,
        last=key,
        job=facts.job.uid,
        job_stamp=stamp,
        events=_once(stamp, order),
        least_end=time if ends else None,
        final=(time, order) if ends else None,
        latest_start=time if order == START else None,
        facets=heard.run_facets,
        mentions=_join_mentions((), heard, order),
        parent=_named_parent(heard.run_facets),
    )


def _join(attempt: Attempt, heard: Heard, key: tuple[int, int, str]) -> Attempt:
    facts, stamp = heard.facts, heard.stamp
    assert facts.job is not None
    time, order, _ = key
    later_job = stamp >= attempt.job_stamp
    facets = latest(attempt.facets, heard.run_facets)
    return Attempt(
        opened=attempt.opened,
        first=min(attempt.first, key),
        last=max(attempt.last, key),
        job=facts.job.uid if later_job else attempt.job,
        job_stamp=stamp if later_job else attempt.job_stamp,
        events=_extend(attempt.events, stamp, order),
        least_end=_least(attempt.least_end, time) if order >= _TERMINAL else attempt.least_end,
        final=((time, order) if attempt.final is None or attempt.final < (time, order) else attempt.final)
        if order >= _TERMINAL
        else attempt.final,
        latest_start=_most(attempt.latest_start, time) if order == START else attempt.latest_start,
        facets=facets,
        mentions=_join_mentions(attempt.mentions, heard, order),
        parent=_named_parent(facets),
    )


def _stamped(
    raws: dict[str, msgspec.Raw], said: dict[str, Said], stamp: Stamp, order: int, texts: dict[bytes, bytes]
) -> Facets:
    """Facets as stamped values. What job facets say of the run stands under `job.{name}`, without a text of its own."""
    values = {}
    said_by = said.get
    for name, raw in raws.items():
        text = bytes(raw)
        key, deleted = _read_lately(text) if len(text) < _OFTEN_BYTES else _read(text)
        texts[key] = text
        values[name] = FacetValue(stamp, key, said_by(name), order, deleted)
    if said and not said.keys() <= raws.keys():
        for name, words in said.items():
            if name not in values:
                values[name] = FacetValue(stamp, b"", words, order)
    return values


def _read(text: bytes) -> tuple[bytes, bool]:
    """The name of a facet's text, and whether it takes the facet back."""
    return text_name(text), b'"_deleted":true' in text and is_deleted(text)


_OFTEN_BYTES: Final = 4096
_read_lately = lru_cache(maxsize=4096)(_read)
"""Producers repeat most facets word for word in every event."""


class _Deletable(msgspec.Struct):
    deleted: bool = msgspec.field(default=False, name="_deleted")


_DELETABLE = msgspec.json.Decoder(_Deletable)


def is_deleted(text: bytes) -> bool:
    """Whether the event takes the facet back: `_deleted` of the facet itself, not of something in it."""
    try:
        return _DELETABLE.decode(text).deleted
    except msgspec.MsgspecError:
        return False


def latest(have: Facets, new: Facets) -> Facets:
    """The latest facet wins whole (rule 3)."""
    if not have or not new:
        return have or new
    merged = have | new
    for name, old in have.items():
        again = new.get(name)
        if again is not None and old.stamp > again.stamp:
            merged[name] = old
    return merged


def same_texts(a: Facets, b: Facets) -> bool:
    """Whether both show the same, whoever said it and when."""
    if a.keys() != b.keys():
        return False
    for name, value in a.items():
        other = b[name]
        if value is not other and value.text != other.text:
            return False
    return True


OF_ONE_VERSION = frozenset(
    {
        "version",
        "datasetVersion",
        "lifecycleStateChange",
        "inputStatistics",
        "outputStatistics",
        "subset",
        "whence_alias",
        "whence_contentDigests",
        "whence_evidence",
        "whence_inputRole",
        "whence_modelDerivation",
        "whence_outputRole",
        "whence_versionInfo",
    }
)
"""Facets that describe one version or one use: shown there, not on the asset."""


def lasting(facets: Facets) -> Facets:
    """The facets that describe an asset, whichever version was at hand."""
    if not OF_ONE_VERSION.isdisjoint(facets):
        return {name: value for name, value in facets.items() if name not in OF_ONE_VERSION}
    return facets


def said_of(facets: Facets, name: str) -> Said | None:
    """What a facet says, if it is there and not taken back."""
    value = facets.get(name)
    return None if value is None or value.deleted else value.said


def _named_parent(facets: Facets) -> tuple[str, str | None] | None:
    words = said_of(facets, "parent")
    if words is None:
        return None
    run_uid, job = (words.parent, words.parent_job) if words.parent else (words.root, words.root_job)
    return (uid.parse_run(run_uid)[0], job) if run_uid else None


def _join_mentions(have: tuple[MentionFold, ...], heard: Heard, order: int) -> tuple[MentionFold, ...]:
    folds = {fold.what: fold for fold in have}
    for mention, stamp, facets in heard.mentions:
        what = mention_key(mention)
        old = folds.get(what)
        if old is None:
            folds[what] = MentionFold(what, _once(stamp, order), facets)
        else:
            folds[what] = MentionFold(what, _extend(old.times, stamp, order), latest(old.facets, facets))
    return tuple(folds.values())


def mention_key(mention: Mention) -> MentionKey:
    return MentionKey(
        mention.role,
        mention.asset,
        mention.version,
        mention.digests,
        mention.input_role,
        mention.output_role,
        mention.subset,
        mention.asserted,
        mention.lifecycle,
        mention.append,
        mention.derivation,
        mention.parents,
        mention.alias,
        mention.alias_version,
    )


def _once(stamp: Stamp, order: int) -> Times:
    """What is said for the first time."""
    time = stamp.time
    if order == START:
        return Times(stamp, stamp, start=time)
    return Times(stamp, stamp, end=time) if order >= _TERMINAL else Times(stamp, stamp, mid=time)


def _extend(times: Times, stamp: Stamp, order: int) -> Times:
    """With one time more that it was said."""
    first, last, start, mid, end = times.first, times.last, times.start, times.mid, times.end
    if order == START:
        start = _least(start, stamp.time)
    elif order >= _TERMINAL:
        end = _least(end, stamp.time)
    else:
        mid = _least(mid, stamp.time)
    return Times(min(first, stamp), max(last, stamp), start, mid, end)


def _least(a: int | None, b: int) -> int:
    return b if a is None or b < a else a


def _most(a: int | None, b: int) -> int:
    return b if a is None or b > a else a
