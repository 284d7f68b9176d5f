"""One body → one Incoming with its facts, or the reason why not. Pure but for the log of what should never happen."""

from __future__ import annotations

import logging
import secrets

import msgspec

from whence.errors import TooLarge, WhenceError
from whence.facts import read
from whence.model.answers import IngestFailure
from whence.store.port import Incoming, Refused

MIB = 1024 * 1024
_log = logging.getLogger("whence.ingest")


class Limits(msgspec.Struct, frozen=True):
    """What is let in: bytes of one event and of one request (after inflation), nesting of JSON, events waiting to be written."""

    max_event_bytes: int = 16 * MIB
    max_batch_bytes: int = 64 * MIB
    max_depth: int = 200
    queue: int = 1000


class Accepted(msgspec.Struct, frozen=True):
    """An event that is in the log, durably: its position and key; `duplicate` when it was there before."""

    seq: int
    key: str
    duplicate: bool = False


class Refusal(IngestFailure, frozen=True):
    """An event that was not accepted. `status` is the HTTP status of a request with this event alone; `rejected_id` where its bytes are kept, if they are."""

    status: int = 422
    hint: str = ""
    rejected_id: str | None = None


Outcome = Accepted | Refusal


class Flawed(msgspec.Struct, frozen=True):
    """Why a body is no Incoming; `keep` what to keep of it, None when it is too large to keep."""

    error: WhenceError
    keep: Refused | None

    def refusal(self, index: int, rejected_id: str | None) -> Refusal:
        return Refusal(
            index,
            self.error.code,
            self.error.message,
            is_retriable(self.error),
            status=self.error.status if self.error.status < 500 else 422,
            hint=self.error.hint,
            rejected_id=rejected_id,
        )


def is_retriable(error: WhenceError) -> bool:
    """Whether the same bytes may be accepted later: yes when the fault is ours, no when it is theirs."""
    return error.status >= 500


class Arrival(msgspec.Struct, frozen=True):
    """What is known of a body but itself: when it came (ns UTC), by whose key, and which refused event it is another try of."""

    received_at: int
    sender: str | None = None
    replay_of: str | None = None


def prepare(body: bytes, limits: Limits, arrival: Arrival) -> Incoming | Flawed:
    """Read one event. Raises nothing: whatever is wrong with a body is in the Flawed."""
    if len(body) > limits.max_event_bytes:
        error = TooLarge(f"The event has {len(body):,} bytes; {limits.max_event_bytes:,} are allowed.")
        return Flawed(error, None) if arrival.replay_of is None else flawed(body, error, arrival)
    try:
        facts = read(body, max_depth=limits.max_depth)
        return Incoming(body, facts, arrival.received_at, arrival.sender, arrival.replay_of)
    except WhenceError as error:
        return flawed(body, error, arrival)
    except Exception:
        return flawed(body, unexpected("read"), arrival)


def flawed(body: bytes, error: WhenceError, arrival: Arrival) -> Flawed:
    """The body with the reason why it is refused, to be kept."""
    kept = Refused(
        body,
        error.code,
        error.message,
        is_retriable(error),
        arrival.received_at,
        arrival.sender,
        arrival.replay_of,
    )
    return Flawed(error, kept)


def unexpected(doing: str) -> WhenceError:
    """Log the exception in hand under a new id, and give the error that a client may see: it names the id, nothing else."""
    incident = secrets.token_hex(4)
    _log.exception("could not %s an event", doing, extra={"incident": incident})
    return WhenceError(
        f"whence could not {doing} this event, by a defect of its own (incident {incident}). The event is kept as rejected.",
        hint="Look the incident up in the service's log and report it; then: whence rejected replay",
    )
