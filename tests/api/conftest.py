"""A running service over loopback, events to send it, and a store that does as it is told."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from whence.api.server import BackgroundServer
from whence.settings import Settings
from whence.store.memory import MemoryStore
from whence.store.port import Incoming, Receipt, Refused

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
EventMaker = Callable[..., dict[str, Any]]


def event_of(
    job: str = "train",
    *,
    kind: str = "COMPLETE",
    time: str = "2026-01-31T09:30:00Z",
    run: str | None = None,
    inputs: Sequence[Any] = (),
    outputs: Sequence[Any] = (),
    run_facets: dict[str, Any] | None = None,
    job_facets: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A RunEvent; inputs and outputs are names or whole datasets."""
    return {
        "eventType": kind,
        "eventTime": time,
        "run": {"runId": run or str(uuid.uuid4()), "facets": run_facets or {}},
        "job": {"namespace": "risk", "name": job, "facets": job_facets or {}},
        "inputs": [dataset(each) for each in inputs],
        "outputs": [dataset(each) for each in outputs],
        "producer": "https://example.com/tests",
        "schemaURL": SCHEMA,
    }


def dataset(given: Any) -> Any:
    return {"namespace": "risk", "name": given} if isinstance(given, str) else given


def body_of(*arguments: Any, **named: Any) -> bytes:
    """The bytes of an event."""
    return json.dumps(event_of(*arguments, **named)).encode()


class ToldStore(MemoryStore):
    """A memory store that notes its calls, and fails for what a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.calls: list[str] = []
        self.fail: Callable[[Sequence[Incoming | Refused]], None] = lambda _batch: None

    async def put(self, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        self.batches.append(len(batch))
        self.fail(batch)
        return await super().put(batch)

    async def get(self, *arguments: Any, **named: Any) -> Any:
        self.calls.append("get")
        return await super().get(*arguments, **named)

    async def expand(self, *arguments: Any, **named: Any) -> Any:
        self.calls.append("expand")
        return await super().expand(*arguments, **named)

    async def closure(self, *arguments: Any, **named: Any) -> Any:
        """One question, however many hops the default walk takes."""
        before = len(self.calls)
        answer = await super().closure(*arguments, **named)
        self.calls[before:] = ["closure"]
        return answer

    async def find(self, *arguments: Any, **named: Any) -> Any:
        self.calls.append("find")
        return await super().find(*arguments, **named)

    async def events(self, *arguments: Any, **named: Any) -> Any:
        self.calls.append("events")
        return await super().events(*arguments, **named)


@pytest.fixture
def anyio_backend() -> str:
    """What `@pytest.mark.anyio` runs on."""
    return "asyncio"


LIMITED = Settings(store="memory:", port=0, max_event_bytes=200_000, max_batch_bytes=1_000_000)


@pytest.fixture(scope="session")
def service() -> Iterator[BackgroundServer]:
    """One service for all tests that only look at differences."""
    with BackgroundServer(LIMITED) as running:
        yield running


@pytest.fixture
def client(service: BackgroundServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url) as asking:
        yield asking


@pytest.fixture
def log(client: httpx.Client) -> Callable[[], tuple[int, int]]:
    """How many events the service has taken in, and how many it has refused and kept, since the test began."""

    def held() -> tuple[int, int]:
        answer = client.post("/graphql", json={"query": "{ service { seq rejected } }"}).json()["data"]["service"]
        return answer["seq"], answer["rejected"]

    seq, rejected = held()
    return lambda: (held()[0] - seq, held()[1] - rejected)


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    """Settings with a store of the test's own, in a file."""
    return Settings(store=f"sqlite:///{tmp_path}/whence.db", port=0)
