"""Events to begin with, and the way from a Python value to what the extractors read."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from whence.canonical import canonical
from whence.facts import read
from whence.model.facts import Facts, Mention

Json = dict[str, Any]


@pytest.fixture(scope="session")
def raw() -> Callable[[Any], msgspec.Raw]:
    """A facet as it stands in a canonical event."""
    return lambda value: msgspec.Raw(canonical(value))


@pytest.fixture(scope="session")
def run_event() -> Callable[..., Json]:
    """A usable RunEvent; keywords replace or add fields."""

    def build(**fields: Any) -> Json:
        return {
            "eventType": "COMPLETE",
            "eventTime": "2026-11-03T08:00:00Z",
            "producer": "https://example.com/producer",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"},
            "job": {"namespace": "risk", "name": "train"},
            **fields,
        }

    return build


@pytest.fixture(scope="session")
def facts_of() -> Callable[[Any], Facts]:
    """The facts of an event given as a Python value."""
    return lambda event: read(json.dumps(event).encode())


@pytest.fixture(scope="session")
def mention_of(run_event: Callable[..., Json], facts_of: Callable[[Any], Facts]) -> Callable[..., Mention]:
    """The mention of one output, or of one input, that carries these facets."""

    def build(place: str = "outputs", **dataset: Any) -> Mention:
        (mention,) = facts_of(run_event(**{place: [{"namespace": "file", "name": "/a", **dataset}]})).mentions
        return mention

    return build
