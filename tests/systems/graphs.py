"""What an import comes to: its events, held to their schemas, and the graph that whence makes of them, as lines a person can read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from tests.scenarios.scenario import Graph, graph_of, told

from whence import queries
from whence.store import Store, open_store
from whence.testing.harness import put
from whence_emitters.importing import Imported, Reading, import_history

ROOT = Path(__file__).resolve().parents[2]
Event = dict[str, Any]
T = TypeVar("T")


class Kept:
    """A destination that keeps what it is sent."""

    name = "kept"

    def __init__(self) -> None:
        self.events: list[Event] = []

    def send(self, events: Iterable[Event]) -> dict[int, str]:
        self.events += json.loads(json.dumps(list(events)))
        return {}


def import_all(system: str, location: Path | str, **options: Any) -> tuple[list[Event], Imported, Reading]:
    """Import with the memory of imports that the test's environment gives (an autouse fixture makes it the test's own).

    Importing twice in one test therefore sends only the change.
    """
    kept = Kept()
    done, reading = import_history(system, str(location), options=options, destination=kept)
    return kept.events, done, reading


def events_of(system: str, location: Path | str, **options: Any) -> list[Event]:
    """The events of an import that leaves nothing unread."""
    events, done, reading = import_all(system, location, **options)
    assert not reading.damaged, reading.damaged
    assert done.sent + done.unchanged == done.read
    return events


class History:
    """The graph of some events, in memory.

    `edges(*types)` are lines `{from} {TYPE} {to} [{role or relation}] [{evidence}]` without percent-encoding, as in tests/scenarios;
    `nodes` maps an uid, without percent-encoding, to its members.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self.bodies = [json.dumps(event).encode() for event in events]
        self.graph: Graph = self.ask(graph_of)
        self.nodes = {unquote(uid): node for uid, node in self.graph.nodes.items()}

    def edges(self, *types: str) -> set[str]:
        return {told(edge) for edge in self.graph.edges if edge["type"] in types}

    def ask(self, question: Callable[[Store], Awaitable[T]]) -> T:
        async def answer() -> T:
            async with open_store("memory:") as store:
                await store.migrate()
                if self.bodies:
                    await put(store, *self.bodies)
                return await question(store)

        return asyncio.run(answer())

    def models_using(self, ref: str) -> dict[str, list[str]]:
        """Model version -> how, of `whence models REF`."""
        uses = self.ask(lambda store: queries.models_using(store, ref)).items
        return {unquote(use.version.uid): [how.value for how in use.how] for use in uses}

    def provenance(self, ref: str) -> set[str]:
        """Uids of everything that REF came from."""
        return {unquote(node.uid) for node in self.ask(lambda store: queries.provenance(store, ref)).nodes}

    def impact(self, ref: str) -> set[str]:
        """Uids of everything that came from REF."""
        return {unquote(node.uid) for node in self.ask(lambda store: queries.impact(store, ref)).subgraph.nodes}


def check(events: Iterable[Event], shared_spec: Path) -> None:
    """Hold each event and each facet to its schema: ours in schema/facets, OpenLineage's in the shared specification."""
    registry = _registry(shared_spec)
    for event in events:
        _valid(_validator(shared_spec, event["schemaURL"]), event)
        for facet in _facets(event):
            assert facet["_schemaURL"].split("#")[0] in registry, facet["_schemaURL"]
            _valid(_validator(shared_spec, facet["_schemaURL"]), facet)


def _valid(validator: Draft202012Validator, instance: Any) -> None:
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]
    assert not problems, (validator.schema, problems, instance)


@cache
def _validator(shared_spec: Path, url: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": url}, registry=_registry(shared_spec), format_checker=FormatChecker())


def _facets(event: Event) -> Iterator[Event]:
    datasets = [*event.get("inputs", ()), *event.get("outputs", ())]
    holders = [event.get("run", {}), event.get("job", {}), event.get("dataset", {}), *datasets]
    for holder in holders:
        for slot in ("facets", "inputFacets", "outputFacets"):
            yield from holder.get(slot, {}).values()


@cache
def _registry(shared_spec: Path) -> Registry[Any]:
    spec = shared_spec / "openlineage"
    paths = [spec / "OpenLineage.json", *(spec / "facets").glob("*.json"), *(ROOT / "schema" / "facets").glob("*.json")]
    schemas = [json.loads(path.read_text("utf-8")) for path in paths]
    return Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in schemas])
