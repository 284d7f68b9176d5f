"""What an event says of its run."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from whence.facts.event import open_run, without_nulls
from whence.facts.shapes import Facets, standing
from whence.facts.words import RUN_WORDS, said
from whence.model import uid
from whence.model.facts import Said


class RunPart(NamedTuple):
    """The part of an event that is its run, read; the run id is normalised."""

    text: msgspec.Raw
    run_id: str
    facets: Facets
    said: dict[str, Said]


def read_run(raw: msgspec.Raw) -> RunPart:
    """`raw` is the canonical JSON of the run. Raises UnusableEvent when there is no runId."""
    run = open_run(raw)
    text = bytes(raw)
    facets = without_nulls(run.facets, text)
    return RunPart(raw, uid.normal_run_id(run.runId), facets, said(standing(facets, text), RUN_WORDS))
