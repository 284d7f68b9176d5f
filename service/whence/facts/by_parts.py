"""A run's event as it was sent, read part by part: its run, its job, each input and output. A part that is remembered is not read again.

Producers repeat themselves word for word: the events of a run name the same inputs, the runs of a job describe it alike. The canonical form of an
object is put together from those of its members, so that what came before need be neither decoded nor encoded again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeVar

import msgspec

from whence.canonical import MAX_DEPTH, key, plain_form, refuse_deep, says_nothing_twice
from whence.errors import WhenceError
from whence.facts.event import type_of
from whence.facts.job import JobPart, read_job
from whence.facts.joining import joined
from whence.facts.mention import mention
from whence.facts.run import RunPart, read_run
from whence.model import instant
from whence.model.facts import EventClass, Facts, Mention, Role

T = TypeVar("T")

_REMEMBERED: Final = 512
"""Parts of each of the four kinds: a few megabytes of what is usual, about 50 MB where each is as long as may be."""
_LONGEST: Final = 8 * 1024
"""Bytes. Longer parts are not remembered: a hostile sender must not fill the memory."""
_DEEPEST: Final = MAX_DEPTH - 2
"""Levels inside a part, so that no event of such parts has more than MAX_DEPTH: no event's brackets need be counted again."""
_ABSENT: Final = msgspec.Raw(b"null")


class _Parts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """An event with the fields that OpenLineage knows, in the order of the canonical form."""

    eventTime: str | None = None  # noqa: N815  the names in the event
    eventType: str | None = None  # noqa: N815
    inputs: list[msgspec.Raw] | None = None
    job: msgspec.Raw = _ABSENT
    outputs: list[msgspec.Raw] | None = None
    producer: str | None = None
    run: msgspec.Raw = _ABSENT
    schemaURL: str | None = None  # noqa: N815


class _NotPlainError(Exception):
    """It takes the whole event, and the long way, to say what this part is or what is wrong with it."""


_DECODER: Final = msgspec.json.Decoder(_Parts)
_ENCODER: Final = msgspec.json.Encoder()


def read_by_parts(body: bytes, max_depth: int) -> Facts | None:
    """The facts of a run's event, the same as `facts` reads in its canonical form; None for any other event, and for one that has a flaw."""
    if max_depth < MAX_DEPTH:
        return None
    try:
        sent = _DECODER.decode(body)
        if sent.eventTime is None:
            return None
        time = instant.parse(sent.eventTime)
        run, job = _run(sent.run), _job(sent.job)
        inputs = [_at(_input(each), time) for each in sent.inputs or ()]
        outputs = [_at(_output(each), time) for each in sent.outputs or ()]
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, WhenceError, _NotPlainError):
        return None
    whole = _Parts(
        eventTime=sent.eventTime,
        eventType=sent.eventType,
        inputs=None if sent.inputs is None else [each.text for each in inputs],
        job=job.text,
        outputs=None if sent.outputs is None else [each.text for each in outputs],
        producer=sent.producer,
        run=run.text,
        schemaURL=sent.schemaURL,
    )
    canonical = _ENCODER.encode(whole)
    if not says_nothing_twice(body, canonical):  # nor has it a null beside its parts
        return None
    return joined(
        key(canonical),
        time,
        sent.eventTime,
        sent.producer or "",
        EventClass.RUN,
        type_of(sent.eventType or ""),
        run,
        job,
        (*inputs, *outputs),
    )


def _remembered(read: Callable[[msgspec.Raw], T]) -> Callable[[msgspec.Raw], T]:
    """`read` takes the canonical form of a part; the function made of it takes the part as it was sent."""

    def read_sent(sent: bytes) -> T:
        refuse_deep(sent, _DEEPEST)
        canonical = plain_form(sent)
        if canonical is None:
            raise _NotPlainError
        return read(msgspec.Raw(canonical))

    known = lru_cache(_REMEMBERED)(read_sent)

    def read_once(sent: msgspec.Raw) -> T:
        text = bytes(sent)
        return known(text) if len(text) <= _LONGEST else read_sent(text)

    return read_once


_run: Callable[[msgspec.Raw], RunPart] = _remembered(read_run)
_job: Callable[[msgspec.Raw], JobPart] = _remembered(read_job)
_input: Callable[[msgspec.Raw], Mention] = _remembered(lambda part: mention(part, Role.INPUT, "", 0))
_output: Callable[[msgspec.Raw], Mention] = _remembered(lambda part: mention(part, Role.OUTPUT, "", 0))


def _at(found: Mention, time: int) -> Mention:
    """The move of an alias is the one thing in a mention that may depend on the event's time."""
    return found if found.alias is None else mention(found.text, found.role, "", time)
