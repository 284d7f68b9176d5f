"""What a client hears when the store fails, is slow, or an event breaks it: 503 when sending again helps, 422 when not, never another 5xx."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest

from whence.api.server import BackgroundServer
from whence.errors import StoreUnavailable, StoreUnusable
from whence.settings import Settings
from whence.store.port import Incoming, Receipt, Refused

from .conftest import ToldStore, body_of

JSON = {"Content-Type": "application/json"}
Batch = Sequence[Incoming | Refused]


class HeldStore(ToldStore):
    """Puts wait, in other tasks' time, until `open` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()

    async def put(self, batch: Batch) -> list[Receipt]:
        await asyncio.to_thread(self.open.wait)
        return await super().put(batch)


@pytest.fixture
def store() -> HeldStore:
    return HeldStore()


@pytest.fixture
def asking(store: HeldStore) -> Iterator[httpx.Client]:
    with BackgroundServer(Settings(port=0, queue=3), store=store) as running, httpx.Client(base_url=running.url) as client:  # fmt: skip
        yield client


def post(client: httpx.Client, body: bytes) -> httpx.Response:
    return client.post("/api/v1/lineage", content=body, headers=JSON)


def raising(error: Exception, among: bytes = b"") -> Callable[[Batch], None]:
    def fail(batch: Batch) -> None:
        if any(among in item.body for item in batch if isinstance(item, Incoming)):
            raise error

    return fail


@pytest.mark.parametrize("error", [StoreUnavailable("The disk is full."), StoreUnusable("A newer release wrote it.")])
def test_a_store_that_fails_is_503_and_nothing_is_half_stored(
    asking: httpx.Client, store: HeldStore, error: Exception
) -> None:
    store.fail = raising(error)
    body = b"[" + body_of() + b"," + body_of() + b"]"
    answer = post(asking, body)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["code"] == "STORE_UNAVAILABLE"
    store.fail = lambda _batch: None
    again = post(asking, body).json()
    assert (again["summary"]["successful"], again["lastSeq"]) == (2, 2)


def test_a_defect_is_422_with_an_incident_and_the_event_is_kept(asking: httpx.Client, store: HeldStore) -> None:
    store.fail = raising(RuntimeError("a secret"), b"poison")
    answer = post(asking, body_of("poison"))
    assert (answer.status_code, answer.json()["code"]) == (422, "INTERNAL")
    assert "secret" not in answer.text
    page = asking.post("/graphql", json={"query": "{ rejected { edges { node { code retriable raw } } } }"}).json()
    kept = [edge["node"] for edge in page["data"]["rejected"]["edges"]]
    assert [(each["code"], each["retriable"], "poison" in each["raw"]) for each in kept] == [("INTERNAL", True, True)]


def test_a_full_queue_is_503_and_what_waited_is_answered(asking: httpx.Client, store: HeldStore) -> None:
    store.open.clear()
    answers: list[int] = []
    url = str(asking.base_url)

    def send() -> None:
        answers.append(httpx.post(f"{url}/api/v1/lineage", content=body_of(), headers=JSON, timeout=20).status_code)

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for _ in range(400):
        if "whence_queue_events 3.0" in asking.get("/metrics").text:
            break
    refused = post(asking, body_of())
    store.open.set()
    for sender in senders:
        sender.join()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert answers == [201, 201, 201]
    assert post(asking, body_of()).status_code == 201


def test_a_store_that_fails_is_an_error_with_a_code_in_graphql_and_503_in_ready(
    asking: httpx.Client, store: HeldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("The store is away.")

    monkeypatch.setattr(store, "events", away)
    answer = asking.post("/graphql", json={"query": "{ service { seq } }"}).json()
    assert answer["errors"][0]["extensions"]["code"] == "STORE_UNAVAILABLE"
    assert asking.get("/ready").status_code == 503
    assert asking.get("/metrics").status_code == 503
    assert asking.get("/health").status_code == 200
