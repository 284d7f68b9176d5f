"""Send events: to a service over HTTP, or straight into a store that is opened here."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby
from types import TracebackType
from typing import Any, Final, Self

from whence.cli.where import Where
from whence.errors import Overloaded, StoreUnavailable, WhenceError
from whence.model.answers import IngestFailure, IngestResult
from whence.settings import Settings

BATCH_EVENTS: Final = 200
BATCH_BYTES: Final = 4 * 1024 * 1024
_TRIES: Final = 6


class Sender(ABC):
    """Takes batches of events, each answered when it is durable. A context manager."""

    @abstractmethod
    def send(self, bodies: Sequence[bytes]) -> IngestResult:
        """What became of these events, `failures` by index. Raises StoreUnavailable when nobody takes them."""

    @abstractmethod
    def close(self) -> None:
        """Let go. Idempotent."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def sender(where: Where, settings: Settings) -> Sender:
    """Connect to a service, or open a store for writing."""
    if where.url:
        return ServiceSender(where.url, settings.api_key)
    assert where.store is not None
    return StoreSender(where.store, settings)


class ServiceSender(Sender):
    """Posts one event a line (NDJSON) in batches; an event that spans lines goes alone, so that its bytes arrive as they are."""

    def __init__(self, url: str, key: str | None) -> None:
        from whence.cli.ask_http import client_for

        self._url = url
        self._client = client_for(url, key)

    def send(self, bodies: Sequence[bytes]) -> IngestResult:
        results: list[IngestResult] = []
        for spans_lines, group in groupby(bodies, key=lambda body: b"\n" in body):
            together = list(group)
            if spans_lines:
                results += [self._one(body) for body in together]
            else:
                results.append(self._batch(together))
        return _joined(results)

    def _batch(self, bodies: Sequence[bytes]) -> IngestResult:
        answer = self._post("/api/v1/lineage/batch", b"\n".join(bodies), "application/x-ndjson")
        told = answer["summary"]
        duplicates = int(told.get("duplicates", 0))
        failures = tuple(
            IngestFailure(each["index"], each.get("code", "BAD_REQUEST"), each["reason"], each["retriable"])
            for each in answer["failed_events"]
        )
        return IngestResult(
            told["received"], told["successful"] - duplicates, duplicates, answer.get("lastSeq", 0), failures
        )

    def _one(self, body: bytes) -> IngestResult:
        try:
            answer = self._post("/api/v1/lineage", body, "application/json")
        except WhenceError as error:
            if error.status >= 500 or error.status in {401, 403}:
                raise
            return IngestResult(1, 0, 0, 0, (IngestFailure(0, error.code, error.message, False),))
        return IngestResult(1, int(not answer["duplicate"]), int(answer["duplicate"]), answer["seq"])

    def _post(self, path: str, body: bytes, media_type: str) -> dict[str, Any]:
        """Post, and again after a while as long as the service is overloaded."""
        import httpx

        from whence.cli.ask_http import no_answer, read_answer

        for attempt in range(_TRIES):
            try:
                response = self._client.post(path, content=body, headers={"Content-Type": media_type})
            except httpx.HTTPError as error:
                raise no_answer(self._url, error) from error
            if response.status_code != 503 or attempt == _TRIES - 1:
                return read_answer(response, self._url)
            time.sleep(_seconds(response.headers.get("Retry-After"), 2.0**attempt / 4))
        raise StoreUnavailable(f"{self._url} takes no more events now.")

    def close(self) -> None:
        self._client.close()


class StoreSender(Sender):
    """Puts events into a store through the same lane that the service uses."""

    def __init__(self, store: str, settings: Settings) -> None:
        from whence.ingest import Ingest, Limits
        from whence.store import open_store

        self._runner = asyncio.Runner()
        self._held = AsyncExitStack()

        async def begin() -> Ingest:
            opened = await self._held.enter_async_context(open_store(store))
            await opened.migrate()
            limits = Limits(settings.max_event_bytes, settings.max_batch_bytes, settings.max_depth, settings.queue)
            return await self._held.enter_async_context(Ingest(opened, limits))

        try:
            self._ingest = self._runner.run(begin())
        except BaseException:
            self.close()
            raise

    def send(self, bodies: Sequence[bytes]) -> IngestResult:
        from whence.ingest import summarise

        for attempt in range(_TRIES):
            try:
                return summarise(self._runner.run(self._ingest.submit(bodies)))
            except Overloaded:
                time.sleep(2.0**attempt / 4)
        raise Overloaded("The store takes no more events now.")

    def close(self) -> None:
        try:
            self._runner.run(self._held.aclose())
        finally:
            self._runner.close()


def _joined(results: Iterable[IngestResult]) -> IngestResult:
    """Results of consecutive parts as one, failures counted through."""
    received = accepted = duplicates = last_seq = 0
    failures: list[IngestFailure] = []
    for each in results:
        failures += [IngestFailure(received + one.index, one.code, one.reason, one.retriable) for one in each.failures]
        received, accepted, duplicates = (
            received + each.received,
            accepted + each.accepted,
            duplicates + each.duplicates,
        )
        last_seq = max(last_seq, each.last_seq)
    return IngestResult(received, accepted, duplicates, last_seq, tuple(failures))


def _seconds(given: str | None, default: float) -> float:
    return min(float(given), 30.0) if given and given.isdigit() else default
