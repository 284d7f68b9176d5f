"""Registry aliases: dated, and on one version of a group at a time, in whatever order they are heard."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Sequence

import pytest

from whence.facts import read
from whence.model import instant
from whence.model.graph import Alias, VersionDetail
from whence.store.memory import MemoryStore
from whence.store.port import Incoming


def moved(
    time: int, action: str, version: str | None = None, *, own: str | None = None, also: str | None = None
) -> bytes:
    """A DatasetEvent at 00:00:{time} that sets or deletes the alias `champion` of the model risk."""
    alias = {"name": "champion", "action": action} | ({"version": version} if version else {})
    facets: dict[str, object] = {"whence_alias": alias, "datasetType": {"datasetType": "MODEL"}}
    if own:
        facets["version"] = {"datasetVersion": own}
    if also:
        facets["symlinks"] = {"identifiers": [{"namespace": "m", "name": also, "type": "MODEL"}]}
    event = {
        "eventTime": f"2026-01-01T00:00:{time:02d}Z",
        "producer": "https://example.com",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {"namespace": "m", "name": "risk", "facets": facets},
    }
    return json.dumps(event).encode()


def aliases(events: Sequence[bytes]) -> dict[str, list[tuple[int, str]]]:
    """Version -> (second, action) of each move, after the events came one by one."""

    async def ask() -> dict[str, list[tuple[int, str]]]:
        store = MemoryStore()
        for body in events:
            await store.put([Incoming(body, read(body), 0)])
        nodes = await store.get([f"version/m/risk/{n}" for n in "123"])
        return {
            node.detail.version: _moves(node.detail)
            for node in nodes.values()
            if isinstance(node.detail, VersionDetail)
        }

    return asyncio.run(ask())


def _moves(detail: VersionDetail) -> list[tuple[int, str]]:
    start = instant.parse("2026-01-01T00:00:00Z")
    assert all(isinstance(alias, Alias) and alias.name == "champion" for alias in detail.aliases)
    return [((alias.at - start) // instant.NS, alias.action) for alias in detail.aliases]


SET_ON_2_THEN_3 = [moved(1, "SET", own="2"), moved(5, "SET", own="3")]


@pytest.mark.parametrize("events", list(itertools.permutations(SET_ON_2_THEN_3)))
def test_a_set_takes_the_alias_from_the_version_that_had_it(events: Sequence[bytes]) -> None:
    assert aliases(events) == {"2": [(1, "SET"), (5, "DELETE")], "3": [(5, "SET")]}


BACK_AND_FORTH = [moved(1, "SET", "2"), moved(3, "SET", "3"), moved(6, "SET", "2"), moved(9, "DELETE")]


@pytest.mark.parametrize("events", list(itertools.permutations(BACK_AND_FORTH)))
def test_moves_without_a_version_facet_count(events: Sequence[bytes]) -> None:
    assert aliases(events) == {
        "2": [(1, "SET"), (3, "DELETE"), (6, "SET"), (9, "DELETE")],
        "3": [(3, "SET"), (6, "DELETE")],
    }


def test_a_deletion_that_names_another_version_leaves_it() -> None:
    assert aliases([moved(1, "SET", "2"), moved(4, "DELETE", "3")])["2"] == [(1, "SET")]


def test_a_set_that_is_said_again_is_one_move() -> None:
    assert aliases([moved(1, "SET", "2"), moved(2, "SET", "2")])["2"] == [(1, "SET")]


def test_the_names_of_a_model_share_its_aliases() -> None:
    other = moved(5, "SET", "3").replace(b'"name": "risk"', b'"name": "risk-prod"')
    linked = moved(7, "SET", "1", also="risk-prod")
    for events in itertools.permutations([moved(1, "SET", "2"), other, linked]):
        assert aliases(events)["2"] == [(1, "SET"), (5, "DELETE")]
