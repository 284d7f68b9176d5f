"""`POST /api/v1/lineage` and `/api/v1/lineage/batch`: raw ASGI, because this path is the one that is hot.

The answers follow the OpenLineage HTTP API (spec/OpenLineage.yml, 2.0.2): 201 for an event, 200 with a summary for a batch. Clients retry 5xx
and raise for 4xx, so a fault in an event is always 4xx, and 503 is only ever said when sending it again can help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from whence.api.caller import IN_SCOPE
from whence.api.http import Bodies, answer, answer_error, encode, media_type
from whence.errors import NotJson, StoreUnusable, TooLarge, WhenceError, WrongMediaType
from whence.ingest import Accepted, Ingest, Outcome, documents, summarise

if TYPE_CHECKING:
    from whence.api.http import Receive, Scope, Send

ONE: Final = "/api/v1/lineage"
BATCH: Final = "/api/v1/lineage/batch"
NDJSON: Final = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)
JSON: Final = frozenset({"application/json", ""})


class Lineage:
    """The ASGI handler of both paths. Events are kept with the name of the key that the request came with."""

    def __init__(self, ingest: Ingest, bodies: Bodies) -> None:
        self._ingest = ingest
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            body = {"code": "BAD_REQUEST", "message": "Events are sent with POST.", "hint": "See docs/tutorial.md."}
            await answer(send, 405, encode(body), ((b"allow", b"POST"),))
            return
        try:
            status, answered = await self._post(scope, receive)
        except StoreUnusable as error:
            await answer_error(send, error, 503)
            return
        except WhenceError as error:
            await answer_error(send, error)
            return
        await answer(send, status, encode(answered))

    async def _post(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        ndjson = _is_ndjson(scope)
        self._ingest.admit(1)
        sender = scope[IN_SCOPE].name
        body = await self._bodies.read(scope, receive, ndjson=ndjson)
        try:
            bodies, many = documents(body, ndjson=ndjson)
        except (NotJson, TooLarge) as error:
            await self._ingest.refuse(body, error, sender)
            raise
        outcomes = await self._ingest.submit(bodies, sender) if bodies else []
        if many or scope["path"] == BATCH:
            return 200, summary(outcomes)
        return _single(outcomes[0])


def _is_ndjson(scope: Scope) -> bool:
    kind, charset = media_type(scope)
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise WrongMediaType(f"The charset {charset[:40]!r} is not UTF-8.")
    if kind in NDJSON:
        return True
    if kind in JSON or kind.endswith("+json"):
        return False
    raise WrongMediaType(f"The Content-Type {kind[:80]!r} is not application/json.")


def _single(outcome: Outcome) -> tuple[int, dict[str, Any]]:
    if isinstance(outcome, Accepted):
        return (200 if outcome.duplicate else 201), {
            "seq": outcome.seq,
            "key": outcome.key,
            "duplicate": outcome.duplicate,
        }
    return outcome.status, {"code": outcome.code, "message": outcome.reason, "hint": outcome.hint}


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """OpenLineage's BatchResponse, plus `duplicates`, how many of the successful were in the log before, and `lastSeq`, the greatest position of
    this request's events, 0 when none was accepted.
    """
    result = summarise(outcomes)
    retriable = sum(failure.retriable for failure in result.failures)
    return {
        "status": "partial_success" if result.failures else "success",
        "summary": {
            "received": result.received,
            "successful": result.accepted + result.duplicates,
            "duplicates": result.duplicates,
            "failed": len(result.failures),
            "retriable": retriable,
            "non_retriable": len(result.failures) - retriable,
        },
        "failed_events": [
            {"index": failure.index, "reason": failure.reason, "retriable": failure.retriable}
            for failure in result.failures
        ],
        "lastSeq": result.last_seq,
    }
