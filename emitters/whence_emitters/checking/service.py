"""Ask a whence service questions, with nothing but the standard library. The key is WHENCE_API_KEY, and is never shown."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from whence_emitters.errors import DestinationError, UsageError
from whence_emitters.masking import mask_text

DEFAULT_URL = "http://127.0.0.1:8760"
_SECONDS = 120.0
_MAX_ANSWER_BYTES = 256 * 1024 * 1024
_OURS_TO_MEND = frozenset({"BAD_REQUEST", "NOT_FOUND", "AMBIGUOUS", "UNAUTHENTICATED", "FORBIDDEN", "TOO_COSTLY"})
_START = "start it, or give --url"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the key to wherever it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Service:
    """A service at a URL."""

    def __init__(self, url: str) -> None:
        """Raises `UsageError` for what is no web address, or holds credentials."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{mask_text(url)!r} is no address of a service.", f"for example {DEFAULT_URL}")
        if parts.username or parts.password:
            raise UsageError("An address of a service holds no credentials.", "put the key into WHENCE_API_KEY")
        self.url = url.rstrip("/").removesuffix("/graphql")
        self._open = urllib.request.build_opener(_NoRedirects()).open

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a GraphQL answer. Raises `UsageError` when the question is refused, `DestinationError` when there is no answer."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key := os.environ.get("WHENCE_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)  # noqa: S310 - the scheme was looked at
        return self._data(self._answer(request))

    def _answer(self, request: urllib.request.Request) -> Any:
        try:
            with self._open(request, timeout=_SECONDS) as response:
                raw = response.read(_MAX_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raw = error.read(1 << 16)
            answer = _parsed(raw)
            if isinstance(answer, dict) and ("code" in answer or "errors" in answer):
                return answer
            raise DestinationError(f"The service at {self.url} answers with HTTP {error.code}.", _START) from error
        except (OSError, ValueError) as error:
            reason = mask_text(str(getattr(error, "reason", error)))
            raise DestinationError(f"The service at {self.url} does not answer: {reason}", _START) from error
        if len(raw) > _MAX_ANSWER_BYTES:
            raise DestinationError(f"The service at {self.url} answers without end.")
        return _parsed(raw)

    def _data(self, answer: Any) -> dict[str, Any]:
        errors = answer.get("errors") if isinstance(answer, dict) else None
        first = errors[0] if isinstance(errors, list) and errors else answer
        if isinstance(first, dict) and (errors or "code" in first):
            details = first.get("extensions") or first
            message, hint = mask_text(str(first.get("message", "no reason given"))), str(details.get("hint") or "")
            kind = UsageError if details.get("code") in _OURS_TO_MEND else DestinationError
            raise kind(message, mask_text(hint))
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict):
            raise DestinationError(f"What answers at {self.url} is no whence service.", _START)
        return data


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
