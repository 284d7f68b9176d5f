"""What a run was started with: `executionParameters` and `whence_seeds`."""

from __future__ import annotations

import msgspec

from whence.facts.shapes import Name, shape, text_of
from whence.model.facts import Said
from whence.model.graph import Param


class _Parameter(msgspec.Struct, frozen=True):
    key: Name
    value: msgspec.Raw = msgspec.Raw(b'""')


class _Parameters(msgspec.Struct, frozen=True):
    parameters: list[_Parameter] | None = None


class _Seeds(msgspec.Struct, frozen=True):
    seeds: msgspec.Raw


_look_parameters = shape(_Parameters)
_look_seeds = shape(_Seeds)
_look_integers = shape(dict[str, int])
_look_text = shape(str)


def execution_parameters(facet: msgspec.Raw) -> Said | None:
    """In the order sent. A value that is no string is given as its canonical JSON.

    Source: OpenLineage ExecutionParametersRunFacet 1-0-0, whose example sends a number where its schema says string.
    """
    given = _look_parameters(facet)
    if given is None:
        return None
    return Said(params=tuple(Param(each.key, _as_text(each.value)) for each in given.parameters or ()))


def seeds(facet: msgspec.Raw) -> Said | None:
    """The canonical JSON of the seeds, integers beyond 2^53 exact. Source: schema/facets/WhenceSeedsRunFacet.json."""
    given = _look_seeds(facet)
    if given is None or _look_integers(given.seeds) is None:
        return None
    return Said(seeds=text_of(given.seeds))


def _as_text(value: msgspec.Raw) -> str:
    text = _look_text(value)
    return text_of(value) if text is None else text
