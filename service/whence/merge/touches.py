"""Which nodes an event speaks of: how "the events behind this" are found without reading the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from whence.merge import attempts as att
from whence.merge.fold import sort_key
from whence.merge.overlay import Overlay
from whence.merge.state import Logged
from whence.model import uid
from whence.model.facts import Facts, Mention, Role

_OUTPUT: Final = Role.OUTPUT


def of_batch(overlay: Overlay, events: Iterable[Logged]) -> list[tuple[str, int]]:
    """(uid, seq) of every node that each event names, its own words and its stand-ins included; sorted."""
    seqs: dict[str, list[int]] = defaultdict(list)
    for seq, facts in sorted(events, key=itemgetter(0)):
        for touched in _of(overlay, facts):
            seqs[touched].append(seq)
    return [(touched, seq) for touched in sorted(seqs) for seq in seqs[touched]]


def _of(overlay: Overlay, facts: Facts) -> set[str]:
    touched: set[str] = set()
    attempt = _attempt(overlay, facts)
    if facts.job is not None:
        touched.add(facts.job.uid)
    if facts.run is not None:
        touched.add(uid.run(facts.run.run_id))
        if attempt:
            touched.add(attempt)
        for words in facts.run.said.values():
            if words.repository and words.sha:
                touched.add(uid.commit(words.repository, words.sha))
            if words.environment:
                touched.add(words.environment)
            if words.parent:
                touched.add(words.parent)
    for mention in facts.mentions:
        _mentioned(mention, attempt, touched)
    return touched


def _mentioned(mention: Mention, attempt: str | None, touched: set[str]) -> None:
    touched.add(mention.asset)
    if mention.version is not None:
        touched.add(uid.version_of(mention.asset, mention.version))
    elif mention.role is _OUTPUT and attempt:
        touched.add(uid.stand_in(mention.asset, attempt))
    for digest in mention.digests:
        if digest.strong:
            touched.add(uid.content(digest.algorithm, digest.value))
            if mention.version is None and mention.role is Role.INPUT:
                touched.add(uid.digest_version(mention.asset, digest.algorithm, digest.value))


def _attempt(overlay: Overlay, facts: Facts) -> str | None:
    record = overlay.run(facts.run.run_id) if facts.run else None
    if record is None or not record.attempts:
        return None
    found = record.attempts[0]
    for attempt in record.attempts[1:]:
        if attempt.first <= sort_key(facts):
            found = attempt
    return att.attempt_uid(record.run_id, found)
