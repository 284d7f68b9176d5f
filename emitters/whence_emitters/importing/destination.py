"""Where an import's events go: batches over HTTP, one by one through any other transport of OpenLineage's client, or a stream of lines.

A batch is `POST {endpoint}/batch` of OpenLineage's HTTP specification (spec/OpenLineage.yml 2.0.2); a service that has no such path is
sent the events one by one.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from whence_emitters.errors import DestinationError
from whence_emitters.masking import mask_text
from whence_emitters.transport import Outcome, classify, deliver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openlineage.client import OpenLineageClient
    from openlineage.client.transport.http import HttpTransport

    from whence_emitters.importing.contract import Event

_BATCH_SECONDS = 300.0
_ATTEMPTS = 5
_FIRST_WAIT_SECONDS = 0.5
_NO_SUCH_PATH = frozenset({404, 405})
_GO_ON = "start it, then run the same command: it goes on where it stopped"
_NO_KEY = "set OPENLINEAGE_API_KEY to a key that may write: `whence keys create NAME --scope write` makes one"
_MOVED = "set OPENLINEAGE_URL to where it leads"
_HINTS = {
    **dict.fromkeys((301, 302, 303, 307, 308), _MOVED),
    401: _NO_KEY,
    403: _NO_KEY,
    413: "raise WHENCE_MAX_EVENT_BYTES and WHENCE_MAX_BATCH_BYTES of the service",
}


class Destination(Protocol):
    """Takes events. `name` is the same for the same service, and holds no secret."""

    @property
    def name(self) -> str: ...

    def send(self, events: Sequence[Event]) -> Mapping[int, str]:
        """Deliver them all; the reason of each that was refused for good, by its place. Raises `DestinationError` when it is away."""
        ...


@dataclass(frozen=True, slots=True)
class Lines:
    """Writes each event as a line of JSON."""

    stream: TextIO
    name: str = "lines"

    def send(self, events: Sequence[Event]) -> Mapping[int, str]:
        """Write them. Raises OSError when the stream is closed."""
        for event in events:
            self.stream.write(json.dumps(event, separators=(",", ":")) + "\n")
        return {}


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Any transport of OpenLineage's client."""

    client: OpenLineageClient

    @property
    def name(self) -> str:
        transport = self.client.transport
        return mask_text(f"{transport.kind} {getattr(transport, 'url', '')}".strip())

    def send(self, events: Sequence[Event]) -> Mapping[int, str]:
        refused: dict[int, str] = {}
        for place, event in enumerate(events):
            delivery = deliver(self.client, event)
            if delivery.outcome is Outcome.REJECTED:
                refused[place] = delivery.reason
            elif delivery.outcome is Outcome.TRY_LATER:
                raise _away(delivery.reason)
        return refused


class Batches:
    """HTTP, many events a request; waits and tries again while the service is short of room."""

    def __init__(self, client: OpenLineageClient, transport: HttpTransport) -> None:
        self._transport = transport
        self._singly = OneByOne(client)
        self._has_batches = True

    @property
    def name(self) -> str:
        return self._singly.name

    def send(self, events: Sequence[Event]) -> Mapping[int, str]:
        if not self._has_batches:
            return self._singly.send(events)
        waited = _FIRST_WAIT_SECONDS
        for attempt in range(_ATTEMPTS):
            try:
                return self._post(events)
            except Exception as error:
                status = getattr(getattr(error, "response", None), "status_code", None)
                if status in _NO_SUCH_PATH:
                    self._has_batches = False
                    return self._singly.send(events)
                delivery = classify(error)
                if delivery.outcome is Outcome.REJECTED or status in _HINTS or attempt == _ATTEMPTS - 1:
                    raise self._away(error, status, delivery.reason) from error
                time.sleep(waited)
                waited *= 2
        raise AssertionError  # the last attempt returned or raised

    def _away(self, error: Exception, status: int | None, reason: str) -> DestinationError:
        if status is None and not isinstance(error, DestinationError):
            return DestinationError(f"Nothing takes events at {mask_text(self._transport.url)}.", _GO_ON)
        told = (
            error.message if isinstance(error, DestinationError) else f"The service did not take the events: {reason}"
        )
        return DestinationError(told, _HINTS.get(status or 0, _GO_ON))

    def _post(self, events: Sequence[Event]) -> Mapping[int, str]:
        from requests import HTTPError

        transport = self._transport
        body, headers = transport._prepare_request(json.dumps(events, separators=(",", ":")))
        answer = transport.session.post(
            f"{transport.url.rstrip('/')}/{transport.endpoint.strip('/')}/batch",
            data=body, headers=headers, timeout=max(transport.timeout, _BATCH_SECONDS), verify=transport.verify,
            cert=transport.cert, allow_redirects=False,
        )  # fmt: skip
        answer.raise_for_status()
        if 300 <= answer.status_code < 400:
            raise HTTPError("it answers with a redirect", response=answer)
        return _failures(answer.json() if answer.content else {})


def _failures(summary: Any) -> Mapping[int, str]:
    failed = summary.get("failed_events", ()) if isinstance(summary, dict) else ()
    if any(one.get("retriable") for one in failed):
        raise _away("it put some events off")
    return {int(one["index"]): str(one.get("reason", "no reason given")) for one in failed}


def _away(reason: str) -> DestinationError:
    return DestinationError(f"The service did not take the events: {reason}", _GO_ON)


def destination_of(client: OpenLineageClient) -> Destination:
    """The destination that a client is configured for."""
    from openlineage.client.transport.http import HttpTransport

    transport = client.transport
    return Batches(client, transport) if isinstance(transport, HttpTransport) else OneByOne(client)
