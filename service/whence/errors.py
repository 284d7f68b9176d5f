"""The errors of whence, one tree.

    WhenceError                 anything we raise on purpose
    ├── BadRequest              400  the question or the input is malformed
    │   ├── NotJson             400  the body is no JSON text
    │   ├── TooLarge            413  over a size or nesting limit
    │   ├── WrongMediaType      415  not application/json, or an unknown encoding
    │   ├── UnusableEvent       422  JSON, but no event that can be kept
    │   ├── NotFound            404  a REF that nothing answers to
    │   ├── Ambiguous           409  a REF that several things answer to
    │   └── TooCostly           422  an answer over the limits of the service
    ├── Unauthenticated         401  no key, or an unknown one
    ├── Forbidden               403  a key without the scope, or a foreign origin
    ├── StoreUnavailable        503  the store can't be reached, is locked, full or read-only
    │   └── Overloaded          503  the queue of events is full: try again
    └── StoreUnusable           500  the store is there but not ours, or from another release

Each carries a message for a person, a `code` for a machine (GraphQL `extensions.code`, HTTP body `code`) and a `hint`: what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class WhenceError(Exception):
    """Base of all errors that whence raises on purpose."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL"
    default_hint: ClassVar[str] = "This is a defect in whence: please report it with the command you ran."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint if hint is not None else self.default_hint

    def as_dict(self) -> dict[str, str]:
        """The one JSON shape of an error: `{code, message, hint}`."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class BadRequest(WhenceError):
    """The question or the input is malformed."""

    status = 400
    code = "BAD_REQUEST"
    default_hint = "Correct the request and send it again."


class NotJson(BadRequest):
    """The body is no JSON text."""

    default_hint = "Send one JSON document, or one per line (NDJSON), in UTF-8."


class TooLarge(BadRequest):
    """A body or its nesting is over a limit."""

    status = 413
    default_hint = "Split the request, or raise WHENCE_MAX_EVENT_BYTES or WHENCE_MAX_BATCH_BYTES."


class WrongMediaType(BadRequest):
    """Not a media type or content encoding that is understood here."""

    status = 415
    default_hint = "Send Content-Type: application/json, and Content-Encoding: gzip or none."


class UnusableEvent(BadRequest):
    """JSON, but no event that can be kept: the reason is in the message."""

    status = 422
    default_hint = "See the OpenLineage specification, https://openlineage.io/spec, for what an event needs."


class NotFound(BadRequest):
    """Nothing answers to this REF. `suggestions` are uids that come near."""

    status = 404
    code = "NOT_FOUND"
    default_hint = "Look for it with: whence find TEXT"

    def __init__(self, message: str, *, hint: str | None = None, suggestions: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.suggestions = tuple(suggestions)


class Ambiguous(BadRequest):
    """Several things answer to this REF; `candidates` are their uids."""

    status = 409
    code = "AMBIGUOUS"
    default_hint = "Ask again with one of the ids listed."

    def __init__(self, message: str, *, hint: str | None = None, candidates: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class TooCostly(BadRequest):
    """The answer would be over the limits of the service."""

    status = 422
    code = "TOO_COSTLY"
    default_hint = "Ask for fewer fields, a smaller page, or a smaller depth."


class Unauthenticated(WhenceError):
    """No key, or one that is not known."""

    status = 401
    code = "UNAUTHENTICATED"
    default_hint = "Send Authorization: Bearer KEY."


class Forbidden(WhenceError):
    """A key without the scope that this needs, or a request from a foreign origin."""

    status = 403
    code = "FORBIDDEN"
    default_hint = "Use a key with the scope named, or allow the origin in WHENCE_CORS_ORIGINS."


class StoreUnavailable(WhenceError):
    """The store can't be reached, is locked by another writer, full, or read-only."""

    status = 503
    code = "STORE_UNAVAILABLE"
    default_hint = "Look at the store (disk space, permissions, another writer) and try again."


class Overloaded(StoreUnavailable):
    """The queue of events is full. Nothing of the request was kept: send it again later."""

    default_hint = "Send the same events again after the time in Retry-After: repeats are harmless."


class StoreUnusable(WhenceError):
    """The store is there, but not a whence store, or written by a newer release."""

    status = 500
    code = "STORE_UNAVAILABLE"
    default_hint = "Name another store with --store, or use the release that wrote this one."
