"""Every event of the shared corpus over HTTP into a service of its own, asked back over GraphQL, and the log replayed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from whence.api.server import BackgroundServer
from whence.cli.command import whence
from whence.model import uid
from whence.settings import Settings

PROVENANCE = """query($ref: String!) { provenance(ref: $ref) {
    roots depths seq edges { source target eventSeqs } completeness { complete }
    nodes { id ... on Version { asset { id sameAs } generatedBy { id } } } } }"""


@pytest.mark.needs("shared-corpus")
def test_every_event_of_the_corpus_is_taken_in_answered_for_and_replayed(
    capability: Callable[[str], Path], own_settings: Settings
) -> None:
    bodies = [path.read_bytes() for path in sorted(capability("shared-corpus").rglob("*.json"))]
    with BackgroundServer(own_settings) as running, httpx.Client(base_url=running.url) as client:
        statuses = [post(client, body) for body in bodies]
        assert statuses == [201] * len(bodies)
        events = [json.loads(body) for body in bodies]
        writers = writers_by_dataset(events)
        for dataset in datasets(events):
            found = provenance(client, dataset)
            assert found["seq"] == len(bodies)
            assert found["completeness"]["complete"]
            assert_is_a_walk(found)
            assert writers[dataset] <= makers(found), dataset
    replayed = CliRunner().invoke(whence, ["verify", "--json", "--store", own_settings.store])
    verified = json.loads(replayed.stdout)
    assert (verified["equal"], verified["events"], verified["differences"]) == (True, len(bodies), [])
    assert verified["digest"] == verified["replayed"]


def post(client: httpx.Client, body: bytes) -> int:
    return client.post("/api/v1/lineage", content=body, headers={"Content-Type": "application/json"}).status_code


def provenance(client: httpx.Client, ref: str) -> dict[str, Any]:
    answer = client.post("/graphql", json={"query": PROVENANCE, "variables": {"ref": ref}}).json()
    assert "errors" not in answer, (ref, answer["errors"])
    found: dict[str, Any] = answer["data"]["provenance"]
    return found


def datasets(events: list[dict[str, Any]]) -> list[str]:
    """uids of all datasets that are an input or output of any event."""
    return sorted({uid_of(each) for event in events for each in [*event["inputs"], *event["outputs"]]})


def uid_of(dataset: dict[str, Any]) -> str:
    """A part file that Spark read is its directory (rule 6a)."""
    return uid.asset(dataset["namespace"], dataset["name"].partition("/part-00000-")[0])


def writers_by_dataset(events: list[dict[str, Any]]) -> dict[str, set[str]]:
    """For each dataset the runs that say they completed writing it."""
    writers = defaultdict[str, set[str]](set)
    for event in events:
        if event["eventType"] == "COMPLETE":
            for output in event["outputs"]:
                writers[uid_of(output)].add(uid.run(event["run"]["runId"]))
    return writers


def makers(found: dict[str, Any]) -> set[str]:
    """The runs that made the versions of an answer, each by the uid of its first attempt."""
    return {run["id"].partition("@")[0] for node in found["nodes"] for run in node.get("generatedBy", ())}


def assert_is_a_walk(found: dict[str, Any]) -> None:
    """It starts at its roots, every edge joins two of its nodes and is proved by events, and every node but the roots is reached."""
    ids = [node["id"] for node in found["nodes"]]
    assert found["roots"] == ids[: len(found["roots"])] != []
    assert {end for edge in found["edges"] for end in (edge["source"], edge["target"])} <= set(ids)
    assert set(ids) - set(found["roots"]) <= {edge["target"] for edge in found["edges"]}
    assert all(edge["eventSeqs"] for edge in found["edges"])
